package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestModuleOfItsOwn builds the example in Go as anybody would: in a module
// outside this repository. It needs nothing internal, and neither the program
// nor its go.sum has anything of SQLite.
func TestModuleOfItsOwn(t *testing.T) {
	t.Parallel()
	repo, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	read := func(path string) string {
		t.Helper()
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	run := func(name string, args ...string) string {
		t.Helper()
		cmd := exec.Command(name, args...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOWORK=off", "GOFLAGS=-mod=mod")
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%s %s: %v\n%s", name, args, err, out)
		}
		return string(out)
	}
	ours := read("../go.mod")
	write("go.mod", "module example.org/nrepo-stale\n\n"+regexp.MustCompile(`(?m)^go .*$`).FindString(ours)+
		"\n\nrequire (\n\tgithub.com/nrepo-cli/nrepo v0.0.0\n\t"+
		regexp.MustCompile(`github\.com/peterbourgon/ff/v3 \S+`).FindString(ours)+
		"\n)\n\nreplace github.com/nrepo-cli/nrepo => "+repo+"\n")
	write("main.go", read("../examples/go/nrepo-stale/main.go"))
	run("go", "mod", "tidy")
	run("go", "build", "-o", "nrepo-stale", ".")
	if out := run(filepath.Join(dir, "nrepo-stale"), "--help"); !strings.Contains(out, "nrepo stale --days 90") {
		t.Errorf("its help is %s", out)
	}
	for what, text := range map[string]string{
		"the program": run("go", "version", "-m", "nrepo-stale"),
		"go.mod":      read(filepath.Join(dir, "go.mod")),
		"go.sum":      read(filepath.Join(dir, "go.sum")),
	} {
		if strings.Contains(text, "modernc.org") || strings.Contains(text, "sqlite") {
			t.Errorf("%s has something of SQLite:\n%s", what, text)
		}
		if !strings.Contains(text, "peterbourgon/ff") {
			t.Errorf("%s is not what was to be looked at:\n%s", what, text)
		}
	}
}
