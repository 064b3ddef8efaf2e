package neuralrepo

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/nrepo-cli/nrepo/pkg/authcfg"
	"github.com/nrepo-cli/nrepo/pkg/output"
)

// rawReply is a server that answers everything with the same bytes.
type rawReply string

func (raw rawReply) RoundTrip(r *http.Request) (*http.Response, error) {
	return http.ReadResponse(bufio.NewReader(strings.NewReader(string(raw))), r)
}

// clientOf returns a client of a server, with the API key and without a second
// attempt.
func clientOf(server http.RoundTripper) *Client {
	c := newClient("https://api.example/v1", apiKey)
	c.http.Transport, c.opts.NoRetry = server, true
	return c
}

// wantShort fails where an error is long, has no code, or shows the key.
func wantShort(t *testing.T, err error) {
	t.Helper()
	var out bytes.Buffer
	if err := output.WriteError(&out, output.Human, "nrepo", err); err != nil {
		t.Fatal(err)
	}
	if e := output.AsError(err); e.Code == "" || utf8.RuneCountInString(err.Error()) > 600 || strings.Contains(out.String(), apiKey[8:]) {
		t.Errorf("code %q: %s", e.Code, &out)
	}
}

// FuzzReply holds that whatever bytes a server sends, each call ends in a
// result that can be printed or in a short error without the credential. KEY
// stands for the API key.
func FuzzReply(f *testing.F) {
	ctx := context.Background()
	f.Fuzz(func(t *testing.T, raw string) {
		c := clientOf(rawReply(strings.ReplaceAll(raw, "KEY", apiKey)))
		results := map[string]func() (any, error){
			"Do":           func() (any, error) { _, err := c.Do(ctx, Request{Path: "/x"}); return nil, err },
			"Me":           func() (any, error) { return c.Me(ctx) },
			"APIKeys":      func() (any, error) { return c.APIKeys(ctx) },
			"CreateAPIKey": func() (any, error) { return c.CreateAPIKey(ctx, "x") },
			"RevokeAPIKey": func() (any, error) { return nil, c.RevokeAPIKey(ctx, "1") },
			"Ideas":        func() (any, error) { return c.Ideas(ctx, IdeaFilter{}) },
			"CreateIdea":   func() (any, error) { return c.CreateIdea(ctx, NewIdea{Title: "x"}) },
			"Tags":         func() (any, error) { return c.Tags(ctx) },
			"Discover":     func() (any, error) { return c.authServer(c.metadata(ctx)) },
		}
		for name, call := range results {
			result, err := call()
			if err != nil {
				wantShort(t, err)
			} else if err := output.WriteJSON(io.Discard, result); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

// FuzzTokenReply holds that a token endpoint gives a session that can be stored
// and sent, or an error, which after a success repeats nothing of the reply.
func FuzzTokenReply(f *testing.F) {
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		if status < 200 || status > 599 {
			return // net/http refuses it
		}
		s, err := tokenServer(status, body).Token(context.Background(), url.Values{"grant_type": {"refresh_token"}})
		if err != nil {
			if wantShort(t, err); s != (authcfg.Session{}) {
				t.Errorf("%+v with %v", s, err)
			}
			if status < 300 && err != errBadToken && err.Error() != "the answer of https://api.example is not JSON" {
				t.Errorf("%q: %v", body, err)
			}
			return
		}
		for _, token := range []authcfg.Secret{s.AccessToken, s.RefreshToken} {
			if again, err := authcfg.ParseToken(token.Reveal()); token != "" && (again != token || err != nil) {
				t.Errorf("token %q: %v", token.Reveal(), err)
			}
		}
		var reply struct {
			Lifetime json.Number `json:"expires_in"`
		}
		if err := json.Unmarshal(body, &reply); err != nil {
			t.Fatalf("%q: %v", body, err)
		}
		lifetime, _ := reply.Lifetime.Int64()
		if s.AccessToken == "" || status > 299 || s.ExpiresAt.IsZero() != (lifetime <= 0) ||
			lifetime > 0 && (s.ExpiresAt.Year() > 2300 || s.ExpiresAt.Before(time.Now().Add(-time.Minute))) {
			t.Errorf("status %d, %q: %+v", status, body, s)
		}
	})
}

// tokenServer is an authorization server with one answer.
func tokenServer(status int, body []byte) *AuthServer {
	c := clientOf(roundTrip(func(r *http.Request) *http.Response {
		return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(bytes.NewReader(body)), Request: r}
	}))
	return &AuthServer{Issuer: "https://api.example/v1", TokenEndpoint: "https://api.example/token", client: c}
}

type roundTrip func(*http.Request) *http.Response

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r), nil }

// FuzzPath holds that no path of a request leaves the API.
func FuzzPath(f *testing.F) {
	c := newClient("https://api.example/v1", apiKey)
	f.Fuzz(func(t *testing.T, path string) {
		u, err := c.resolve(path)
		if err != nil {
			wantShort(t, err)
			return
		}
		r, err := http.NewRequest(http.MethodGet, u.String(), nil)
		if err != nil {
			t.Fatalf("%q: %v", path, err)
		}
		var sent strings.Builder
		if err := r.Write(&sent); err != nil {
			t.Fatalf("%q: %v", path, err)
		}
		target := strings.Fields(sent.String())[1]
		if u.Scheme != "https" || r.URL.Host != "api.example" || r.Host != "api.example" || u.User != nil || !strings.HasPrefix(target, "/v1/") {
			t.Errorf("%q leads to %q", path, u)
		}
		if clean := r.URL.JoinPath(); !strings.HasPrefix(clean.Path, "/v1") {
			t.Errorf("%q leads to %q", path, clean)
		}
	})
}
