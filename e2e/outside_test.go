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

// TestModuleOfItsOwn builds the example in Go as anybody would: in a module
// outside this repository. It needs nothing internal, and neither the program
// nor its go.sum has anything of SQLite.
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
			t.Errorf("%s is not what was to be looked at:\n%s", what, text)
		}
	}
}

// otherFlags is a command that has package flag and neither ffcli nor our
// pkg/plugin, as one with cobra would.
const otherFlags = `package main

import (
	"context"
	"flag"
	"fmt"
	"os"

	"github.com/nrepo-cli/nrepo/pkg/authcfg"
	"github.com/nrepo-cli/nrepo/pkg/neuralrepo"
	"github.com/nrepo-cli/nrepo/pkg/output"
)

func main() {
	asJSON := flag.Bool("json", false, "print JSON")
	flag.Parse()
	store := &authcfg.Store{Getenv: os.Getenv}
	format := store.DefaultFormat()
	if *asJSON {
		format = output.JSON
	}
	if err := run(store, format); err != nil {
		output.WriteError(os.Stderr, format, "nrepo who", err)
		os.Exit(1)
	}
}

func run(store *authcfg.Store, format output.Format) error {
	client, err := neuralrepo.New(store, neuralrepo.Options{})
	if err != nil {
		return err
	}
	user, err := client.Me(context.Background())
	if err != nil {
		return err
	}
	if format == output.JSON {
		return output.WriteJSON(os.Stdout, user)
	}
	_, err = fmt.Println(output.SafeLine(user.Email))
	return err
}
`

// TestAnotherFlagLibrary builds a command that has its flags from elsewhere. It
// needs three of our packages and neither pkg/plugin nor ffcli.
func TestAnotherFlagLibrary(t *testing.T) {
	t.Parallel()
	m := newModule(t)
	m.write("main.go", otherFlags)
	m.run("go", "mod", "tidy")
	m.run("go", "build", "-o", "nrepo-who", ".")
	if deps := m.run("go", "list", "-deps", "."); strings.Contains(deps, "peterbourgon") || strings.Contains(deps, "nrepo/pkg/plugin") || !strings.Contains(deps, "nrepo/pkg/authcfg") {
		t.Errorf("it links\n%s", deps)
	}
	server := nrepotest.NewServer(t)
	for _, tt := range []struct{ args, key, out string }{
		{"--json", server.APIKey, `"email": "alice@example.com"`},
		{"--json=false", "", `not logged in`},
	} {
		cmd := exec.Command("./nrepo-who", tt.args)
		cmd.Dir = m.dir
		cmd.Env = append(server.Environ(), "NEURALREPO_API_KEY="+tt.key)
		out, err := cmd.CombinedOutput()
		if !strings.Contains(string(out), tt.out) || (err == nil) != (tt.key != "") {
			t.Errorf("%s: %v: %s", tt.args, err, out)
		}
	}
}

// module is a module outside this repository that requires it.
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
