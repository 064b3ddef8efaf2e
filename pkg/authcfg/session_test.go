package authcfg

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/nrepo-cli/nrepo/pkg/output"
)

const liveSession = `{"api_url":"https://api.example/v1","api_key":"access-1","user_id":"user-1","auth_method":"oauth",` +
	`"refresh_token":"refresh-1","expires_at":"2026-01-15T12:00:00Z","theme":"dark"}`

// sessionStore returns a store whose file contains doc.
func sessionStore(t *testing.T, doc string) (s *Store, path string, warned *[]string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "config.json")
	if err := os.WriteFile(path, []byte(doc), 0o600); err != nil {
		t.Fatal(err)
	}
	warned = &[]string{}
	return &Store{
		Getenv: func(name string) string { return map[string]string{"NEURALREPO_CONFIG": path}[name] },
		Warn:   func(text string) { *warned = append(*warned, text) },
	}, path, warned
}

func inEffect(t *testing.T, s *Store) Credential {
	t.Helper()
	cred, err := s.Credential()
	if err != nil {
		t.Fatal(err)
	}
	return cred
}

// refresher is a server that can only renew sessions.
type refresher func(context.Context, Config) (Session, error)

func (f refresher) Refresh(ctx context.Context, c Config) (Session, error) { return f(ctx, c) }
func (f refresher) End(context.Context, Config) error                      { return errors.New("no end is known") }

var refreshed = Session{AccessToken: "access-2", RefreshToken: "refresh-2", ExpiresAt: time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)}

func TestRenew(t *testing.T) {
	t.Parallel()
	s, path, warned := sessionStore(t, liveSession)
	cred := inEffect(t, s)
	if !cred.Renewable || cred.ExpiresAt.Year() != 2026 {
		t.Errorf("credential %+v", cred)
	}
	got, err := s.Renew(t.Context(), cred, refresher(func(_ context.Context, c Config) (Session, error) {
		if c.RefreshToken != "refresh-1" || c.APIURL != "https://api.example/v1" {
			t.Errorf("asked with %+v", c)
		}
		return refreshed, nil
	}))
	if err != nil || got != refreshed {
		t.Fatalf("%v %v", got, err)
	}
	c, err := s.Load()
	if err != nil || c.APIKey != "access-2" || c.RefreshToken != "refresh-2" || c.UserID != "user-1" || !c.ExpiresAt.Equal(refreshed.ExpiresAt) {
		t.Errorf("stored %+v %v", c, err)
	}
	if doc, err := os.ReadFile(path); err != nil || !strings.Contains(string(doc), `"theme"`) {
		t.Errorf("%s %v", doc, err)
	}
	if len(*warned) != 0 {
		t.Errorf("warnings %q", *warned)
	}
}

// If the server sends no refresh token, the old one remains in use (RFC 6749, section 6).
// If it sends no expiry, the expiry is not known.
func TestRenewWithoutRotation(t *testing.T) {
	t.Parallel()
	s, _, _ := sessionStore(t, liveSession)
	if _, err := s.Renew(t.Context(), inEffect(t, s), refresher(func(context.Context, Config) (Session, error) {
		return Session{AccessToken: "access-2"}, nil
	})); err != nil {
		t.Fatal(err)
	}
	if c, err := s.Load(); err != nil || c.RefreshToken != "refresh-1" || !c.ExpiresAt.IsZero() {
		t.Errorf("stored %+v %v", c, err)
	}
}

// Renew does not ask the server if another process has changed the file meanwhile.
func TestRenewReadsTheFileAgain(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		now  string // the file when Renew gets the lock
		want Secret // "" for ErrNotLoggedIn
	}{
		"renewed by another":     {strings.ReplaceAll(liveSession, "-1\"", "-9\""), ""}, // the user id differs
		"renewed":                {strings.Replace(liveSession, "access-1", "access-5", 1), "access-5"},
		"logged out":             {`{}`, ""},
		"ended":                  {`{"api_url":"https://api.example/v1","user_id":"user-1","auth_method":"oauth"}`, ""},
		"another user":           {strings.Replace(liveSession, "user-1", "user-2", 1), ""},
		"another server":         {strings.Replace(liveSession, "api.example", "other.example", 1), ""},
		"refresh token was lost": {strings.Replace(liveSession, `"refresh_token":"refresh-1",`, "", 1), ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, path, _ := sessionStore(t, liveSession)
			cred := inEffect(t, s)
			if err := os.WriteFile(path, []byte(test.now), 0o600); err != nil {
				t.Fatal(err)
			}
			got, err := s.Renew(t.Context(), cred, refresher(func(context.Context, Config) (Session, error) {
				t.Error("the server was asked")
				return refreshed, nil
			}))
			if got.AccessToken != test.want || errors.Is(err, ErrNotLoggedIn) != (test.want == "") {
				t.Errorf("%v %v", got.AccessToken, err)
			}
			if doc, err := os.ReadFile(path); err != nil || string(doc) != test.now {
				t.Errorf("the file was changed: %s %v", doc, err)
			}
		})
	}
}

func TestRenewFails(t *testing.T) {
	t.Parallel()
	s, path, _ := sessionStore(t, liveSession)
	lost := errors.New("connection reset")
	if _, err := s.Renew(t.Context(), inEffect(t, s), refresher(func(context.Context, Config) (Session, error) { return Session{}, lost })); !errors.Is(err, lost) {
		t.Errorf("error %v", err)
	}
	if doc, err := os.ReadFile(path); err != nil || string(doc) != liveSession {
		t.Errorf("the file was changed: %s %v", doc, err)
	}
}

func TestRenewEndedSession(t *testing.T) {
	t.Parallel()
	s, _, _ := sessionStore(t, liveSession)
	_, err := s.Renew(t.Context(), inEffect(t, s), refresher(func(context.Context, Config) (Session, error) { return Session{}, ErrSessionEnded }))
	if !errors.Is(err, ErrNotLoggedIn) || !strings.Contains(err.Error(), "user-1") || output.AsError(err).Code != output.CodeAuthRequired {
		t.Errorf("error %v", err)
	}
	c, err := s.Load()
	if err != nil || c.LoggedIn() || !c.Ended() || c.RefreshToken != "" || c.UserID != "user-1" || c.AuthMethod != OAuth {
		t.Errorf("stored %+v %v", c, err)
	}
	if _, err := s.Credential(); !errors.Is(err, ErrNotLoggedIn) || !strings.Contains(err.Error(), "user-1") {
		t.Errorf("error %v", err)
	}
	if previous, err := s.Clear(t.Context()); err != nil || !previous.Ended() {
		t.Errorf("%+v %v", previous, err)
	}
	if c, err := s.Load(); err != nil || c.Ended() {
		t.Errorf("after a logout: %+v %v", c, err)
	}
}

// If the new session could not be stored, the server is not contacted.
func TestRenewAsksOnlyWhereItCanStore(t *testing.T) {
	t.Parallel()
	s, path, warned := sessionStore(t, liveSession)
	must(t, os.Mkdir(path+".lock", 0o700))
	renew := func() (Session, error) {
		return s.Renew(t.Context(), Credential{Secret: "access-1", APIURL: "https://api.example/v1", UserID: "user-1"}, refresher(func(context.Context, Config) (Session, error) {
			t.Error("the server was asked")
			return refreshed, nil
		}))
	}
	_, err := renew()
	if !errors.Is(err, ErrNotStorable) || errors.Is(err, ErrNotLoggedIn) || output.AsError(err).Code != output.CodeAuthRequired || !strings.Contains(err.Error(), path+".lock") {
		t.Errorf("error %v", err)
	}
	wantFile(t, path, liveSession)
	wantWarnings(t, *warned)
	// A session that another process has stored is still used.
	must(t, os.WriteFile(path, []byte(strings.Replace(liveSession, "access-1", "access-5", 1)), 0o600))
	if got, err := renew(); err != nil || got.AccessToken != "access-5" {
		t.Errorf("%v %v", got, err)
	}
	must(t, os.WriteFile(path, []byte(`{"user_id":"user-1"}`), 0o600))
	if _, err := renew(); !errors.Is(err, ErrNotLoggedIn) {
		t.Errorf("error %v", err)
	}
}

// If writing the new session fails, it is still used, with a warning.
func TestRenewedSessionCannotBeSaved(t *testing.T) {
	t.Parallel()
	s, path, warned := sessionStore(t, liveSession)
	got, err := s.Renew(t.Context(), inEffect(t, s), refresher(func(context.Context, Config) (Session, error) {
		return Session{AccessToken: "access-2", RefreshToken: Secret(strings.Repeat("r", maxFileSize))}, nil
	}))
	if err != nil || got.AccessToken != "access-2" {
		t.Errorf("%v %v", got.AccessToken, err)
	}
	wantWarnings(t, *warned, "cannot be saved")
	wantFile(t, path, liveSession)
}

// Other processes wait a few seconds for a write, and longer for a renewal. The test is
// not parallel: a program that another test starts also holds the lock for a moment, and
// in that moment the whole fake time of this test could pass.
func TestWaitsForTheLock(t *testing.T) {
	s, path, _ := sessionStore(t, liveSession)
	renew := func(ctx context.Context) error {
		_, err := s.Renew(ctx, Credential{Secret: "access-0", APIURL: "https://api.example/v1", UserID: "user-1"}, nil)
		return err
	}
	for _, tt := range []struct {
		wait func(context.Context) error
		held time.Duration
		ok   bool
	}{
		{s.Check, 4900 * time.Millisecond, true},
		{s.Check, 5100 * time.Millisecond, false},
		{renew, 19900 * time.Millisecond, true},
		{renew, 20100 * time.Millisecond, false},
	} {
		synctest.Test(t, func(t *testing.T) { // the fake time passes while all goroutines wait
			p, err := s.open(location{path: path}, writing, true)
			must(t, err)
			defer p.close()
			lock, err := s.lock(t.Context(), p)
			must(t, err)
			result := make(chan error)
			go func() { result <- tt.wait(t.Context()) }()
			release := time.AfterFunc(tt.held, func() { lock.Close() })
			err = <-result
			if release.Stop() {
				lock.Close()
			}
			if (err == nil) != tt.ok || !tt.ok && output.AsError(err).Code != output.CodeConfig {
				t.Errorf("after %v: %v", tt.held, err)
			}
		})
	}
}

func TestParseToken(t *testing.T) {
	t.Parallel()
	for text, ok := range map[string]bool{
		"a": true, "nrp_" + strings.Repeat("1", 64): true, strings.Repeat("a", 4096): true,
		"": false, " ": false, "a b": false, "a\n": false, "a\x7f": false, "\u00e4": false, strings.Repeat("a", 4097): false,
	} {
		got, err := ParseToken(text)
		if (err == nil) != ok || ok && got.Reveal() != text {
			t.Errorf("%q: %v", text, err)
		}
		if err != nil && text != "" && strings.Contains(err.Error(), strings.TrimSpace(text)) && len(text) > 2 {
			t.Errorf("the text is repeated: %v", err)
		}
	}
}

func TestIsSession(t *testing.T) {
	t.Parallel()
	for key, want := range map[Secret]bool{"": false, "access-1": true, Secret("nrp_" + strings.Repeat("1", 64)): false} {
		if got := (Config{APIKey: key, AuthMethod: OAuth}).IsSession(); got != want {
			t.Errorf("%s: %v", key, got)
		}
	}
}
