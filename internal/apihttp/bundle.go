package apihttp

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net/http"
	"os"
	"runtime"
)

// bundles are where Go looks for the system's authorities in one file, on most
// systems (crypto/x509, root_linux.go).
var bundles = []string{
	"/etc/ssl/certs/ca-certificates.crt", // Debian
	"/etc/pki/tls/certs/ca-bundle.crt",   // Fedora
	"/etc/ssl/ca-bundle.pem",             // openSUSE
	"/etc/ssl/cert.pem",                  // Alpine
}

// bundle returns the authorities of that file, or of SSL_CERT_FILE. They are a
// part of what Go trusts, which reads a directory of some 300 files as well: that
// takes longer than all else that a command does, and brings the same
// authorities again. nil is none, where Go's own way is the only one.
func bundle() *x509.CertPool {
	if runtime.GOOS != "linux" {
		return nil
	}
	files := bundles
	if file := os.Getenv("SSL_CERT_FILE"); file != "" {
		files = []string{file}
	}
	for _, file := range files {
		doc, err := os.ReadFile(file)
		if err != nil {
			continue
		}
		if pool := x509.NewCertPool(); pool.AppendCertsFromPEM(doc) {
			return pool
		}
		return nil
	}
	return nil
}

// trusting is a transport that asks the authorities in part first, and where they
// do not vouch for the server, all of them. A server that is refused was sent
// nothing, so the request can be made again.
type trusting struct{ part, all http.RoundTripper }

// RoundTrip makes one request.
func (t trusting) RoundTrip(r *http.Request) (*http.Response, error) {
	reply, err := t.part.RoundTrip(r)
	var refused *tls.CertificateVerificationError
	if !errors.As(err, &refused) {
		return reply, err
	}
	again := r.Clone(r.Context())
	if r.GetBody != nil {
		if again.Body, err = r.GetBody(); err != nil {
			return nil, err
		}
	}
	return t.all.RoundTrip(again)
}

// newNetwork returns the transport to the server of an API.
func newNetwork(scheme string) http.RoundTripper {
	all := newTransport()
	pool := (*x509.CertPool)(nil)
	if scheme == "https" {
		pool = bundle()
	}
	if pool == nil {
		return all
	}
	part := newTransport()
	part.TLSClientConfig = &tls.Config{RootCAs: pool}
	return trusting{part, all}
}
