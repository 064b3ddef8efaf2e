package authcfg

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/nrepo-cli/nrepo/pkg/output"
)

func TestSaveWritesExactBytes(t *testing.T) {
	t.Parallel()
	s, path, warned := newStore(t)
	previous, err := s.Save(t.Context(), Config{
		APIURL: "https://h.example/api/v1", APIKey: "sess<&>ion", UserID: "u\x1b1", AuthMethod: OAuth,
		RefreshToken: "again", ExpiresAt: time.Date(2026, 1, 15, 13, 0, 0, 5e8, time.FixedZone("", 3600)), KeyID: "7",
	})
	must(t, err)
	if previous.LoggedIn() || previous.APIURL != DefaultAPIURL {
		t.Errorf("previous = %+v", previous)
	}
	wantFile(t, path, `{
  "api_url": "https://h.example/api/v1",
  "api_key": "sess<&>ion",
  "user_id": "u\u001b1",
  "auth_method": "oauth",
  "refresh_token": "again",
  "expires_at": "2026-01-15T12:00:00Z",
  "key_id": "7"
}
`)
	wantMode(t, path, 0o600)
	wantMode(t, path+".lock", 0o600)
	wantMode(t, filepath.Dir(path), 0o700)
	wantNames(t, path, "config.json config.json.lock")
	if len(*warned) > 0 {
		t.Errorf("warned: %q", *warned)
	}
}

func TestFailedChangeWritesNothing(t *testing.T) {
	t.Parallel()
	s, path, _ := newStore(t, withExtras)
	stop := errors.New("stop")
	if err := s.Update(t.Context(), func(c *Config) error { c.APIKey = "x"; return stop }); err != stop {
		t.Errorf("Update = %v", err)
	}
	// A config that could not be read back is not written.
	for _, c := range []Config{{APIKey: "two words"}, {APIURL: "http://h.example"}, {RefreshToken: "a\n"}, {UserID: strings.Repeat("u", maxFileSize)}} {
		if _, err := s.Save(t.Context(), c); output.AsError(err).Code != output.CodeConfig {
			t.Errorf("Save(%+.40v) = %v", c, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Save(ctx, Config{}); !errors.Is(err, context.Canceled) {
		t.Errorf("Save after cancel = %v", err)
	}
	wantFile(t, path, withExtras)
}

func TestClearOfNobodyMakesNothing(t *testing.T) {
	t.Parallel()
	s, path, _ := newStore(t)
	_, err := s.Clear(t.Context())
	must(t, err)
	if _, err := os.Lstat(filepath.Dir(filepath.Dir(path))); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a directory was made: %v", err)
	}
	must(t, os.MkdirAll(filepath.Dir(path), 0o700))
	must(t, os.Symlink("nowhere", path))
	_, err = s.Clear(t.Context())
	must(t, err)
	wantNames(t, path, "config.json")
}

// attempts are the methods that must return the same error for a file that cannot be
// used.
func attempts(s *Store) map[string]func(context.Context) error {
	return map[string]func(context.Context) error{
		"load":       func(context.Context) error { _, err := s.Load(); return err },
		"credential": func(context.Context) error { _, err := s.Credential(); return err },
		"check":      s.Check,
		"save":       func(ctx context.Context) error { _, err := s.Save(ctx, Config{APIKey: "s3cret"}); return err },
		"update":     func(ctx context.Context) error { return s.Update(ctx, func(*Config) error { return nil }) },
	}
}

func TestDirectoryInPlaceOfTheFile(t *testing.T) {
	t.Parallel()
	s, path, warned := newStore(t)
	must(t, os.MkdirAll(path, 0o700))
	for _, try := range attempts(s) {
		wantConfigError(t, try(t.Context()), path, "regular file")
	}
	wantNothingToClear(t, s, warned, path+" is not a regular file")
}

// wantNothingToClear checks that a logout changes nothing, and that a warning says why.
func wantNothingToClear(t *testing.T, s *Store, warned *[]string, why string) {
	t.Helper()
	*warned = nil
	if previous, err := s.Clear(t.Context()); err != nil || previous.LoggedIn() || len(*warned) != 1 || !strings.Contains((*warned)[0], why) {
		t.Errorf("Clear = %+v, %v; warned %q", previous, err, *warned)
	}
}

func TestFileInPlaceOfTheDirectory(t *testing.T) {
	t.Parallel()
	s, path, _ := newStore(t)
	dir := filepath.Dir(path)
	must(t, os.MkdirAll(filepath.Dir(dir), 0o700))
	must(t, os.WriteFile(dir, nil, 0o600))
	if c, err := s.Load(); err != nil || c.LoggedIn() {
		t.Errorf("Load = %+v, %v; want nobody", c, err)
	}
	_, err := s.Clear(t.Context())
	must(t, err)
	_, err = s.Save(t.Context(), Config{APIKey: "s3cret"})
	wantConfigError(t, err, dir, "not a directory")
	wantConfigError(t, s.Check(t.Context()), dir, "not a directory")
}

func TestCheckLeavesNoTrace(t *testing.T) {
	t.Parallel()
	s, path, _ := newStore(t)
	must(t, s.Check(t.Context()))
	wantNames(t, path, "config.json.lock")
	s, path, _ = newStore(t, withExtras)
	must(t, s.Check(t.Context()))
	wantFile(t, path, withExtras)
	wantNames(t, path, "config.json config.json.lock")
}

func TestForeignHint(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		"/home/a b/config.json":     "`sudo chown -h 1000 '/home/a b/config.json'`",
		"/home/o'brien/config.json": "`sudo chown -h 1000 '/home/o'\\''brien/config.json'`",
	} {
		if got := foreignHint(path, 1000); !strings.Contains(got, want) {
			t.Errorf("hint %q, want %q", got, want)
		}
	}
	if got := foreignHint("/home/a/config.json", 0); strings.Contains(got, "chown") {
		t.Errorf("root is told to take %q", got)
	}
}
