package apihttp

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"runtime"
	"strings"
	"syscall"

	"github.com/nrepo-cli/nrepo/pkg/output"
)

var errSlow = errors.New("no complete response within 30 seconds")

// noReply returns the failure for a request without a complete response. sent is
// whether there was a connection.
func noReply(ctx context.Context, at server, method string, sent bool, err error) error {
	cause := context.Cause(ctx)
	switch {
	case errors.Is(cause, errSlow):
		err = errSlow
	case cause != nil:
		return cause // the caller cancelled the request
	}
	f := &Failure{Code: output.CodeNetwork, err: err, sent: sent, passing: passing(err)}
	var variable *variableError
	if errors.As(err, &variable) {
		f.Code, f.Text, f.Hint = output.CodeUsage, variable.Error(), "set it to an address such as http://proxy.example:8080"
		return f
	}
	if proxy := (*proxyStatus)(nil); errors.As(err, &proxy) {
		f.Status = proxy.status
	}
	f.Text, f.Hint = noReplyWords(err, sent)
	f.Text = "cannot reach " + at.host() + ": " + f.Text
	return f.unknown(method)
}

// passing reports whether another attempt may succeed, because there was no
// connection or it was lost. It returns false for certificates, sign-in pages, proxies,
// and ports on this machine where nothing listens: these do not change in seconds.
func passing(err error) bool {
	if dns := (*net.DNSError)(nil); errors.As(err, &dns) {
		return dns.IsTemporary && !dns.IsNotFound
	}
	if refusedHere(err) {
		return false
	}
	var number syscall.Errno
	return errors.As(err, &number) || timedOut(err) || closedEarly(err)
}

// refusedHere reports whether nothing listens at a port on this machine.
func refusedHere(err error) bool {
	const wsaRefused = syscall.Errno(10061)
	if !errors.Is(err, syscall.ECONNREFUSED) && !(runtime.GOOS == "windows" && errors.Is(err, wsaRefused)) {
		return false
	}
	for op := (*net.OpError)(nil); errors.As(err, &op); err = op.Err {
		if to, ok := op.Addr.(*net.TCPAddr); ok {
			return to.IP.IsLoopback()
		}
	}
	return false
}

func timedOut(err error) bool {
	var timeout interface{ Timeout() bool }
	return errors.As(err, &timeout) && timeout.Timeout()
}

func closedEarly(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}

// tlsAlert is the Op of a net.OpError for an alert from the server (RFC 8446,
// section 6).
const tlsAlert = "remote error"

// noReplyWords returns why there was no response, in a few words, and a hint. It
// uses only fixed texts of the error, because the text of net/http contains the
// URL with its query, addresses of resolvers, and data from the server.
func noReplyWords(err error, sent bool) (text, hint string) {
	var (
		dns    *net.DNSError
		proxy  *proxyStatus
		plain  tls.RecordHeaderError
		number syscall.Errno
		op     *net.OpError
	)
	if errors.As(err, &op) && op.Op == "proxyconnect" {
		variable, proxy := proxyInUse()
		text, hint := noReplyWords(op.Err, sent)
		if cert, _ := certificateWords(op.Err); cert == "" {
			hint = "check " + variable + ", which names this proxy"
		}
		return proxy + ": " + text, hint
	}
	if text, hint := certificateWords(err); text != "" {
		return text, hint
	}
	switch {
	case errors.Is(err, errSlow):
		return errSlow.Error(), hintNetwork
	case errors.Is(err, errElsewhere):
		return errElsewhere.Error(), hintNetwork
	case errors.As(err, &proxy):
		return proxy.words()
	case errors.As(err, &dns) && dns.IsNotFound:
		return "no such host", hintNetwork
	case errors.As(err, &dns):
		return "the host name cannot be looked up now", hintNetwork
	case errors.As(err, &op) && op.Op == tlsAlert:
		return "it refused the TLS connection: " + strings.TrimPrefix(op.Err.Error(), "tls: "), hintNetwork
	case errors.As(err, &plain):
		return "it does not use TLS", "check the port in NEURALREPO_API_URL, and whether you must sign in to the network first"
	case refusedHere(err):
		return "connection refused", "nothing listens at this port of this machine: start the server, or check NEURALREPO_API_URL"
	case errors.As(err, &number):
		return number.Error(), hintNetwork
	case timedOut(err):
		return "timed out", hintNetwork
	case closedEarly(err):
		return "the connection was closed before the response was complete", hintNetwork
	case sent:
		return "the response is not HTTP", hintNetwork
	}
	return "no connection", hintNetwork
}

// certificateWords is noReplyWords for certificates. It returns "" for other
// failures.
func certificateWords(err error) (text, hint string) {
	var (
		name    x509.HostnameError
		invalid x509.CertificateInvalidError
		unknown x509.UnknownAuthorityError
		noRoots x509.SystemRootsError
		cert    *tls.CertificateVerificationError
	)
	switch {
	case errors.As(err, &name):
		return "its certificate is for another host",
			"check the host name in NEURALREPO_API_URL; a proxy or the sign-in page of a network may have answered instead"
	case errors.As(err, &unknown), errors.As(err, &noRoots):
		return "its certificate is signed by an unknown authority", trustHint()
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return expiredWords(invalid.Cert)
	case errors.As(err, &cert):
		return "its certificate is not valid", "a proxy that intercepts TLS may have answered; otherwise, the operator of the server must replace the certificate"
	}
	return "", ""
}
