package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nrepo-cli/nrepo/pkg/output"
)

// newList prepares a run of --list with stored logins: the content of files by their
// path below the directory of the default login.
func newList(t *testing.T, s *fakeServer, files map[string]string, args ...string) *session {
	t.Helper()
	r := newSession(t, s, append([]string{"--list"}, args...)...)
	home := t.TempDir()
	r.env["XDG_CONFIG_HOME"], r.env["NEURALREPO_CONFIG"], r.env["NEURALREPO_API_URL"] = home, "", ""
	for name, text := range files {
		path := filepath.Join(home, "neuralrepo", name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return r
}

func TestList(t *testing.T) {
	t.Parallel()
	s := newService(t)
	files := map[string]string{
		"config.json":        `{"api_url":"` + s.api() + `","api_key":"` + apiKey + `","user_id":"user-1","auth_method":"api_key"}`,
		"profiles/work.json": `{"api_url":"` + s.api() + `","api_key":"access-1","auth_method":"oauth","expires_at":"2020-01-01T00:00:00Z"}`,
		"profiles/old.json":  "broken",
		"profiles/out.json":  "{}",
	}
	r := newList(t, s, files, "--json")
	r.env["NEURALREPO_PROFILE"] = "work"
	if got := r.alone(t); got != 0 {
		t.Fatalf("exit code %d: %v", got, r.err)
	}
	var result struct{ Logins []listed }
	if err := json.Unmarshal([]byte(r.stdout.String()), &result); err != nil || len(result.Logins) != 3 {
		t.Fatalf("%v: %s", err, r.stdout.String())
	}
	all, old, work := result.Logins[0], result.Logins[1], result.Logins[2]
	if all.Profile != "" || all.Current || all.State != "logged_in" || all.APIURL != s.api() || all.UserID != "user-1" || !strings.HasSuffix(all.Path, "config.json") {
		t.Errorf("default: %+v", all)
	}
	if old.Profile != "old" || old.State != "unusable" || old.Error == "" || old.APIURL != "" {
		t.Errorf("old: %+v", old)
	}
	if work.Profile != "work" || !work.Current || work.State != "expired" || work.ExpiresAt == nil || work.ExpiresAt.Year() != 2020 {
		t.Errorf("work: %+v", work)
	}

	r = newList(t, s, files)
	if got := r.alone(t); got != 0 {
		t.Fatalf("exit code %d: %v", got, r.err)
	}
	for _, want := range []string{"(default): logged in, in use\n", "old: unusable\n", "work: expired\n", s.api() + "\n", "profiles/work.json\n"} {
		if !strings.Contains(r.stdout.String(), want) {
			t.Errorf("%q is not in:\n%s", want, r.stdout.String())
		}
	}
	if !strings.Contains(r.stderr.String(), "old.json") {
		t.Errorf("stderr does not say what is wrong with the broken file: %s", r.stderr.String())
	}
	if all := r.stdout.String() + r.stderr.String(); strings.Contains(all, apiKey) || strings.Contains(all, "access-1") {
		t.Error("a credential is shown")
	}
	if len(s.log) != 0 {
		t.Errorf("the server was asked for %q", s.log)
	}
}

func TestListOfNothing(t *testing.T) {
	t.Parallel()
	s := newService(t)
	r := newList(t, s, nil)
	r.env["NEURALREPO_API_KEY"] = apiKey
	if got := r.alone(t); got != 0 || !strings.Contains(r.stdout.String(), "nrepo login") || !strings.Contains(r.stderr.String(), "NEURALREPO_API_KEY") {
		t.Errorf("exit code %d: %s%s", got, r.stdout.String(), r.stderr.String())
	}
	r = newList(t, s, nil, "--json")
	if got := r.alone(t); got != 0 || r.stdout.String() != "{\n  \"logins\": []\n}\n" {
		t.Errorf("exit code %d: %s", got, r.stdout.String())
	}
	r = newList(t, s, nil)
	r.env["NEURALREPO_PROFILE"] = "No/Name"
	if got := r.alone(t); got != 2 {
		t.Errorf("exit code %d: %v", got, r.err)
	}
}

// The result of a login names the profile, and so does the hint of a failed login.
func TestProfileIsNamed(t *testing.T) {
	t.Parallel()
	for _, format := range []string{"--human", "--json"} {
		s := newService(t)
		r := newSession(t, s, format)
		r.env["NEURALREPO_CONFIG"], r.env["XDG_CONFIG_HOME"], r.env["NEURALREPO_PROFILE"] = "", t.TempDir(), "work"
		address := r.begin(t)
		if format == "--json" {
			var event openEvent
			if err := json.Unmarshal([]byte(address), &event); err != nil {
				t.Fatal(err)
			}
			address = event.URL
		}
		visit(t, address)
		r.wantExit(t, 0)
		if text := r.stdout.String(); !strings.Contains(text, "(profile work)") && !strings.Contains(text, `"profile":"work"`) {
			t.Errorf("stdout: %s", text)
		}
		if _, err := os.Stat(filepath.Join(r.env["XDG_CONFIG_HOME"], "neuralrepo/profiles/work.json")); err != nil {
			t.Error(err)
		}
	}
	s := newService(t)
	s.deny = true
	r := newSession(t, s)
	r.env["NEURALREPO_CONFIG"], r.env["XDG_CONFIG_HOME"], r.env["NEURALREPO_PROFILE"] = "", t.TempDir(), "work"
	visit(t, r.begin(t))
	r.wantExit(t, 3)
	if hint := output.AsError(r.err).Hint; !strings.Contains(hint, "nrepo --profile work login") {
		t.Errorf("hint: %s", hint)
	}
}
