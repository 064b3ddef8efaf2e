package sandbox

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

func TestHandoff(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		what, query string // of the callback
		want        string // the text before the key
	}{
		{"a query is there", "?state=abc", "?state=abc&api_key="},
		{"none is there", "", "?api_key="},
	} {
		t.Run(row.what, func(t *testing.T) {
			t.Parallel()
			s := start(t, Options{Handoff: true})
			got := make(chan string, 1)
			listener := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got <- r.RequestURI }))
			defer listener.Close()
			callback := listener.URL + "/callback" + row.query
			if err := Decide(context.Background(), s.URL()+"/auth/cli?callback="+url.QueryEscape(callback), true); err != nil {
				t.Fatal(err)
			}
			key, found := strings.CutPrefix(<-got, "/callback"+row.want)
			if !found {
				t.Fatalf("callback got %s", key)
			}
			keys := client{t, s, key}.want(200, "GET", "/user/api-keys", "").field("api_keys").([]any)
			if made := keys[len(keys)-1].(map[string]any); made["label"] != "CLI (auto-generated)" {
				t.Errorf("made %v", made)
			}
			if err := Decide(context.Background(), s.URL()+"/auth/cli?callback="+url.QueryEscape(callback), false); err != nil {
				t.Fatal(err)
			}
			if request := <-got; !strings.Contains(request, "error=access_denied") || strings.Contains(request, "nrp_") {
				t.Errorf("denied: %s", request)
			}
		})
	}
}

// Only one of the two ways to log in is available.
func TestHandoffOnly(t *testing.T) {
	t.Parallel()
	handoff, oauth := start(t, Options{Handoff: true}), start(t, Options{})
	for _, path := range []string{"/.well-known/oauth-authorization-server/api/v1", "/.well-known/oauth-authorization-server", authorizePath, tokenPath, devicePath} {
		if a := newBrowser(t, handoff).get(path); a.status != 404 {
			t.Errorf("%s with handoff: %d", path, a.status)
		}
	}
	if a := newBrowser(t, oauth).get(handoffPath); a.status != 404 {
		t.Errorf("%s with OAuth: %d", handoffPath, a.status)
	}
	b := newBrowser(t, handoff)
	for _, callback := range []string{"", "https://127.0.0.1/callback", "http://evil.example/callback", "http://localhost.evil.example/", "http://user@localhost/",
		"http://127.0.0.1.evil.example/", "http://2130706433/", "http://localhost:99999/", "javascript:alert(1)", "//localhost/", "http://localhost/#x", "http://localhost/#", "http://[::1", "http://localhost/" + strings.Repeat("a", 2000)} {
		if a := b.get(handoffPath + "?callback=" + url.QueryEscape(callback)); a.status != 400 || a.header.Get("Location") != "" {
			t.Errorf("callback %.60q: %d", callback, a.status)
		}
	}
	for _, callback := range []string{"http://localhost:1/callback?state=x", "http://127.0.0.1:1/", "http://[::1]:1/callback"} {
		if a := b.get(handoffPath + "?callback=" + url.QueryEscape(callback)); a.status != 200 {
			t.Errorf("callback %q: %d", callback, a.status)
		}
	}
}
