package apihttp

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
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
	if variable, ok := errors.AsType[*variableError](err); ok {
		f.Code, f.Text, f.Hint = output.CodeUsage, variable.Error(), "set it to an address such as http://proxy.example:8080"
		return f
	}
	if proxy, ok := errors.AsType[*proxyStatus](err); ok {
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
	if dns, ok := errors.AsType[*net.DNSError](err); ok {
		return dns.IsTemporary && !dns.IsNotFound
	}
	if refusedHere(err) {
		return false
	}
	return is[syscall.Errno](err) || timedOut(err) || closedEarly(err)
}

// refusedHere reports whether nothing listens at a port on this machine.
func refusedHere(err error) bool {
	const wsaRefused = syscall.Errno(10061)
	if !errors.Is(err, syscall.ECONNREFUSED) && !(runtime.GOOS == "windows" && errors.Is(err, wsaRefused)) {
		return false
	}
	for {
		op, ok := errors.AsType[*net.OpError](err)
		if !ok {
			return false
		}
		if to, ok := op.Addr.(*net.TCPAddr); ok {
			return to.IP.IsLoopback()
		}
		err = op.Err
	}
}

func timedOut(err error) bool {
	timeout, ok := errors.AsType[net.Error](err)
	return ok && timeout.Timeout()
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
	op, isOp := errors.AsType[*net.OpError](err)
	if isOp && op.Op == "proxyconnect" {
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
	proxy, isProxy := errors.AsType[*proxyStatus](err)
	dns, isDNS := errors.AsType[*net.DNSError](err)
	number, isNumber := errors.AsType[syscall.Errno](err)
	switch {
	case errors.Is(err, errSlow):
		return errSlow.Error(), hintNetwork
	case errors.Is(err, errElsewhere):
		return errElsewhere.Error(), hintNetwork
	case isProxy:
		return proxy.words()
	case isDNS && dns.IsNotFound:
		return "no such host", hintNetwork
	case isDNS:
		return "the host name cannot be looked up now", hintNetwork
	case isOp && op.Op == tlsAlert:
		return "it refused the TLS connection: " + strings.TrimPrefix(op.Err.Error(), "tls: "), hintNetwork
	case is[tls.RecordHeaderError](err), errors.Is(err, http.ErrSchemeMismatch):
		return "it does not use TLS", "check the port in NEURALREPO_API_URL, and whether you must sign in to the network first"
	case refusedHere(err):
		return "connection refused", "nothing listens at this port of this machine: start the server, or check NEURALREPO_API_URL"
	case isNumber:
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
	cert, ok := errors.AsType[*tls.CertificateVerificationError](err)
	if !ok {
		return "", ""
	}
	switch cause := cert.Err.(type) {
	case x509.HostnameError:
		return "its certificate is for another host",
			"check the host name in NEURALREPO_API_URL; a proxy or the sign-in page of a network may have answered instead"
	case x509.UnknownAuthorityError, x509.SystemRootsError:
		return "its certificate is signed by an unknown authority", trustHint()
	case x509.CertificateInvalidError:
		if cause.Reason == x509.Expired {
			return expiredWords(cause.Cert)
		}
	}
	return "its certificate is not valid", "a proxy that intercepts TLS may have answered; otherwise, the operator of the server must replace the certificate"
}

// is reports whether there is an error of type E in the chain of err.
func is[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}
