package main

import (
	"bytes"
	"cmp"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"

	"github.com/nrepo-cli/nrepo/cmd/nrepo/internal/lookup"
)

// machine has temporary directories, and a dispatcher that records what it would run.
type machine struct {
	t      testing.TB
	root   string
	env    []string
	argv0  string
	exe    string
	build  debug.BuildInfo
	stdout bytes.Buffer
	stderr bytes.Buffer

	program string   // the program that replaced nrepo
	ran     []string // argv of that program; nil for none
	environ []string
}

// newMachine returns a machine with nrepo in home/, and a/ and b/ in PATH.
func newMachine(t testing.TB) *machine {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Fatal("these tests make Unix files")
	}
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	m := &machine{t: t, root: root}
	m.file("home/nrepo", "the dispatcher")
	m.exe = m.path("home/nrepo")
	m.argv0 = m.exe
	m.setPath("a", "b")
	return m
}

func (m *machine) path(name string) string { return filepath.Join(m.root, name) }

// setPath sets PATH to directories of m. An entry after = is used unchanged.
func (m *machine) setPath(entries ...string) {
	for i, e := range entries {
		if s, ok := strings.CutPrefix(e, "="); ok {
			entries[i] = s
		} else {
			entries[i] = m.path(e)
		}
	}
	m.set("PATH", strings.Join(entries, ":"))
}

func (m *machine) set(name, value string) {
	for i, v := range m.env {
		if strings.HasPrefix(v, name+"=") {
			m.env[i] = name + "=" + value
			return
		}
	}
	m.env = append(m.env, name+"="+value)
}

// file creates an executable file.
func (m *machine) file(name, text string) string { return m.fileMode(name, text, 0o755) }

func (m *machine) fileMode(name, text string, mode os.FileMode) string {
	m.t.Helper()
	path := m.path(name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		m.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		m.t.Fatal(err)
	}
	return path
}

func (m *machine) link(target, name string) {
	m.t.Helper()
	path := m.path(name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		m.t.Fatal(err)
	}
	if err := os.Symlink(target, path); err != nil {
		m.t.Fatal(err)
	}
}

func (m *machine) environment(args ...string) *environment {
	return &environment{
		args:       append([]string{m.argv0}, args...),
		environ:    m.env,
		executable: m.exe,
		version:    cmp.Or(m.build.Main.Version, "(devel)"),
		buildInfo:  func() (*debug.BuildInfo, bool) { return &m.build, true },
		columns:    func() int { return 80 },
		builtins:   builtinCommands,
		stdout:     &m.stdout,
		stderr:     &m.stderr,
		replace: func(path string, argv, environ []string) error {
			m.program, m.ran, m.environ = path, argv, environ
			return nil
		},
	}
}

// run runs nrepo and returns its exit code.
func (m *machine) run(args ...string) int {
	m.ran, m.environ = nil, nil
	m.stdout.Reset()
	m.stderr.Reset()
	env := m.environment(args...)
	code := report(env, dispatch(env))
	if m.ran != nil && m.ran[0] != m.program {
		m.t.Errorf("argv[0] = %q, path = %q", m.ran[0], m.program)
	}
	return code
}

func (m *machine) lookup() *lookup.Lookup {
	m.t.Helper()
	return newLookup(m.environment())
}

// wantFailure checks an error of nrepo: one line on stderr with this text, perhaps a hint,
// nothing on stdout, and no command was run.
func (m *machine) wantFailure(exit int, text string, args ...string) {
	m.t.Helper()
	if got := m.run(args...); got != exit {
		m.t.Errorf("%q: exit code %d, want %d", args, got, exit)
	}
	if m.ran != nil {
		m.t.Errorf("%q: ran %q", args, m.ran)
	}
	if m.stdout.Len() > 0 {
		m.t.Errorf("%q: stdout %q", args, m.stdout.String())
	}
	got := m.stderr.String()
	if !strings.HasPrefix(got, "nrepo: ") || !strings.Contains(got, text) || strings.Count(got, "\n") > 2 {
		m.t.Errorf("%q: stderr %q, want %q in it", args, got, text)
	}
}

func asFailure(t *testing.T, err error) *failure {
	t.Helper()
	var f *failure
	if !errors.As(err, &f) {
		t.Fatalf("error %v (%T) is no failure", err, err)
	}
	return f
}
