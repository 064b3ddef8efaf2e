package neuralrepo

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/nrepo-cli/nrepo/internal/apihttp"
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
	c.http = apihttp.New(c.cred.APIURL, apihttp.Options{Transport: server, NoRetry: true})
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
