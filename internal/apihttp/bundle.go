package apihttp

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"os"
	"runtime"
)

// bundles are the files in which Go looks for the certificate authorities of the
// system (crypto/x509, root_linux.go).
var bundles = []string{
	"/etc/ssl/certs/ca-certificates.crt", // Debian
	"/etc/pki/tls/certs/ca-bundle.crt",   // Fedora
	"/etc/ssl/ca-bundle.pem",             // openSUSE
	"/etc/ssl/cert.pem",                  // Alpine
}

// bundle returns the authorities in SSL_CERT_FILE, or else in the first of these
// files that exists. It returns nil if there is none. Go would also read a directory
// of about 300 files, which usually contains the same authorities; that takes longer
// than everything else a command does.
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

// trusting first uses the transport part, which trusts only the authorities of a
// bundle. If the server's certificate is from another authority, it uses the transport
// all. That is safe, because no request is sent to a server that is not trusted.
type trusting struct{ part, all http.RoundTripper }

// RoundTrip makes one request.
func (t *trusting) RoundTrip(r *http.Request) (*http.Response, error) {
	reply, err := t.part.RoundTrip(r)
	if !is[*tls.CertificateVerificationError](err) {
		return reply, err
	}
	again := r.WithContext(r.Context())
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
	return &trusting{part, all}
}
