package neuralrepo

import (
	"net/http"
	"testing"

	"github.com/nrepo-cli/nrepo/internal/apihttp"
	"github.com/nrepo-cli/nrepo/internal/apihttp/apihttptest"
	"github.com/nrepo-cli/nrepo/pkg/authcfg"
)

const (
	apiKey  = "nrp_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	session = "s3ss10n-t0ken"
	alice   = `{"id":"user_1","email":"alice@example.com","display_name":"Alice","plan":"pro","new":[1]}`
)

func newClient(apiURL string, secret authcfg.Secret) *Client {
	return NewWithCredential(authcfg.Credential{Secret: secret, APIURL: apiURL, Source: authcfg.FromConfig}, Options{})
}

// inMemory is [apihttptest.InMemory] with a client of that server.
func inMemory(t *testing.T, handler http.HandlerFunc, test func(t *testing.T, c *Client, got *apihttptest.Log)) {
	t.Helper()
	apihttptest.InMemory(t, handler, func(t *testing.T, transport *http.Transport, got *apihttptest.Log) {
		c := newClient("http://127.0.0.1/api/v1", apiKey)
		c.http = apihttp.New(c.cred.APIURL, apihttp.Options{Transport: transport, Notify: func(text string) { c.opts.Notify(text) }})
		test(t, c, got)
	})
}
