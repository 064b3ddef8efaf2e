package neuralrepo

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/nrepo-cli/nrepo/pkg/authcfg"
	"github.com/nrepo-cli/nrepo/pkg/output"
)

// newHTTPClient returns a client that never leaves an origin. It speaks
// HTTP/1.1 only: one request gains nothing from HTTP/2, whose debug output
// (GODEBUG=http2debug) would show the credential.
func newHTTPClient() *http.Client {
	var protocols http.Protocols
	protocols.SetHTTP1(true)
	return &http.Client{
		CheckRedirect: checkRedirect,
		Transport: &http.Transport{
			Protocols:              &protocols,
			Proxy:                  proxy,
			DialContext:            (&net.Dialer{Timeout: 10 * time.Second}).DialContext,
			TLSHandshakeTimeout:    10 * time.Second,
			MaxResponseHeaderBytes: 64 << 10,
			MaxIdleConnsPerHost:    4,
			IdleConnTimeout:        30 * time.Second,
		},
	}
}

// proxy is http.ProxyFromEnvironment without the variable's value, which may
// hold a password, in its error.
func proxy(r *http.Request) (*url.URL, error) {
	u, err := http.ProxyFromEnvironment(r)
	if err != nil {
		return nil, errors.New("HTTPS_PROXY or HTTP_PROXY is not an address")
	}
	return u, nil
}

// checkRedirect lets a read follow a redirect within its origin; net/http
// itself would take X-API-Key anywhere, and Authorization to another port.
func checkRedirect(next *http.Request, via []*http.Request) error {
	read := next.Method == http.MethodGet || next.Method == http.MethodHead
	first := via[0]
	if read && first.Method == next.Method && len(via) <= 5 &&
		authcfg.Origin(next.URL.String()) == authcfg.Origin(first.URL.String()) {
		return nil
	}
	return http.ErrUseLastResponse
}

var errSlow = errors.New("no complete answer within 30 seconds")

// networkError says that there was no whole reply. The text of net/http's
// error holds the URL and its query, so only the cause under it is told.
func (c *Client) networkError(ctx context.Context, method string, err error) error {
	cause := context.Cause(ctx)
	if cause != nil && !errors.Is(cause, errSlow) {
		return cause // the caller's
	}
	if urlErr := (*url.Error)(nil); errors.As(err, &urlErr) {
		err = urlErr.Err
	}
	if errors.Is(cause, errSlow) {
		err = errSlow
	}
	hint := "check the network, or where NEURALREPO_API_URL leads"
	if !idempotent(method) && !unsent(err) {
		hint = "it may have been done all the same: look before you repeat it"
	}
	return &output.Error{
		Code: output.CodeNetwork,
		Err:  &noReplyError{fmt.Errorf("cannot reach %s: %w", c.host(), err)},
		Hint: hint,
	}
}

// noReplyError marks a failed attempt that may be worth another.
type noReplyError struct{ error }

func (e *noReplyError) Unwrap() error { return e.error }

// passing reports whether another attempt could go better.
func (e *noReplyError) passing() bool {
	var (
		dns  *net.DNSError
		cert *tls.CertificateVerificationError
		name x509.HostnameError
		bad  tls.RecordHeaderError
	)
	switch {
	case errors.As(e.error, &dns):
		return dns.IsTemporary && !dns.IsNotFound
	case errors.As(e.error, &cert), errors.As(e.error, &name), errors.As(e.error, &bad), errors.Is(e.error, errSlow):
		return false
	}
	return true
}

// unsent reports whether a request failed before its first byte.
func unsent(err error) bool {
	var op *net.OpError
	var dns *net.DNSError
	var cert *tls.CertificateVerificationError
	return errors.As(err, &op) && op.Op == "dial" || errors.As(err, &dns) || errors.As(err, &cert)
}
