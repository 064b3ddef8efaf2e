package apihttp

import (
	"context"
	"net/http"
	"net/url"
	"testing"

	"github.com/nrepo-cli/nrepo/internal/apihttp/apihttptest"
	"github.com/nrepo-cli/nrepo/pkg/authcfg"
)

const (
	apiKey  = "nrp_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	session = "s3ss10n-t0ken"
	alice   = `{"id":"user_1","email":"alice@example.com"}`
)

// withKey is a Client and the credential for its requests.
type withKey struct {
	*Client
	cred authcfg.Credential
}

func newClient(apiURL string, secret authcfg.Secret) withKey {
	return withTransport(apiURL, secret, nil)
}

func withTransport(apiURL string, secret authcfg.Secret, transport http.RoundTripper) withKey {
	return withKey{New(apiURL, Options{Transport: transport}), authcfg.Credential{Secret: secret, APIURL: apiURL, Source: authcfg.FromConfig}}
}

func (c withKey) do(ctx context.Context, method, path, body string) (*Response, error) {
	u, err := url.Parse(c.at.apiURL + path)
	if err != nil {
		return nil, err
	}
	r := Request{Method: method, URL: u, Credential: c.cred}
	if body != "" {
		r.Body = []byte(body)
	}
	return c.Do(ctx, r)
}

func (c withKey) get() error {
	_, err := c.do(context.Background(), http.MethodGet, "/x", "")
	return err
}

// inMemory is [apihttptest.InMemory] with a client of that server.
func inMemory(t *testing.T, handler http.HandlerFunc, test func(t *testing.T, c withKey, got *apihttptest.Log)) {
	t.Helper()
	apihttptest.InMemory(t, handler, func(t *testing.T, transport *http.Transport, got *apihttptest.Log) {
		test(t, withTransport("http://127.0.0.1/api/v1", apiKey, transport), got)
	})
}
