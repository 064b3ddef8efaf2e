package apihttp

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/nrepo-cli/nrepo/internal/apihttp/apihttptest"
)

// Only a read follows a redirect, and only within its origin. No other server receives
// a request, a credential or a body.
func TestRedirects(t *testing.T) {
	t.Parallel()
	for _, code := range []int{301, 302, 303, 307, 308} {
		for _, method := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"} {
			for _, where := range []string{"same origin", "other port", "other host", "other scheme", "sub-domain", "no scheme", "user in the address", "same origin, with a user", "not a URL", "nowhere"} {
				t.Run(strconv.Itoa(code)+" "+method+" "+where, func(t *testing.T) {
					t.Parallel()
					elsewhere := &apihttptest.Log{}
					other := httptest.NewServer(elsewhere.Handler(apihttptest.Reply(200, alice)))
					defer other.Close()
					otherTLS := httptest.NewTLSServer(elsewhere.Handler(apihttptest.Reply(200, alice)))
					defer otherTLS.Close()
					var location string
					apiURL, got := apihttptest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
						if r.URL.Path == "/api/v1/moved" {
							apihttptest.Reply(200, alice)(w, r)
							return
						}
						if location != "" {
							w.Header().Set("Location", location)
						}
						w.WriteHeader(code)
					})
					host := strings.TrimPrefix(apiURL, "http://")
					_, port, _ := strings.Cut(other.Listener.Addr().String(), ":")
					location = map[string]string{
						"same origin":              apiURL + "/moved",
						"other port":               other.URL + "/api/v1/moved",
						"other host":               "http://localhost:" + port + "/api/v1/moved",
						"other scheme":             otherTLS.URL + "/api/v1/moved",
						"sub-domain":               "http://api.localhost:" + port + "/moved",
						"no scheme":                "//" + other.Listener.Addr().String() + "/moved",
						"same origin, with a user": "http://u:p@" + host + "/moved",
						"user in the address":      "http://" + strings.TrimSuffix(host, "/api/v1") + "@" + other.Listener.Addr().String() + "/",
						"not a URL":                "http://[::1",
					}[where]

					transport := newTransport()
					transport.TLSClientConfig = otherTLS.Client().Transport.(*http.Transport).TLSClientConfig
					c := withTransport(apiURL, apiKey, transport)
					_, err := c.do(context.Background(), method, "/x", `{"s":"s3cr3t"}`)
					if n := len(elsewhere.All()); n != 0 {
						t.Fatalf("%d requests went elsewhere: %v", n, elsewhere.All())
					}
					read := method == "GET" || method == "HEAD"
					switch n := len(got.All()); {
					case where == "same origin" && read:
						if err != nil || n != 2 || got.All()[1].Header.Get("X-Api-Key") != apiKey {
							t.Errorf("error %v, %v", err, got.All())
						}
					case where == "not a URL" || where == "nowhere":
						if err == nil || strings.Contains(err.Error(), apiKey) {
							t.Errorf("error %v", err)
						}
					case n != 1 || apihttptest.Outcome(err) != "http_"+strconv.Itoa(code):
						t.Errorf("error %v, %d requests", err, n)
					}
				})
			}
		}
	}
}

// A session token is treated like an API key.
func TestRedirectOfASession(t *testing.T) {
	t.Parallel()
	otherURL, elsewhere := apihttptest.Serve(t, apihttptest.Reply(200, alice))
	apiURL, _ := apihttptest.Serve(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, otherURL, http.StatusFound) })
	if err := newClient(apiURL, session).get(); apihttptest.Outcome(err) != "http_302" || len(elsewhere.All()) != 0 {
		t.Errorf("error %v, %v", err, elsewhere.All())
	}
}

func TestRedirectLoopEnds(t *testing.T) {
	t.Parallel()
	apiURL, got := apihttptest.Serve(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, r.URL.Path, http.StatusFound) })
	if err := newClient(apiURL, apiKey).get(); apihttptest.Outcome(err) != "http_302" || len(got.All()) != 6 {
		t.Errorf("error %v, %d requests", err, len(got.All()))
	}
}
