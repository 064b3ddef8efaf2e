package apihttp

import (
	"net/http"
	"net/url"
	"os"
	"runtime"
)

// Route is what of this machine's settings decides how requests reach the server.
// The zero value is a direct connection with the system's certificates.
type Route struct {
	Proxy    string // host and port, without a user name and password
	CertFile string // SSL_CERT_FILE
	CertDir  string // SSL_CERT_DIR
}

// Route returns how the client reaches its server. Plain http stays on this
// machine, and needs neither.
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

// hasCertVariables is whether Go reads SSL_CERT_FILE and SSL_CERT_DIR: where the
// system has no store of certificates of its own.
const hasCertVariables = runtime.GOOS != "windows" && runtime.GOOS != "darwin"
