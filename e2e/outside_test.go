package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/nrepo-cli/nrepo/pkg/nrepotest"
)

// TestModuleOfItsOwn builds the Go example as a plugin author would, in a module outside
// this repository. It needs no internal package, and neither the program nor its go.sum
// contains SQLite.
func TestModuleOfItsOwn(t *testing.T) {
	t.Parallel()
	m := newModule(t)
	m.write("main.go", m.read("../examples/go/nrepo-stale/main.go"))
	m.run("go", "mod", "tidy")
	m.run("go", "build", "-o", "nrepo-stale", ".")
	if out := m.run("./nrepo-stale", "--help"); !strings.Contains(out, "nrepo stale --days 90") {
		t.Errorf("its help is %s", out)
	}
	for what, text := range map[string]string{
		"the program": m.run("go", "version", "-m", "nrepo-stale"),
		"go.mod":      m.read(filepath.Join(m.dir, "go.mod")),
		"go.sum":      m.read(filepath.Join(m.dir, "go.sum")),
	} {
		if strings.Contains(text, "modernc.org") || strings.Contains(text, "sqlite") {
			t.Errorf("%s has something of SQLite:\n%s", what, text)
		}
		if !strings.Contains(text, "peterbourgon/ff") {
			t.Errorf("%s is not the expected page:\n%s", what, text)
		}
	}
}

// TestAnotherFlagLibrary builds the example that uses cobra. It is a separate module, so
// that no other go.mod requires cobra. It uses three of our packages, but not pkg/plugin
// or ffcli, and follows the contract.
func TestAnotherFlagLibrary(t *testing.T) {
	t.Parallel()
	program := filepath.Join(t.TempDir(), "nrepo-who")
	run := func(args ...string) string {
		t.Helper()
		cmd := exec.Command("go", args...)
		cmd.Dir = "../examples/cobra"
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOWORK=off", "GOFLAGS=-trimpath -tags=nethttpomithttp2")
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("go %s: %v\n%s", args, err, out)
		}
		return string(out)
	}
	run("vet", ".")
	run("build", "-o", program, ".")
	if deps := run("list", "-deps", "."); strings.Contains(deps, "peterbourgon") || strings.Contains(deps, "nrepo/pkg/plugin") || !strings.Contains(deps, "spf13/cobra") {
		t.Errorf("it links\n%s", deps)
	}
	nrepotest.Plugin{Path: program, Args: []string{}}.Check(t)
	server := nrepotest.NewServer(t)
	for _, tt := range []struct {
		arg, key, out string
		code          int
	}{
		{"--json", server.APIKey, `"email": "alice@example.com"`, 0},
		{"--human", server.APIKey, "alice@example.com\n", 0},
		{"--human", "", "not logged in", 4},
		{"who", server.APIKey, `"code":"usage"`, 2},
	} {
		cmd := exec.Command(program, tt.arg)
		cmd.Env = append(server.Environ(), "NEURALREPO_API_KEY="+tt.key)
		if out, _ := cmd.CombinedOutput(); !strings.Contains(string(out), tt.out) || cmd.ProcessState.ExitCode() != tt.code {
			t.Errorf("%s: exit code %d: %s", tt.arg, cmd.ProcessState.ExitCode(), out)
		}
	}
}

// module is a module outside this repository that depends on it.
type module struct {
	t   *testing.T
	dir string
}

func newModule(t *testing.T) module {
	t.Helper()
	repo, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	m := module{t, t.TempDir()}
	ours := m.read("../go.mod")
	m.write("go.mod", "module example.org/plugin\n\n"+regexp.MustCompile(`(?m)^go .*$`).FindString(ours)+
		"\n\nrequire (\n\tgithub.com/nrepo-cli/nrepo v0.0.0\n\t"+
		regexp.MustCompile(`github\.com/peterbourgon/ff/v3 \S+`).FindString(ours)+
		"\n)\n\nreplace github.com/nrepo-cli/nrepo => "+repo+"\n")
	return m
}

func (m module) write(name, text string) {
	m.t.Helper()
	if err := os.WriteFile(filepath.Join(m.dir, name), []byte(text), 0o600); err != nil {
		m.t.Fatal(err)
	}
}

func (m module) read(path string) string {
	m.t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		m.t.Fatal(err)
	}
	return string(text)
}

func (m module) run(name string, args ...string) string {
	m.t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = m.dir
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOWORK=off", "GOFLAGS=-mod=mod")
	out, err := cmd.CombinedOutput()
	if err != nil {
		m.t.Fatalf("%s %s: %v\n%s", name, args, err, out)
	}
	return string(out)
}
