package apihttp

import (
	"net/http"
	"net/url"
	"os"
	"runtime"
)

// Route describes how requests reach the server. The zero value is a direct
// connection with the certificates of the system.
type Route struct {
	Proxy    string // host and port, without a user name and password
	CertFile string // SSL_CERT_FILE
	CertDir  string // SSL_CERT_DIR
}

// Route returns how the client connects to its server. Plain http is only for this
// machine, and uses neither a proxy nor certificates.
func (c *Client) Route() (r Route) {
	u, err := url.Parse(c.at.apiURL)
	if err != nil || u.Scheme != "https" {
		return Route{}
	}
	if via, err := proxy(&http.Request{URL: u}); err == nil && via != nil {
		r.Proxy = via.Host
	}
	if hasCertVariables {
		r.CertFile, r.CertDir = os.Getenv("SSL_CERT_FILE"), os.Getenv("SSL_CERT_DIR")
	}
	return r
}

// hasCertVariables is whether Go uses SSL_CERT_FILE and SSL_CERT_DIR, as it does
// on systems without a certificate store.
const hasCertVariables = runtime.GOOS != "windows" && runtime.GOOS != "darwin"
