package oauth

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/nrepo-cli/nrepo/pkg/authcfg"
	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

func TestDiscover(t *testing.T) {
	t.Parallel()
	html := func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte("<html>sign in</html>")) }
	for name, test := range map[string]struct {
		path   string // path of the API; default: /api/v1
		change map[string]any
		answer http.HandlerFunc
		exit   int // -1 for ErrNoAuthServer
		api    int // status of the API without a credential; 0 if no request is expected
	}{
		"right":     {},
		"no path":   {path: "/", api: 401},
		"no API":    {path: "/", api: 404, exit: 1},
		"deep path": {path: "/a/b/c", api: 429},
		"404":       {answer: http.NotFound, api: 401, exit: -1},
		"404, old":  {answer: http.NotFound, api: 200, exit: -1},
		"404 twice": {answer: http.NotFound, api: 404, exit: 1},
		"404, 500":  {answer: http.NotFound, api: 500, exit: 5},
		"html":      {answer: html, exit: 5},
		"500":       {answer: func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) }, exit: 5},
		"401":       {answer: func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(401); w.Write([]byte("{}")) }, exit: 1},
		"403, page": {answer: func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(403); w.Write([]byte("<html>")) }, exit: 5},
		"array":     {answer: func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte("[]")) }, exit: 1},
		"null":      {answer: func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte("null")) }, exit: 1},
		"redirect away": {answer: func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://127.0.0.1:1/", http.StatusFound)
		}, exit: 1},
		"other issuer":           {change: map[string]any{"issuer": "https://evil.example"}, exit: 1},
		"issuer with a slash":    {change: map[string]any{"issuer": "BASE/api/v1/"}, exit: 1},
		"issuer of the root":     {change: map[string]any{"issuer": "BASE"}, exit: 1},
		"no token endpoint":      {change: map[string]any{"token_endpoint": nil}, exit: 1},
		"no authorization":       {change: map[string]any{"authorization_endpoint": ""}, exit: 1},
		"number":                 {change: map[string]any{"token_endpoint": 7}, exit: 1},
		"no device, no revoking": {change: map[string]any{"device_authorization_endpoint": nil, "revocation_endpoint": nil}},
		"device elsewhere":       {change: map[string]any{"device_authorization_endpoint": "https://evil.example/device"}, exit: 1},
		"revocation elsewhere":   {change: map[string]any{"revocation_endpoint": "http://127.0.0.1:1/revoke"}, exit: 1},
		"token elsewhere":        {change: map[string]any{"token_endpoint": "http://localhost:1/token"}, exit: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var asked []string
			path := test.path
			if path == "" {
				path = "/api/v1"
			}
			server := httptest.NewUnstartedServer(nil)
			server.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if strings.HasSuffix(r.URL.Path, "/user/me") {
					w.WriteHeader(test.api)
					w.Write([]byte("{}"))
					return
				}
				asked = append(asked, r.URL.Path)
				if test.answer != nil {
					test.answer(w, r)
					return
				}
				doc := metadataOf(server.URL, strings.TrimSuffix(path, "/"))
				for field, value := range test.change {
					if text, ok := value.(string); ok {
						value = strings.Replace(text, "BASE", server.URL, 1)
					}
					doc[field] = value
				}
				json.NewEncoder(w).Encode(doc)
			})
			server.Start()
			defer server.Close()
			a, err := Discover(t.Context(), server.URL+strings.TrimSuffix(path, "/"), Options{})
			if want := "/.well-known/oauth-authorization-server" + strings.TrimSuffix(path, "/"); asked[0] != want {
				t.Errorf("asked %s, want %s", asked[0], want)
			}
			if test.exit == -1 {
				if !errors.Is(err, ErrNoAuthServer) {
					t.Errorf("error: %v", err)
				}
				return
			}
			if got := plugin.ExitCode(err); got != test.exit {
				t.Errorf("exit code %d, want %d: %v", got, test.exit, err)
			}
			if err == nil && a.TokenEndpoint != server.URL+"/oauth/token" {
				t.Errorf("%+v", a)
			}
			if err != nil && strings.Contains(err.Error(), "evil") {
				t.Errorf("the error repeats the server: %v", err)
			}
		})
	}
}

// If the response is not from the server, the error says so.
func TestDiscoverThroughNoProxy(t *testing.T) {
	t.Setenv("HTTPS_PROXY", "http://%zz")
	if _, err := Discover(t.Context(), "https://neuralrepo.invalid/api/v1", Options{}); plugin.ExitCode(err) != plugin.ExitUsage {
		t.Errorf("error: %v", err)
	}
}

func metadataOf(base, path string) map[string]any {
	return map[string]any{
		"issuer":                        base + path,
		"authorization_endpoint":        base + "/oauth/authorize",
		"token_endpoint":                base + "/oauth/token",
		"device_authorization_endpoint": base + "/oauth/device",
		"revocation_endpoint":           base + "/oauth/revoke",
	}
}

// Only URLs that pass SameOrigin are opened or shown.
func TestSameOrigin(t *testing.T) {
	t.Parallel()
	const api = "https://api.example/v1"
	for _, good := range []string{"https://api.example/x?a=b&c=d", "https://api.example", "https://api.example:443/x", "HTTPS://API.example/"} {
		if !SameOrigin(api, good) {
			t.Errorf("%q is refused", good)
		}
	}
	for _, bad := range []string{
		"", "file:///bin/sh", "javascript:alert(1)", "-x", "/path", "//api.example/", "https:api.example", "https://user@api.example/",
		"https://good@evil.example/", "https://api.example@evil.example/", "https://evil.example/", "http://api.example/",
		"https://api.example:444/", "https://api.example.evil/", "https://api.example\\@evil.example/", "https://api.example/\u202e",
		"https://api.example/a b", "https://api.example/\n", "https://api.example/#f", "https://api.ex\u0430mple/", " https://api.example/",
	} {
		if SameOrigin(api, bad) {
			t.Errorf("%q is accepted", bad)
		}
	}
	if !SameOrigin("http://127.0.0.1:8787/api/v1", "http://127.0.0.1:8787/x") || SameOrigin("http://127.0.0.1:8787/api/v1", "http://localhost:8787/x") {
		t.Error("loopback")
	}
}

func FuzzMetadata(f *testing.F) {
	const api = "https://api.example/v1"
	good, err := json.Marshal(metadataOf("https://api.example", "/v1"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add([]byte(`{"issuer":"https://api.example/v1","token_endpoint":"https://api.example@evil/","authorization_endpoint":"https://api.example/"}`))
	f.Fuzz(func(t *testing.T, doc []byte) {
		a, err := parseMetadata(api, doc)
		if err != nil {
			return
		}
		for _, endpoint := range []string{a.AuthorizationEndpoint, a.TokenEndpoint, a.DeviceAuthorizationEndpoint, a.RevocationEndpoint} {
			u, err := url.Parse(endpoint)
			if endpoint != "" && (err != nil || u.User != nil || strings.ContainsAny(endpoint, "#\\ ") || authcfg.Origin(endpoint) != authcfg.Origin(api)) {
				t.Fatalf("accepted %q", endpoint)
			}
		}
		if a.Issuer != api {
			t.Fatalf("accepted the issuer %q", a.Issuer)
		}
	})
}
