package neuralrepo

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/nrepo-cli/nrepo/internal/apihttp/apihttptest"
	"github.com/nrepo-cli/nrepo/pkg/output"
)

// A successful reply may contain something other than a user.
func TestReplies(t *testing.T) {
	t.Parallel()
	const (
		notJSON = "is not JSON"
		strange = "this version"
	)
	network, unknown := output.CodeNetwork, output.CodeUnknown
	for name, tt := range map[string]struct {
		handler http.HandlerFunc
		want    string
		text    string
	}{
		"as documented":       {apihttptest.Reply(200, alice), "", ""},
		"with blanks":         {apihttptest.Reply(200, " \r\n"+alice+"\n"), "", ""},
		"portal page":         {apihttptest.Reply(200, "<!DOCTYPE html><title>Sign in</title>"), network, notJSON},
		"empty":               {apihttptest.Reply(200, ""), network, notJSON},
		"no content":          {apihttptest.Reply(204, ""), network, notJSON},
		"cut JSON":            {apihttptest.Reply(200, alice[:20]), network, notJSON},
		"two objects":         {apihttptest.Reply(200, alice+alice), network, notJSON},
		"byte order mark":     {apihttptest.Reply(200, "\uFEFF"+alice), network, notJSON},
		"binary":              {apihttptest.Reply(200, "\x00\xff\x1b[2J"), network, notJSON},
		"array":               {apihttptest.Reply(200, "[]"), unknown, strange},
		"null":                {apihttptest.Reply(200, "null"), unknown, strange},
		"number":              {apihttptest.Reply(200, "1"), unknown, strange},
		"string":              {apihttptest.Reply(200, `"x"`), unknown, strange},
		"another object":      {apihttptest.Reply(200, `{"ok":true}`), unknown, "no user"},
		"field of wrong type": {apihttptest.Reply(200, `{"id":"1","email":{"a":"`+apiKey+`"}}`), unknown, "email"},
		"depth bomb":          {apihttptest.Reply(200, strings.Repeat("[", 100_000)), network, notJSON},
		"compressed": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			io.WriteString(w, "this is not compressed at all")
		}, network, "not HTTP"},
		"malformed head": {func(w http.ResponseWriter, r *http.Request) {
			conn, _, err := w.(http.Hijacker).Hijack()
			if err == nil {
				io.WriteString(conn, "echo "+r.Header.Get("X-Api-Key")+"\x1b[2J\r\n\r\n")
				conn.Close()
			}
		}, network, "not HTTP"},
		"huge": {func(w http.ResponseWriter, _ *http.Request) {
			block := bytes.Repeat([]byte(" "), 1<<20)
			for range 17 {
				w.Write(block)
			}
		}, network, "is larger than 16 MiB"},
		"huge when unpacked": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			packed := gzip.NewWriter(w)
			block := bytes.Repeat([]byte(" "), 1<<20)
			for range 17 {
				packed.Write(block)
			}
			packed.Close()
		}, network, "is larger than 16 MiB"},
		"huge head": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X", strings.Repeat("x", 1<<20))
			io.WriteString(w, alice)
		}, network, "not HTTP"},
		"flood of early hints": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Link", strings.Repeat("x", 1<<10))
			for range 1000 {
				w.WriteHeader(http.StatusEarlyHints)
			}
			io.WriteString(w, alice)
		}, network, "not HTTP"},
		"flood between chunks": {func(w http.ResponseWriter, _ *http.Request) {
			conn, _, err := w.(http.Hijacker).Hijack()
			if err == nil {
				io.WriteString(conn, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
				io.WriteString(conn, "1;"+strings.Repeat("x", 1<<20)+"\r\n \r\n0\r\n\r\n")
				conn.Close()
			}
		}, network, "not HTTP"},
		"switching protocols": {func(w http.ResponseWriter, _ *http.Request) {
			conn, _, err := w.(http.Hijacker).Hijack()
			if err == nil {
				t.Cleanup(func() { conn.Close() }) // only after the client has finished
				io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n")
			}
		}, "http_101", "refused"},
		"early hints": {func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusEarlyHints)
			io.WriteString(w, alice)
		}, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			apiURL, got := apihttptest.Serve(t, tt.handler)
			user, err := newClient(apiURL, apiKey).Me(context.Background())
			if apihttptest.Outcome(err) != tt.want || len(got.All()) != 1 {
				t.Fatalf("error %v (%+v), want %+v; %d requests", err, apihttptest.Outcome(err), tt.want, len(got.All()))
			}
			if err == nil {
				if user.Email != "alice@example.com" {
					t.Errorf("user %+v", user)
				}
				return
			}
			if text := err.Error(); !strings.Contains(text, tt.text) || strings.Contains(text, apiKey) || strings.ContainsAny(text, "\n\x1b") {
				t.Errorf("error %q, want %q", text, tt.text)
			}
		})
	}
}

// TestMediaTypes checks which replies [Client.Do] accepts. They do not have to be JSON.
func TestMediaTypes(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		method, mediaType, body string
		page                    bool
	}{
		"HTML":              {"GET", "text/html", "<html>", true},
		"no method":         {"", "text/html", "<html>", true},
		"with parameters":   {"DELETE", `Text/HTML ; charset="utf-8"`, "<html>", true},
		"bad parameters":    {"GET", "text/html; charset", "<html>", true},
		"no body":           {"HEAD", "text/html", "", true},
		"JSON all the same": {"GET", "text/html", "{}", false},
		"Markdown":          {"GET", "text/markdown", "<html>", false},
		"CSV":               {"GET", "text/csv", "a,b", false},
		"text":              {"GET", "text/plain; charset=utf-8", "<html>", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			apiURL, _ := apihttptest.Serve(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", tt.mediaType)
				io.WriteString(w, tt.body)
			})
			resp, err := newClient(apiURL, apiKey).Do(context.Background(), Request{Method: tt.method, Path: "/x"})
			if tt.page && (resp != nil || apihttptest.Outcome(err) != output.CodeNetwork || !strings.HasSuffix(err.Error(), " is not JSON")) {
				t.Errorf("reply %+v, error %v", resp, err)
			}
			if tt.page && !strings.Contains(apihttptest.HintOf(err), "sign-in page") {
				t.Errorf("hint %q", apihttptest.HintOf(err))
			}
			if !tt.page && (err != nil || string(resp.Body) != tt.body) {
				t.Errorf("reply %+v, error %v", resp, err)
			}
		})
	}
}

// The error about a field that has the wrong type names it as in the reply.
func TestWrongTypeInIdea(t *testing.T) {
	t.Parallel()
	apiURL, _ := apihttptest.Serve(t, apihttptest.Reply(200, `{"id":1,"title":5}`))
	if _, err := newClient(apiURL, apiKey).Idea(t.Context(), "1"); err == nil || !strings.Contains(err.Error(), "field title ") {
		t.Errorf("%v", err)
	}
}

// After a nonsensical reply, a POST may still have succeeded.
func TestStrangeReplyToPost(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{"page": "<html>", "array": "[]", "null": "null", "nothing in it": "{}"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			apiURL, got := apihttptest.Serve(t, apihttptest.Reply(200, body))
			c := newClient(apiURL, apiKey)
			if _, err := c.CreateIdea(context.Background(), NewIdea{Title: "T"}); !strings.Contains(apihttptest.HintOf(err), "check before") {
				t.Errorf("CreateIdea: %v, hint %q", err, apihttptest.HintOf(err))
			}
			if _, err := c.CreateAPIKey(context.Background(), "ci"); err == nil || !strings.Contains(apihttptest.HintOf(err), "nrepo key list") {
				t.Errorf("CreateAPIKey: %v, hint %q", err, apihttptest.HintOf(err))
			}
			if n := len(got.All()); n != 2 {
				t.Errorf("%d requests", n)
			}
		})
	}
}
