package authcfg

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nrepo-cli/nrepo/pkg/output"
)

// with returns a store with additional variables.
func with(s *Store, pairs ...string) *Store {
	more, before := env(pairs...), s.Getenv
	return &Store{Warn: s.Warn, Getenv: func(name string) string {
		if value := more(name); value != "" {
			return value
		}
		return before(name)
	}}
}

func TestProfilesAreFilesOfTheirOwn(t *testing.T) {
	t.Parallel()
	s, path, _ := newStore(t, `{"api_key":"first"}`)
	work := with(s, "NEURALREPO_PROFILE", "work")
	if name, err := work.Profile(); name != "work" || err != nil {
		t.Errorf("Profile = %q, %v", name, err)
	}
	_, err := work.Credential()
	if e := output.AsError(err); !errors.Is(err, ErrNotLoggedIn) || !strings.Contains(err.Error(), "profile work") ||
		!strings.Contains(e.Hint, "`nrepo --profile work login`") {
		t.Errorf("%v, hint %q", err, e.Hint)
	}
	_, err = work.Save(t.Context(), Config{APIKey: "second", UserID: "u2", AuthMethod: OAuth, APIURL: DefaultAPIURL})
	must(t, err)
	file := filepath.Join(filepath.Dir(path), "profiles", "work.json")
	wantMode(t, file, 0o600)
	wantMode(t, filepath.Dir(file), 0o700)
	if cred := inEffect(t, work); cred.Secret != "second" || cred.Profile != "work" {
		t.Errorf("work: %+v", cred)
	}
	if cred := inEffect(t, s); cred.Secret != "first" || cred.Profile != "" {
		t.Errorf("default: %+v", cred)
	}
	// The key in the environment overrides every stored login.
	if cred := inEffect(t, with(work, "NEURALREPO_API_KEY", key)); cred.Source != FromEnv || cred.Profile != "" {
		t.Errorf("with a key: %+v", cred)
	}
	// The error about a login for another server names the profile.
	_, err = with(work, "NEURALREPO_API_URL", "https://h.example").Credential()
	if err == nil || !strings.Contains(err.Error(), "(profile work)") {
		t.Errorf("other server: %v", err)
	}
	_, err = work.Clear(t.Context())
	must(t, err)
	wantFile(t, path, `{"api_key":"first"}`)
}

func TestEndedSessionNamesItsProfile(t *testing.T) {
	t.Parallel()
	s, path, _ := newStore(t, `{}`)
	work := with(s, "NEURALREPO_PROFILE", "work")
	must(t, os.Mkdir(filepath.Join(filepath.Dir(path), "profiles"), 0o700))
	must(t, os.WriteFile(filepath.Join(filepath.Dir(path), "profiles", "work.json"), []byte(`{"user_id":"u2"}`), 0o600))
	_, err := work.Credential()
	if e := output.AsError(err); !errors.Is(err, ErrNotLoggedIn) || !strings.Contains(err.Error(), "(profile work)") || !strings.Contains(e.Hint, "--profile work") {
		t.Errorf("%v, hint %q", err, e.Hint)
	}
}

func TestLogins(t *testing.T) {
	t.Parallel()
	s, path, _ := newStore(t, `{"api_key":"s3cret","user_id":"u1","auth_method":"oauth"}`)
	dir := filepath.Join(filepath.Dir(path), "profiles")
	must(t, os.Mkdir(dir, 0o700))
	for name, doc := range map[string]string{
		"ci.json":      `{"api_url":"https://ci.example/v1","api_key":"` + key + `","auth_method":"api_key"}`,
		"broken.json":  `{"api_key":"s3cret`,
		"ended.json":   `{"user_id":"u3","auth_method":"oauth"}`,
		"old.json":     `{"api_key":"s3cret","expires_at":"2020-01-15T12:00:00Z"}`,
		"renews.json":  `{"api_key":"s3cret","expires_at":"2020-01-15T12:00:00Z","refresh_token":"s3cret"}`,
		"out.json":     `{}`,
		"Not-One.json": `{"api_key":"s3cret"}`,
		"ci.json.lock": ``,
	} {
		must(t, os.WriteFile(filepath.Join(dir, name), []byte(doc), 0o600))
	}
	chmod(t, filepath.Join(dir, "ci.json"), 0o644)
	show := func(s *Store) string {
		t.Helper()
		logins, err := s.Logins()
		must(t, err)
		var b strings.Builder
		for _, l := range logins {
			if (l.Err != nil) != (l.State == StateUnusable) || strings.Contains(fmt.Sprint(l), "s3cret") {
				t.Errorf("%v", l)
			}
			mark := ""
			if l.Current {
				mark = "*"
			}
			fmt.Fprintf(&b, "%s%s:%s:%s ", mark, l.Profile, l.State, strings.TrimSuffix(filepath.Base(l.Path), ".json"))
		}
		return strings.TrimSpace(b.String())
	}
	const profiles = "broken:unusable:broken ci:logged_in:ci ended:ended:ended old:expired:old renews:logged_in:renews"
	if got, want := show(s), "*:logged_in:config "+profiles; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got, want := show(with(s, "NEURALREPO_PROFILE", "ci")), ":logged_in:config "+strings.Replace(profiles, "ci:", "*ci:", 1); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	other := filepath.Join(t.TempDir(), "other.json")
	must(t, os.WriteFile(other, []byte(`{"api_key":"s3cret"}`), 0o600))
	if got, want := show(with(s, "NEURALREPO_CONFIG", other)), "*:logged_in:other :logged_in:config "+profiles; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	wantMode(t, filepath.Join(dir, "ci.json"), 0o644) // Logins changes no mode
	if _, err := with(s, "NEURALREPO_PROFILE", "../x").Logins(); output.AsError(err).Code != output.CodeUsage {
		t.Errorf("bad name: %v", err)
	}
	nobody, _, _ := newStore(t)
	if logins, err := nobody.Logins(); err != nil || logins == nil || len(logins) != 0 {
		t.Errorf("nobody: %v, %v", logins, err)
	}
}

// The npm package ignores XDG_CONFIG_HOME.
func TestLoginOfTheNpmPackageIsNamed(t *testing.T) {
	t.Parallel()
	s, path, _ := newStore(t, `{"api_key":"s3cret"}`)
	elsewhere := with(s, "XDG_CONFIG_HOME", t.TempDir())
	hint := func() string { return output.AsError(credentialError(elsewhere)).Hint }
	if got := hint(); !strings.Contains(got, path) || !strings.Contains(got, "NEURALREPO_CONFIG") {
		t.Errorf("hint %q", got)
	}
	must(t, os.WriteFile(path, []byte("{}"), 0o600))
	if got := hint(); strings.Contains(got, path) {
		t.Errorf("hint %q names a file without a login", got)
	}
}

// Without HOME, the home directory comes from the user database. In a service or a
// container, that is a surprise, so a warning says so.
func TestGuessedHomeIsNamed(t *testing.T) {
	t.Parallel()
	xdg, file := t.TempDir(), filepath.Join(t.TempDir(), "c.json")
	for name, tt := range map[string]struct {
		env  []string
		want bool
	}{
		"nothing":           {nil, true},
		"relative xdg":      {[]string{"XDG_CONFIG_HOME", "x"}, true},
		"home":              {[]string{homeVariable, xdg}, false},
		"xdg":               {[]string{"XDG_CONFIG_HOME", xdg}, false},
		"file":              {[]string{"NEURALREPO_CONFIG", file}, false},
		"file in that home": {[]string{"NEURALREPO_CONFIG", "~/c.json", "XDG_CONFIG_HOME", xdg}, true},
	} {
		if got := (&Store{Getenv: env(tt.env...)}).guessed(); got != tt.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
