package neuralrepo

import (
	"errors"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/nrepo-cli/nrepo/internal/apihttp/apihttptest"
	"github.com/nrepo-cli/nrepo/pkg/authcfg"
	"github.com/nrepo-cli/nrepo/pkg/output"
	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

func TestRefreshOnExpiry(t *testing.T) {
	t.Parallel()
	s := newSessions(t)
	path := s.login(t, "access-1", "refresh-1", time.Now().Add(-time.Hour))
	client := connect(t, path)
	if _, err := client.Me(t.Context()); err != nil {
		t.Fatal(err)
	}
	c, err := storeAt(path, nil).Load()
	if err != nil || c.APIKey != "access-2" || c.RefreshToken != "refresh-2" || c.UserID != "user-1" || time.Until(c.ExpiresAt) < 59*time.Minute {
		t.Errorf("stored %+v %v", c, err)
	}
	if !strings.Contains(readFile(t, path), `"plugin": 1`) {
		t.Error("a foreign field is gone")
	}
	if client.Credential().Secret != "access-2" {
		t.Error("the client does not know its new credential")
	}
	if _, err := client.Me(t.Context()); err != nil || s.refreshes != 1 {
		t.Errorf("%d refreshes, %v", s.refreshes, err)
	}
}

// The stored date is a hint; a 401 decides. A POST is sent again, because a request
// that got a 401 has changed nothing.
func TestRefreshOn401(t *testing.T) {
	t.Parallel()
	for name, expires := range map[string]time.Time{"no date": {}, "the clock is behind": time.Now().Add(24 * time.Hour)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSessions(t)
			s.n = 7
			client := connect(t, s.login(t, "access-6", "refresh-7", expires))
			if _, err := client.CreateIdea(t.Context(), NewIdea{Title: "once"}); err != nil {
				t.Fatal(err)
			}
			if len(s.posts) != 1 || s.posts[0] != "once" || s.refreshes != 1 {
				t.Errorf("%q, %d refreshes", s.posts, s.refreshes)
			}
		})
	}
}

// TestRejectedOnce checks that a request is not repeated if the session cannot be
// renewed, or if the new session is rejected too.
func TestRejectedOnce(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		client   func(t *testing.T, s *sessions, path string) *Client
		rejected int
	}{
		"without a store": {func(t *testing.T, s *sessions, path string) *Client {
			cred, err := storeAt(path, nil).Credential()
			if err != nil || !cred.Renewable {
				t.Fatal(cred, err)
			}
			return NewWithCredential(cred, Options{})
		}, 1},
		"logged out meanwhile": {func(t *testing.T, s *sessions, path string) *Client {
			client := connect(t, path)
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
			return client
		}, 1},
		"no refresh token": {func(t *testing.T, s *sessions, path string) *Client {
			return connect(t, s.login(t, "access-0", "", time.Time{}))
		}, 1},
		"the same token anew": {func(t *testing.T, s *sessions, path string) *Client {
			s.token = func(w http.ResponseWriter, _ *http.Request) {
				io.WriteString(w, `{"access_token":"access-0","token_type":"bearer"}`)
			}
			return connect(t, path)
		}, 1},
		"a token that is rejected too": {func(t *testing.T, s *sessions, path string) *Client {
			s.token = func(w http.ResponseWriter, _ *http.Request) {
				io.WriteString(w, `{"access_token":"access-9","token_type":"bearer"}`)
			}
			return connect(t, path)
		}, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSessions(t)
			client := tt.client(t, s, s.login(t, "access-0", "refresh-1", time.Time{}))
			_, err := client.CreateIdea(t.Context(), NewIdea{Title: "once"})
			if plugin.ExitCode(err) != 4 || s.rejected != tt.rejected || len(s.posts) != 0 {
				t.Errorf("%v; rejected %d times, want %d", err, s.rejected, tt.rejected)
			}
		})
	}
}

// Without a refresh token, an expired session is still sent: the server decides.
func TestExpiryDateIsAHint(t *testing.T) {
	t.Parallel()
	s := newSessions(t)
	if _, err := connect(t, s.login(t, "access-1", "", time.Now().Add(-24*time.Hour))).Me(t.Context()); err != nil {
		t.Error(err)
	}
}

// A failure that may be temporary keeps the login.
func TestTemporaryFailureKeepsLogin(t *testing.T) {
	t.Parallel()
	for name, token := range map[string]http.HandlerFunc{
		"500":      func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) },
		"429":      func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(429) },
		"html 403": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(403); w.Write([]byte("<html>")) },
		"html 200": func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte("<html>")) },
		"invalid_grant in a 500": func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(500)
			w.Write([]byte(`{"error":"invalid_grant"}`))
		},
		"dropped": func(w http.ResponseWriter, _ *http.Request) {
			if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
				conn.Close()
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSessions(t)
			s.token = token
			path := s.login(t, "access-0", "refresh-1", time.Now().Add(-time.Hour))
			before := readFile(t, path)
			_, err := connect(t, path).Me(t.Context())
			if got := plugin.ExitCode(err); got != 5 || strings.Contains(apihttptest.HintOf(err), "may have succeeded") {
				t.Errorf("exit code %d: %v, hint: %s", got, err, apihttptest.HintOf(err))
			}
			if got := readFile(t, path); got != before {
				t.Errorf("the login was changed: %s", got)
			}
			if err != nil && strings.Contains(err.Error(), "refresh-1") {
				t.Errorf("error: %v", err)
			}
		})
	}
}

// invalid_grant ends the login, and the user is remembered. The next command reports
// that without a request.
func TestInvalidGrantEndsLogin(t *testing.T) {
	t.Parallel()
	s := newSessions(t)
	path := s.login(t, "access-0", "refresh-0", time.Time{})
	_, err := connect(t, path).Me(t.Context())
	want := func(err error) {
		t.Helper()
		e := output.AsError(err)
		if plugin.ExitCode(err) != 4 || !errors.Is(err, authcfg.ErrNotLoggedIn) || !strings.Contains(e.Error(), "user-1") || e.Hint != "run `nrepo login`" {
			t.Errorf("error: %v, hint %q", err, e.Hint)
		}
	}
	want(err)
	c, err := storeAt(path, nil).Load()
	if err != nil || c.APIKey != "" || c.RefreshToken != "" || c.UserID != "user-1" || c.AuthMethod != authcfg.OAuth || !c.Ended() {
		t.Errorf("stored %+v %v", c, err)
	}
	s.Close()
	_, err = New(storeAt(path, nil), Options{})
	want(err)
}

// A second client does not try to refresh a session that the first one found ended.
func TestEndedLoginIsNotRefreshedAgain(t *testing.T) {
	t.Parallel()
	s := newSessions(t)
	path := s.login(t, "access-0", "refresh-0", time.Time{})
	first, second := connect(t, path), connect(t, path)
	first.Me(t.Context())
	if _, err := second.Me(t.Context()); plugin.ExitCode(err) != 4 || s.refreshes != 1 {
		t.Errorf("%d refreshes, %v", s.refreshes, err)
	}
}

// If another user logs in meanwhile, a running command does not use the new login.
func TestRefreshOtherUser(t *testing.T) {
	t.Parallel()
	s := newSessions(t)
	path := s.login(t, "access-0", "refresh-0", time.Time{})
	client := connect(t, path)
	if _, err := storeAt(path, nil).Save(t.Context(), authcfg.Config{APIURL: s.URL + "/api/v1", APIKey: "access-1", UserID: "user-2", AuthMethod: authcfg.OAuth}); err != nil {
		t.Fatal(err)
	}
	if _, err := client.Me(t.Context()); plugin.ExitCode(err) != 4 || s.refreshes != 0 {
		t.Errorf("%d refreshes, %v", s.refreshes, err)
	}
}

// If the new session could not be stored, the refresh token is not used. The old session
// is tried, and if the server rejects it, the hint says what to do. In this test, the lock
// cannot be opened.
func TestUnstorableSessionIsNotSpent(t *testing.T) {
	t.Parallel()
	s := newSessions(t)
	path := s.login(t, "access-1", "refresh-1", time.Now().Add(-time.Hour))
	if err := os.Mkdir(path+".lock", 0o700); err != nil {
		t.Fatal(err)
	}
	before := readFile(t, path)
	if _, err := connect(t, path).Me(t.Context()); err != nil {
		t.Errorf("the session has expired, but the server still accepts it: %v", err)
	}
	s.n = 2 // now the server rejects it
	for range 2 {
		_, err := connect(t, path).Me(t.Context())
		if plugin.ExitCode(err) != 4 || !errors.Is(err, authcfg.ErrNotStorable) || !strings.Contains(output.AsError(err).Hint, "NEURALREPO_API_KEY") || !strings.Contains(err.Error(), path) {
			t.Errorf("%v, hint %q", err, output.AsError(err).Hint)
		}
	}
	if s.refreshes != 0 || readFile(t, path) != before {
		t.Errorf("%d refreshes, the file holds %s", s.refreshes, readFile(t, path))
	}
	s.n = 1
	if err := os.Remove(path + ".lock"); err != nil {
		t.Fatal(err)
	}
	if _, err := connect(t, path).Me(t.Context()); err != nil || s.refreshes != 1 {
		t.Errorf("once it can be stored: %d refreshes, %v", s.refreshes, err)
	}
}

// A program that takes no lock, such as the npm package, may log out or in while a session
// is renewed. Its change stays: the new session is only for this command, which ends it
// when it is done.
func TestLoginChangedWhileRenewing(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		meanwhile string // the changed file; URL stands for the server
		ended     bool   // whether the server answers that the session has ended
		code      int    // exit code of the command
	}{
		"logged out":              {"{}", false, 0},
		"logged in":               {`{"api_url":"URL","api_key":"access-7","refresh_token":"refresh-7","user_id":"user-1","auth_method":"oauth"}`, false, 0},
		"another user":            {`{"api_url":"URL","api_key":"access-7","user_id":"user-7","auth_method":"oauth"}`, false, 0},
		"broken":                  {`{"api_key":`, false, 0},
		"ended, and logged out":   {"{}", true, 4},
		"ended, and another user": {`{"api_url":"URL","api_key":"access-7","user_id":"user-7","auth_method":"oauth"}`, true, 4},
		"ended, and logged in":    {`{"api_url":"URL","api_key":"access-1","refresh_token":"refresh-7","user_id":"user-1","auth_method":"oauth"}`, true, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSessions(t)
			path := s.login(t, "access-0", "refresh-1", time.Time{})
			meanwhile := strings.ReplaceAll(tt.meanwhile, "URL", s.URL+"/api/v1")
			s.token = func(w http.ResponseWriter, r *http.Request) {
				if err := os.WriteFile(path, []byte(meanwhile), 0o600); err != nil {
					t.Error(err)
				}
				if tt.ended {
					w.WriteHeader(400)
					io.WriteString(w, `{"error":"invalid_grant"}`)
					return
				}
				s.n = 2
				io.WriteString(w, `{"access_token":"access-2","refresh_token":"refresh-2","token_type":"bearer"}`)
			}
			var later []func()
			store := storeAt(path, func(text string) { t.Errorf("warning: %s", text) })
			store.Later = func(work func()) { later = append(later, work) }
			client, err := New(store, Options{})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := client.Me(t.Context()); plugin.ExitCode(err) != tt.code {
				t.Errorf("error %v", err)
			}
			if len(s.revoked) != 0 {
				t.Errorf("revoked before the command was done: %q", s.revoked)
			}
			for _, work := range later {
				work()
			}
			want := "refresh_token refresh-2, access_token access-2"
			if tt.ended {
				want = ""
			}
			if got := strings.Join(s.revoked, ", "); got != want {
				t.Errorf("revoked %q, want %q", got, want)
			}
			if got := readFile(t, path); got != meanwhile {
				t.Errorf("the file holds %s", got)
			}
		})
	}
}

func TestNoRefreshForEnvironment(t *testing.T) {
	t.Parallel()
	s := newSessions(t)
	path := s.login(t, "access-0", "refresh-1", time.Time{})
	env := map[string]string{
		"NEURALREPO_CONFIG": path, "NEURALREPO_API_URL": s.URL + "/api/v1",
		"NEURALREPO_API_KEY": "nrp_" + strings.Repeat("1", 64),
	}
	client, err := New(&authcfg.Store{Getenv: func(name string) string { return env[name] }}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.Me(t.Context()); plugin.ExitCode(err) != 4 || s.refreshes != 0 {
		t.Errorf("%d refreshes, %v", s.refreshes, err)
	}
}

func TestFresh(t *testing.T) {
	t.Parallel()
	s := newSessions(t)
	client := connect(t, s.login(t, "access-0", "refresh-1", time.Now().Add(2*time.Second)))
	if cred, err := client.Fresh(t.Context()); err != nil || cred.Secret != "access-2" {
		t.Errorf("%s %v", cred.Secret, err)
	}
	if cred, err := client.Fresh(t.Context()); err != nil || cred.Secret != "access-2" || s.refreshes != 1 {
		t.Errorf("%d refreshes, %v", s.refreshes, err)
	}
}
