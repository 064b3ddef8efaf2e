package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/nrepo-cli/nrepo/pkg/authcfg"
	"github.com/nrepo-cli/nrepo/pkg/output"
)

func TestCodeFlow(t *testing.T) {
	t.Parallel()
	s := newService(t)
	r := newSession(t, s)
	address := r.begin(t)
	status, page := visit(t, address)
	if status != 200 || !strings.Contains(page, "You are logged in") || !strings.Contains(page, "alice@example.com") {
		t.Errorf("page: %d %s", status, page)
	}
	c := r.wantLoggedIn(t, "access-1")
	if c.RefreshToken != authcfg.Secret("refresh-1") || time.Until(c.ExpiresAt) < 50*time.Minute || c.APIURL != s.api() {
		t.Errorf("stored: %+v", c)
	}
	if got := r.stdout.String(); got != "Logged in as alice@example.com\n" {
		t.Errorf("stdout: %q", got)
	}
	if len(r.opened) != 1 || r.opened[0][0] != "/usr/bin/xdg-open" || r.opened[0][1] != address {
		t.Errorf("opened %q", r.opened)
	}
	for _, h := range s.headers {
		if h.Get("Authorization") != "Bearer access-1" || h.Get("X-API-Key") != "" {
			t.Errorf("headers: %v", h)
		}
	}
	u, err := url.Parse(address)
	if err != nil || len(u.Query().Get("state")) < 22 || !strings.HasPrefix(u.Query().Get("redirect_uri"), "http://127.0.0.1:") {
		t.Errorf("address: %s", address)
	}
	if strings.Contains(r.stderr.String(), "access-1") || strings.Contains(r.stderr.String(), "refresh-1") {
		t.Error("a token was shown")
	}
}

func TestHandoff(t *testing.T) {
	t.Parallel()
	for name, loose := range map[string]bool{"joined by &": false, "joined by ?": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newService(t)
			s.handoff, s.loose = true, loose
			r := newSession(t, s)
			address := r.begin(t)
			if !strings.HasPrefix(address, s.URL+"/auth/cli?callback=http%3A%2F%2Flocalhost%3A") {
				t.Errorf("address: %s", address)
			}
			if status, page := visit(t, address); status != 200 || strings.Contains(page, handedKey) {
				t.Errorf("page: %d %s", status, page)
			}
			if c := r.wantLoggedIn(t, handedKey); c.RefreshToken != "" || !c.ExpiresAt.IsZero() {
				t.Errorf("stored: %+v", c)
			}
			if h := s.headers[len(s.headers)-1]; h.Get("X-API-Key") != handedKey || h.Get("Authorization") != "" {
				t.Errorf("headers: %v", h)
			}
		})
	}
}

// The handoff is for servers without metadata, not for servers that fail.
func TestNoSilentHandoff(t *testing.T) {
	t.Parallel()
	s := newService(t)
	for name, test := range map[string]struct {
		url  string
		exit int
	}{
		"another issuer": {s.URL + "/api/v1/", 0}, // only the final slash differs
		"no server":      {"https" + strings.TrimPrefix(s.api(), "http"), 5},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newSession(t, s)
			r.env["NEURALREPO_API_URL"] = test.url
			if test.exit != 0 {
				if got := r.alone(t); got != test.exit {
					t.Errorf("exit code %d: %v", got, r.err)
				}
				if len(r.opened) != 0 {
					t.Errorf("opened %q", r.opened)
				}
				return
			}
			visit(t, r.begin(t))
			r.wantLoggedIn(t, "access-1")
		})
	}
}

// A login ends the session that it replaces, after the new one is stored. A login that
// fails does not end it.
func TestReplacedSession(t *testing.T) {
	t.Parallel()
	s := newService(t)
	old := `{"api_url":"` + s.api() + `","api_key":"access-0","user_id":"user-1","auth_method":"oauth","refresh_token":"refresh-0"}`
	r := newSession(t, s)
	r.hasLogin(t, old)
	visit(t, r.begin(t))
	r.wantLoggedIn(t, "access-1")
	s.wantRevoked(t, "refresh-0", "access-0")

	unread := newSession(t, s)
	unread.hasLogin(t, strings.ReplaceAll(old, "-0", "-5"))
	reader, stdout := io.Pipe()
	reader.Close()
	unread.login.env.Stdout = stdout
	visit(t, unread.begin(t))
	unread.wantExit(t, 1)

	interrupted := newSession(t, s)
	interrupted.hasLogin(t, strings.ReplaceAll(old, "-0", "-7"))
	s.revoking = func() { interrupted.cancel() }
	visit(t, interrupted.begin(t))
	interrupted.wantLoggedIn(t, "access-1")
	ended := []string{"refresh-0", "access-0", "refresh-5", "access-5", "refresh-7", "access-7"}
	s.wantRevoked(t, ended...)

	s.deny = true
	denied := newSession(t, s)
	kept := denied.hasLogin(t, strings.ReplaceAll(old, "-0", "-9"))
	visit(t, denied.begin(t))
	denied.wantExit(t, 3)
	kept()
	s.wantRevoked(t, ended...)
}

// Without a terminal.
func TestNoTerminal(t *testing.T) {
	t.Parallel()
	for name, args := range map[string][]string{"browser": nil, "json": {"--json"}, "device": {"--device"}, "no browser": {"--no-browser"}} {
		t.Run("CI "+name, func(t *testing.T) {
			t.Parallel()
			s := newService(t)
			r := newSession(t, s, args...)
			r.env["CI"] = "true"
			if got := r.alone(t); got != 2 {
				t.Errorf("exit code %d: %v", got, r.err)
			}
			r.login.env.Report(r.err)
			for _, way := range []string{"NEURALREPO_API_KEY", "--api-key"} {
				if !strings.Contains(r.stderr.String(), way) {
					t.Errorf("stderr does not name %s: %s", way, r.stderr.String())
				}
			}
			if len(s.log) != 0 || len(r.opened) != 0 {
				t.Errorf("asked %q, opened %q", s.log, r.opened)
			}
		})
	}
	t.Run("not CI", func(t *testing.T) {
		t.Parallel()
		r := newSession(t, newService(t), "--timeout", "50ms")
		r.env["CI"] = "false"
		r.begin(t)
		r.wantExit(t, 3)
		r.wantNothingStored(t)
	})
	t.Run("json", func(t *testing.T) {
		t.Parallel()
		s := newService(t)
		r := newSession(t, s, "--json")
		var event struct{ Event, URL string }
		if err := json.Unmarshal([]byte(r.begin(t)), &event); err != nil || event.Event != "open_url" {
			t.Fatalf("event: %+v %v", event, err)
		}
		visit(t, event.URL)
		r.wantExit(t, 0)
		lines := strings.Split(strings.TrimSuffix(r.stdout.String(), "\n"), "\n")
		var result map[string]string
		if len(lines) != 2 || json.Unmarshal([]byte(lines[1]), &result) != nil || result["email"] != "alice@example.com" || result["auth_method"] != "oauth" {
			t.Errorf("stdout: %q", lines)
		}
		if r.stderr.String() != "" {
			t.Errorf("stderr: %s", r.stderr.String())
		}
	})
}

// The exchange.
func TestExchange(t *testing.T) {
	t.Parallel()
	drop := func(w http.ResponseWriter, r *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err == nil {
			conn.Close()
		}
	}
	for name, test := range map[string]struct {
		token http.HandlerFunc
		exit  int
	}{
		"invalid_grant": {func(w http.ResponseWriter, r *http.Request) {
			reply(w, 400, map[string]any{"error": "invalid_grant"})
		}, 3},
		"invalid_client": {func(w http.ResponseWriter, r *http.Request) {
			reply(w, 401, map[string]any{"error": "invalid_client"})
		}, 1},
		"reset after sending": {drop, 5},
		"repeated in a broken head": {func(w http.ResponseWriter, r *http.Request) {
			r.ParseForm()
			conn, _, err := http.NewResponseController(w).Hijack()
			if err == nil {
				fmt.Fprintf(conn, "%s %s\x1b[2J\r\n\r\n", r.Form.Get("code"), r.Form.Get("code_verifier"))
				conn.Close()
			}
		}, 5},
		"html": {func(w http.ResponseWriter, r *http.Request) { w.Write([]byte("<html>secret-page")) }, 5},
		"html, 401": {func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(401)
			w.Write([]byte("<html>secret-page"))
		}, 5},
		"500":      {func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(500) }, 5},
		"no token": {func(w http.ResponseWriter, r *http.Request) { reply(w, 200, map[string]any{"token_type": "Bearer"}) }, 1},
		"odd token type": {func(w http.ResponseWriter, r *http.Request) {
			reply(w, 200, map[string]any{"access_token": "a", "token_type": "mac"})
		}, 1},
		"token with a line feed": {func(w http.ResponseWriter, r *http.Request) {
			reply(w, 200, map[string]any{"access_token": "a\nb", "token_type": "Bearer"})
		}, 1},
		"redirect": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
		}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newService(t)
			s.token = test.token
			r := newSession(t, s)
			kept := r.hasLogin(t, `{"api_key":"`+otherKey+`","auth_method":"api_key"}`)
			r.env["NEURALREPO_API_URL"] = s.api()
			address := r.begin(t)
			code := callbackOf(t, address)
			if _, page := visit(t, code); strings.Contains(page, "You are logged in") {
				t.Error("the page says success")
			}
			r.wantExit(t, test.exit)
			if n := s.exchanged(); n != 1 {
				t.Errorf("%d exchanges", n)
			}
			kept()
			if output.AsError(r.err).Hint == "" {
				t.Error("no hint")
			}
			if text := r.err.Error(); strings.Contains(text, "secret-page") || strings.Contains(text, "code-") || strings.Contains(text, "malformed") {
				t.Errorf("error: %s", text)
			}
		})
	}
}

// It is not parallel, because the server of another test could get the freed port.
func TestServerGone(t *testing.T) {
	s := newService(t)
	r := newSession(t, s)
	code := callbackOf(t, r.begin(t))
	s.Close()
	visit(t, code)
	r.wantExit(t, 5)
	r.wantNothingStored(t)
}

// The page reports success only after the login is stored.
func TestUnstorable(t *testing.T) {
	t.Parallel()
	s := newService(t)
	r := newSession(t, s)
	directory := filepath.Join(t.TempDir(), "directory")
	r.env["NEURALREPO_CONFIG"] = filepath.Join(directory, "config.json")
	address := r.begin(t)
	if err := os.RemoveAll(directory); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(directory, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, page := visit(t, address); !strings.Contains(page, "did not work") {
		t.Errorf("page: %s", page)
	}
	r.wantExit(t, 1)
	if r.stdout.String() != "" {
		t.Errorf("stdout: %s", r.stdout.String())
	}
	s.wantRevoked(t, "refresh-1", "access-1")
}

func TestRejectedSession(t *testing.T) {
	t.Parallel()
	for status, exit := range map[int]int{401: 4, 403: 1, 500: 5} {
		s := newService(t)
		s.me = func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(status); io.WriteString(w, "{}") }
		r := newSession(t, s)
		kept := r.hasLogin(t, `{"api_key":"`+otherKey+`"}`)
		if _, page := visit(t, r.begin(t)); strings.Contains(page, "You are logged in") {
			t.Error("the page says success")
		}
		r.wantExit(t, exit)
		kept()
		s.wantRevoked(t, "refresh-1", "access-1")
	}
}

// Ctrl-C while the service checks the new session ends that session.
func TestInterruptedSession(t *testing.T) {
	t.Parallel()
	s := newService(t)
	r := newSession(t, s)
	s.me = func(_ http.ResponseWriter, asked *http.Request) {
		r.cancel()
		<-asked.Context().Done()
	}
	visit(t, r.begin(t))
	if <-r.done; !errors.Is(r.err, context.Canceled) {
		t.Errorf("error: %v", r.err)
	}
	r.wantNothingStored(t)
	s.wantRevoked(t, "refresh-1", "access-1")
}

func TestFlags(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{
		{"--api-key", "--device"},
		{"--api-key", "--no-browser"},
		{"--api-key", "--callback-port", "8400"},
		{"--list", "--api-key"},
		{"--list", "--timeout", "1m"},
		{"--device", "--callback-port", "8400"},
		{"--callback-port", "65536"},
		{"--callback-port", "-1"},
		{"--timeout", "0"},
		{"--timeout", "soon"},
		{"now"},
	} {
		s := newService(t)
		r := newSession(t, s, args...)
		if got := r.alone(t); got != 2 {
			t.Errorf("%q: exit code %d: %v", args, got, r.err)
		}
		if len(s.log) != 0 {
			t.Errorf("%q: asked %q", args, s.log)
		}
	}
}
