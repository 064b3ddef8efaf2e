package apihttp

import (
	"crypto/x509"
	"errors"
	"io/fs"
	"os"
	"syscall"
	"time"
)

// expiredWords returns the text and hint for a certificate that is not yet valid
// or has expired. The clock of this machine may be wrong, too.
func expiredWords(cert *x509.Certificate) (text, hint string) {
	const minute = "2006-01-02 15:04 UTC"
	now := time.Now()
	clock := "this machine's clock says " + now.UTC().Format(minute) + ": is that right?"
	if now.Before(cert.NotBefore) {
		return "its certificate is not valid before " + cert.NotBefore.UTC().Format(minute), clock
	}
	return "its certificate expired on " + cert.NotAfter.UTC().Format(minute),
		clock + " If so, the server needs a new certificate"
}

// trustHint returns how to trust an unknown authority.
func trustHint() string {
	const inspected = "a proxy or firewall may be intercepting TLS: "
	if !hasCertVariables {
		return inspected + "its authority must be in the system's certificate store"
	}
	if file := os.Getenv("SSL_CERT_FILE"); file != "" {
		doc, err := os.ReadFile(file)
		switch {
		case err != nil:
			return "SSL_CERT_FILE is set, but its file cannot be read: " + fileReason(err)
		case !x509.NewCertPool().AppendCertsFromPEM(doc):
			return "SSL_CERT_FILE is set, but its file contains no PEM certificate"
		}
		return "SSL_CERT_FILE is set, but its file does not contain the authority that signed this certificate"
	}
	if os.Getenv("SSL_CERT_DIR") != "" {
		return "SSL_CERT_DIR is set, but its files do not contain the authority that signed this certificate"
	}
	if pool, err := x509.SystemCertPool(); err != nil || pool.Equal(x509.NewCertPool()) {
		return "this system has no certificate authorities: install the package ca-certificates, or set SSL_CERT_FILE to a file with them"
	}
	return inspected + "set SSL_CERT_FILE to a file with its authority in PEM form"
}

func fileReason(err error) string {
	if errors.Is(err, fs.ErrNotExist) {
		return "it does not exist"
	}
	if number, ok := errors.AsType[syscall.Errno](err); ok {
		return number.Error()
	}
	return "not a file"
}
