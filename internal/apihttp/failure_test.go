package apihttp

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/nrepo-cli/nrepo/internal/apihttp/apihttptest"
	"github.com/nrepo-cli/nrepo/pkg/authcfg"
	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

// source returns a client whose requests fail in a certain way.
type source func(t *testing.T) withKey

// answer is a server that answers with a status, headers ("Name: value") and a body. The
// body is HTML if it begins with "<", and JSON if it begins with "{".
func answer(status int, body string, headers ...string) source {
	return func(t *testing.T) withKey {
		apiURL, _ := apihttptest.Serve(t, func(w http.ResponseWriter, _ *http.Request) {
			for _, header := range headers {
				name, value, _ := strings.Cut(header, ": ")
				w.Header().Set(name, value)
			}
			if strings.HasPrefix(body, "{") {
				w.Header().Set("Content-Type", "application/json; charset=utf-8")
			}
			w.WriteHeader(status)
			io.WriteString(w, body)
		})
		return newClient(apiURL, apiKey)
	}
}

// at is from with another path of the API on the same server.
func at(path string, from source) source {
	return func(t *testing.T) withKey {
		c := from(t)
		return newClient(strings.TrimSuffix(c.at.apiURL, "/api/v1")+path, apiKey)
	}
}

// noConnection is a network on which every connection fails with err.
func noConnection(err error) source {
	return func(*testing.T) withKey {
		transport := newTransport()
		transport.DialContext = func(context.Context, string, string) (net.Conn, error) { return nil, err }
		return withTransport("https://neuralrepo.example:8443/api/v1", apiKey, transport)
	}
}

func noServer(*testing.T) withKey { return newClient("http://127.0.0.1:1/api/v1", apiKey) }

// untrusted is a server with a certificate for host that is valid from begins to ends,
// relative to now.
func untrusted(host string, begins, ends time.Duration) source {
	return func(t *testing.T) withKey {
		now := time.Now()
		server, _ := serveTLS(t, &tls.Config{Certificates: []tls.Certificate{certificate(t, host, now.Add(begins), now.Add(ends))}})
		return newClient(server.URL+"/api/v1", apiKey)
	}
}

// TestFailures has the failures of the service, of proxies and gateways, and of the
// network. It checks the reported error, whether a read is repeated, and whether a POST
// may have succeeded.
func TestFailures(t *testing.T) {
	t.Parallel()
	const (
		page   = "<html><title>Blocked</title>"
		day    = 24 * time.Hour
		check  = "NEURALREPO_API_URL"
		login  = "nrepo login"
		nobody = "may have answered" // the hint if the cause is not known
	)
	dial := func(err error) error { return &net.OpError{Op: "dial", Net: "tcp", Err: err} }
	for name, tt := range map[string]struct {
		from       source
		outcome    string
		exit       int
		text, hint string // words in them; "" for no hint
		again      bool
		unknown    bool
	}{
		// the service
		"400":                    {answer(400, `{"error":"No title"}`), "http_400", 1, "No title", "", false, false},
		"400, no reason":         {answer(400, ``), "http_400", 1, "refused the request", "", false, false},
		"400, problem":           {answer(400, `{"title":"Bad","detail":"No title"}`), "http_400", 1, "No title", "", false, false},
		"400, message":           {answer(400, `{"message":"No title"}`), "http_400", 1, "No title", "", false, false},
		"400, errors":            {answer(400, `{"errors":[{"message":"No title"}]}`), "http_400", 1, "No title", "", false, false},
		"400, text":              {answer(400, `No title`), "http_400", 1, "No title", "", false, false},
		"401":                    {answer(401, `{"error":"Unauthorized"}`), "http_401", 4, "Unauthorized", login, false, false},
		"401, challenge":         {answer(401, ``, "WWW-Authenticate: Bearer"), "http_401", 4, "rejected", login, false, false},
		"403":                    {answer(403, `{"error":"Pro only"}`), "http_403", 1, "Pro only", "", false, false},
		"403, no reason":         {answer(403, `{}`), "http_403", 1, "scope", "", false, false},
		"403, wait":              {answer(403, `{"error":"Slow down"}`, "Retry-After: 90"), "http_403", 1, "Slow down", "in 90 seconds", false, false},
		"404":                    {answer(404, `{"error":"Idea not found"}`), "http_404", 1, "Idea not found", "", false, false},
		"408":                    {answer(408, `{"error":"Too slow"}`), "http_408", 1, "Too slow", "", true, false},
		"409":                    {answer(409, `{"error":"Exists"}`), "http_409", 1, "Exists", "", false, false},
		"425":                    {answer(425, `{"error":"Too early"}`), "http_425", 1, "Too early", "", true, false},
		"429":                    {answer(429, ``), "http_429", 5, "rate limit", "again later", true, false},
		"429, an hour":           {answer(429, ``, "Retry-After: 3600"), "http_429", 5, "rate limit", "in 60 minutes", true, false},
		"429, two days":          {answer(429, ``, "Retry-After: 172800"), "http_429", 5, "rate limit", "in 2 days", true, false},
		"429, for ever":          {answer(429, ``, "Retry-After: 99999999999999999999"), "http_429", 5, "rate limit", "in more than 30 days", true, false},
		"500":                    {answer(500, `{"error":"Oops"}`), "http_500", 5, "Oops", "again later", false, false},
		"503":                    {answer(503, `{"error":"Maintenance"}`, "Retry-After: 7200"), "http_503", 5, "Maintenance", "in 2 hours", true, false},
		"302":                    {answer(302, ``, "Location: https://neuralrepo.example/"), "http_302", 1, "redirect", check, false, false},
		"304":                    {answer(304, ``), "http_304", 1, "redirect", check, false, false},
		"success, but no path":   {at("", answer(200, page)), "network_error", 5, "not JSON", "/api/v1?", false, true},
		"404, no path":           {at("", answer(404, `{"error":"Route not found"}`)), "http_404", 1, "Route not found", "/api/v1?", false, false},
		"404, half a path":       {at("/api", answer(404, page)), "http_404", 1, "not found", "/api/v1?", false, false},
		"success that is a page": {answer(200, page), "network_error", 5, "not JSON", nobody, false, true},

		// proxies and gateways
		"401, page":           {answer(401, page), "network_error 401", 5, "not from the API", nobody, false, false},
		"401, text":           {answer(401, "no entry"), "network_error 401", 5, "not from the API: no entry", nobody, false, false},
		"401, other login":    {answer(401, ``, "WWW-Authenticate: Basic realm=x"), "network_error 401", 5, "not from the API", nobody, false, false},
		"401, cut":            {answer(401, `{"error":"x`), "network_error 401", 5, "not from the API", nobody, false, false},
		"401, list":           {answer(401, `["no"]`), "network_error 401", 5, "not from the API", nobody, false, false},
		"403, page":           {answer(403, page), "network_error 403", 5, "not from the API", nobody, false, false},
		"403, nothing":        {answer(403, ``), "network_error 403", 5, "not from the API", nobody, false, false},
		"403, page, wait":     {answer(403, page, "Retry-After: 60"), "network_error 403", 5, "not from the API", "again in 60 seconds", false, false},
		"404, page":           {answer(404, page), "http_404", 1, "not found", nobody, false, false},
		"407":                 {answer(407, page), "network_error 407", 5, "user name", "HTTPS_PROXY", false, false},
		"511":                 {answer(511, page), "network_error 511", 5, "sign in", "browser", false, false},
		"500, page":           {answer(500, page), "http_500", 5, "server failed", "gateway", false, true},
		"502":                 {answer(502, page), "http_502", 5, "server failed", "gateway", false, true},
		"502, JSON":           {answer(502, `{"message":"Internal server error"}`), "http_502", 5, "Internal server error", "again later", false, true},
		"503, page":           {answer(503, page), "http_503", 5, "server failed", "gateway", true, true},
		"504":                 {answer(504, `upstream request timeout`), "http_504", 5, "upstream request timeout", "gateway", false, true},
		"524":                 {answer(524, page), "http_524", 5, "server failed", "gateway", false, true},
		"unknown authority":   {untrusted("127.0.0.1", -day, day), "network_error", 5, "unknown authority", "authority", false, false},
		"not yet valid":       {untrusted("127.0.0.1", day, 2*day), "network_error", 5, "not valid before", "clock", false, false},
		"expired":             {untrusted("127.0.0.1", -2*day, -day), "network_error", 5, "expired on", "clock", false, false},
		"another host":        {untrusted("192.0.2.1", -day, day), "network_error", 5, "another host", check, false, false},
		"proxy: no such host": {noConnection(&net.OpError{Op: "proxyconnect", Net: "tcp", Err: dial(&net.DNSError{Err: "no such host", Name: "x", IsNotFound: true})}), "network_error", 5, "the proxy", "HTTPS_PROXY", false, false},
		"proxy: not trusted":  {noConnection(&net.OpError{Op: "proxyconnect", Net: "tcp", Err: &tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}}}), "network_error", 5, "the proxy: its certificate", "authority", false, false},
		"proxy: refuses":      {noConnection(&proxyStatus{"proxy.example:3128", 403}), "network_error 403", 5, "proxy.example:3128 refuses", "NO_PROXY", false, false},
		"proxy: password":     {noConnection(&proxyStatus{"proxy.example:3128", 407}), "network_error 407", 5, "proxy.example:3128 requires a user name", "HTTPS_PROXY", false, false},
		"proxy: no way":       {noConnection(&proxyStatus{"proxy.example:3128", 502}), "network_error 502", 5, "cannot reach it", check, false, false},
		"proxy: no address":   {noConnection(&variableError{"https_proxy", "it has no host"}), "usage", 2, "https_proxy is not the address of a proxy: it has no host", "http://", false, false},

		// the network
		"refused":           {noConnection(dial(syscall.ECONNREFUSED)), "network_error", 5, "connection refused", check, true, false},
		"refused, here":     {noServer, "network_error", 5, "connection refused", "this machine", false, false},
		"unreachable":       {noConnection(dial(syscall.ENETUNREACH)), "network_error", 5, "network is unreachable", check, true, false},
		"no such host":      {noConnection(dial(&net.DNSError{Err: "no such host", Name: "x", Server: "192.0.2.1:53", IsNotFound: true})), "network_error", 5, "no such host", check, false, false},
		"resolver is down":  {noConnection(dial(&net.DNSError{Err: "i/o timeout", Name: "x", IsTimeout: true, IsTemporary: true})), "network_error", 5, "looked up", check, true, false},
		"resolver is wrong": {noConnection(dial(&net.DNSError{Err: "server misbehaving", Name: "x"})), "network_error", 5, "looked up", check, false, false},
		"too slow":          {noConnection(dial(context.DeadlineExceeded)), "network_error", 5, "timed out", check, true, false},
		"anything":          {noConnection(errors.New("odd " + apiKey)), "network_error", 5, "no connection", check, false, false},
	} {
		for _, method := range []string{"GET", "POST", "PATCH"} {
			t.Run(name+" "+method, func(t *testing.T) {
				t.Parallel()
				c := tt.from(t)
				c.opts.NoRetry = true
				_, err := c.do(context.Background(), method, "/ideas?token=s3cr3t", "")
				f := AsFailure(err)
				if f == nil {
					t.Fatalf("error %v", err)
				}
				hint, unknown := tt.hint, tt.unknown && method != "GET"
				if unknown {
					hint = "may have succeeded"
				}
				if apihttptest.Outcome(err) != tt.outcome || plugin.ExitCode(err) != tt.exit {
					t.Errorf("%s, exit code %d, want %s, %d", apihttptest.Outcome(err), plugin.ExitCode(err), tt.outcome, tt.exit)
				}
				if !strings.Contains(f.Text, tt.text) || !strings.Contains(f.Hint, hint) || (f.Hint == "") != (hint == "") {
					t.Errorf("text %q, hint %q, want %q, %q", f.Text, f.Hint, tt.text, hint)
				}
				if f.passing != tt.again || f.Unknown != unknown {
					t.Errorf("another attempt: %t, unknown: %t", f.passing, f.Unknown)
				}
				if all := f.Text + f.Hint; strings.Contains(all, apiKey) || strings.Contains(all, "s3cr3t") || strings.Contains(f.Hint, login) != (tt.exit == 4) {
					t.Errorf("text %q, hint %q", f.Text, f.Hint)
				}
			})
		}
	}
}

// A long host name is shortened.
func TestLongHost(t *testing.T) {
	t.Parallel()
	c := New("https://"+strings.Repeat("a.", 200)+"example/api/v1", Options{})
	if n := len([]rune(c.Host())); n > len("https://")+80 {
		t.Errorf("%d characters", n)
	}
}

// The hint names NEURALREPO_API_KEY only if the rejected key is from that variable.
func TestRejectedVariable(t *testing.T) {
	t.Parallel()
	c := answer(401, `{"error":"Invalid API key"}`)(t)
	c.cred.Source = authcfg.FromEnv
	if err := c.get(); !strings.Contains(apihttptest.HintOf(err), "NEURALREPO_API_KEY") {
		t.Errorf("hint %q", apihttptest.HintOf(err))
	}
}
