package apihttp

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"syscall"

	"github.com/nrepo-cli/nrepo/pkg/output"
)

var errSlow = errors.New("no complete answer within 30 seconds")

// noReply is the failure of a request that got no whole reply. sent is whether
// a connection was there to send it on.
func (c *Client) noReply(ctx context.Context, method string, sent bool, err error) error {
	cause := context.Cause(ctx)
	switch {
	case errors.Is(cause, errSlow):
		err = errSlow
	case cause != nil:
		return cause // the caller's
	}
	f := &Failure{
		Code: output.CodeNetwork,
		Text: fmt.Sprintf("cannot reach %s: %s", c.Host(), reason(err, sent)),
		Hint: hintNetwork,
		err:  err, sent: sent, passing: passing(err),
	}
	return f.unknown(method)
}

// passing reports whether another attempt could go better: no connection or a
// lost one. A certificate, a portal or a proxy will say the same again.
func passing(err error) bool {
	if dns := (*net.DNSError)(nil); errors.As(err, &dns) {
		return dns.IsTemporary && !dns.IsNotFound
	}
	var number syscall.Errno
	return errors.As(err, &number) || timedOut(err) || closedEarly(err)
}

func timedOut(err error) bool {
	var timeout interface{ Timeout() bool }
	return errors.As(err, &timeout) && timeout.Timeout()
}

func closedEarly(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}

// tlsAlert is the Op of a net.OpError for an alert of the other side (RFC 8446,
// section 6).
const tlsAlert = "remote error"

// proxyError is the HTTP status by which a proxy refused a tunnel.
type proxyError int

func (e proxyError) Error() string { return "the proxy answered with HTTP " + strconv.Itoa(int(e)) }

// reason tells in a few words why there was no reply. It repeats nothing of
// the error but fixed words of the system's: net/http's own text holds the URL
// with its query, addresses of resolvers, and what the server sent.
func reason(err error, sent bool) string {
	var (
		dns     *net.DNSError
		name    x509.HostnameError
		invalid x509.CertificateInvalidError
		unknown x509.UnknownAuthorityError
		cert    *tls.CertificateVerificationError
		plain   tls.RecordHeaderError
		proxy   proxyError
		number  syscall.Errno
		op      *net.OpError
	)
	switch {
	case errors.Is(err, errSlow):
		return errSlow.Error()
	case errors.Is(err, errElsewhere):
		return errElsewhere.Error()
	case errors.As(err, &proxy):
		return proxy.Error()
	case errors.As(err, &op) && op.Op == "proxyconnect":
		return "the proxy: " + reason(op.Err, sent)
	case errors.As(err, &dns) && dns.IsNotFound:
		return "no such host"
	case errors.As(err, &dns):
		return "the name of the host cannot be looked up now"
	case errors.As(err, &name):
		return "its certificate is for another host"
	case errors.As(err, &unknown):
		return "its certificate is signed by an unknown authority"
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return "its certificate has expired or is not yet valid"
	case errors.As(err, &cert):
		return "its certificate is not valid"
	case errors.As(err, &op) && op.Op == tlsAlert:
		return "it refused to speak TLS: " + strings.TrimPrefix(op.Err.Error(), "tls: ")
	case errors.As(err, &plain), errors.Is(err, http.ErrSchemeMismatch):
		return "it does not speak TLS"
	case errors.As(err, &number):
		return number.Error()
	case timedOut(err):
		return "timed out"
	case closedEarly(err):
		return "the connection was closed before the answer was complete"
	case sent:
		return "the answer is not one of an HTTP server"
	}
	return "no connection"
}
