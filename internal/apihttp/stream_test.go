package apihttp

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/nrepo-cli/nrepo/internal/apihttp/apihttptest"
)

// A reply that is decoded while it arrives causes the same errors as a complete one.
func TestStream(t *testing.T) {
	t.Parallel()
	html := func(body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			io.WriteString(w, body)
		}
	}
	for name, tt := range map[string]struct {
		handler  http.HandlerFunc
		want     string
		text     string
		tooLarge bool
	}{
		"as expected":       {apihttptest.Reply(200, `[1,2]`), "", "", false},
		"JSON as HTML":      {html(`[1,2]`), "", "", false},
		"a page":            {html(`<html>`), "network_error", "not JSON", false},
		"no JSON":           {apihttptest.Reply(200, `<html>`), "network_error", "not JSON", false},
		"empty":             {apihttptest.Reply(200, ``), "network_error", "not JSON", false},
		"cut JSON":          {apihttptest.Reply(200, `[1,`), "network_error", "not JSON", false},
		"another type":      {apihttptest.Reply(200, `{}`), "unknown", "this version", false},
		"refused":           {apihttptest.Reply(404, `{"error":"no"}`), "http_404", "no", false},
		"too large":         {apihttptest.Reply(200, `[`+strings.Repeat(" ", 3<<20)+`]`), "network_error", "is larger than 2 MiB", true},
		"too many values":   {apihttptest.Reply(200, `[1`+strings.Repeat(",1", 101)+`]`), "network_error", "has more than 100 values", true},
		"as many as may be": {apihttptest.Reply(200, `[1`+strings.Repeat(",1", 100)+`]`), "", "", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			apiURL, _ := apihttptest.Serve(t, tt.handler)
			var got []int
			_, err := streamed(t, New(apiURL, Options{}), apiURL, &got)
			f := AsFailure(err)
			if apihttptest.Outcome(err) != tt.want || f != nil && (f.TooLarge != tt.tooLarge || !strings.Contains(f.Text, tt.text)) {
				t.Errorf("%v", err)
			}
			if tt.want == "" && len(got) < 2 {
				t.Errorf("%v", got)
			}
		})
	}
}

func streamed(t *testing.T, c *Client, apiURL string, out *[]int) (*Response, error) {
	u, err := url.Parse(apiURL + "/x")
	if err != nil {
		t.Fatal(err)
	}
	return c.Do(t.Context(), Request{Method: "GET", URL: u, Limits: Limits{2 << 20, 100}, Read: func(body io.Reader) error {
		return json.NewDecoder(body).Decode(out)
	}})
}

// If the connection is lost within the reply, the request is repeated.
func TestStreamIsRepeated(t *testing.T) {
	t.Parallel()
	handler := apihttptest.Script(apihttptest.Cut, apihttptest.Reply(200, `[1]`))
	apihttptest.InMemory(t, handler, func(t *testing.T, transport *http.Transport, got *apihttptest.Log) {
		var list []int
		const apiURL = "http://127.0.0.1/api/v1"
		if _, err := streamed(t, New(apiURL, Options{Transport: transport}), apiURL, &list); err != nil || len(list) != 1 || len(got.All()) != 2 {
			t.Errorf("%v, %v, %d requests", list, err, len(got.All()))
		}
	})
}
