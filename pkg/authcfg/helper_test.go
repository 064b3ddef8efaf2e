package authcfg

import (
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/nrepo-cli/nrepo/pkg/output"
)

// key is an API key in the right form that no service has issued.
const key = "nrp_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abCDEF"

// env returns a Getenv with these variables.
func env(pairs ...string) func(string) string {
	m := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		m[pairs[i]] = pairs[i+1]
	}
	return func(name string) string { return m[name] }
}

// newStore returns a store with a new home directory, and the path of its file. Warnings
// are appended to *warned.
func newStore(t *testing.T, content ...string) (s *Store, path string, warned *[]string) {
	t.Helper()
	home, warned := t.TempDir(), new([]string)
	s = &Store{
		Getenv: env("HOME", home, "USERPROFILE", home),
		Warn:   func(text string) { *warned = append(*warned, text) },
	}
	path = filepath.Join(home, ".config", "neuralrepo", "config.json")
	if len(content) > 0 {
		must(t, os.MkdirAll(filepath.Dir(path), 0o700))
		must(t, os.WriteFile(path, []byte(content[0]), 0o600))
	}
	return s, path, warned
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantFile(t *testing.T, path, want string) {
	t.Helper()
	got, err := os.ReadFile(path)
	if err != nil || string(got) != want {
		t.Errorf("%s holds %.500q, %v; want %q", filepath.Base(path), got, err, want)
	}
}

func wantMode(t *testing.T, path string, want fs.FileMode) {
	t.Helper()
	if runtime.GOOS == "windows" {
		return // Windows uses access lists, not modes
	}
	info, err := os.Stat(path)
	must(t, err)
	if info.Mode().Perm() != want {
		t.Errorf("%s has mode %v, want %v", filepath.Base(path), info.Mode().Perm(), want)
	}
}

// wantNames checks the names of the files in the directory of the config.
func wantNames(t *testing.T, path, want string) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Dir(path))
	must(t, err)
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	if got := strings.Join(names, " "); got != want {
		t.Errorf("directory holds %q, want %q", got, want)
	}
}

// wantConfigError checks that err is one line that contains path and why, and no secret.
func wantConfigError(t *testing.T, err error, path, why string) {
	t.Helper()
	if err == nil {
		t.Fatal("no error")
	}
	if e := output.AsError(err); e.Code != output.CodeConfig || e.Hint == "" {
		t.Errorf("code %q, hint %q", e.Code, e.Hint)
	}
	text := err.Error()
	if !strings.HasPrefix(text, path) || !strings.Contains(text, why) || strings.Count(text, path) != 1 {
		t.Errorf("error %q does not say %q of %s", text, why, path)
	}
	if strings.HasPrefix(text, path+": is ") || strings.HasPrefix(text, path+": has ") {
		t.Errorf("error %q is not a sentence", text)
	}
	if strings.ContainsAny(text, "\r\n") || len(text) > len(path)+120 || strings.Contains(text, "s3cret") || ContainsAPIKey(text) {
		t.Errorf("error is not one short line without values: %q", text)
	}
}

func clearError(t *testing.T, s *Store) error { _, err := s.Clear(t.Context()); return err }

func credentialError(s *Store) error { _, err := s.Credential(); return err }

func chmod(t *testing.T, path string, mode fs.FileMode) {
	t.Helper()
	must(t, os.Chmod(path, mode))
	wantMode(t, path, mode)
}

// wantWarnings checks that there are these warnings, in order. want has a part of each.
func wantWarnings(t *testing.T, got []string, want ...string) {
	t.Helper()
	if runtime.GOOS == "windows" {
		return
	}
	ok := len(got) == len(want)
	for i := 0; ok && i < len(want); i++ {
		ok = strings.Contains(got[i], want[i])
	}
	if !ok {
		t.Errorf("warned %q, want %q", got, want)
	}
}
