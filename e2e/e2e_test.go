// Package e2e runs the real programs through scripts: testdata/AREA/*.txtar in
// the language of testscript, each in a fresh HOME with the programs on PATH.
package e2e

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestScripts runs every script; the areas are found, not listed.
func TestScripts(t *testing.T) {
	bin := binaries(t)
	areas, err := filepath.Glob("testdata/*/*.txtar")
	if err != nil || len(areas) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	seen := make(map[string]bool)
	for _, script := range areas {
		dir := filepath.Dir(script)
		if seen[dir] {
			continue
		}
		seen[dir] = true
		t.Run(filepath.Base(dir), func(t *testing.T) {
			testscript.Run(t, testscript.Params{
				Dir:                 dir,
				RequireExplicitExec: true,
				RequireUniqueNames:  true,
				Setup:               func(e *testscript.Env) error { return setup(e, bin) },
				Cmds:                map[string]func(*testscript.TestScript, bool, []string){"exits": exits},
			})
		})
	}
}

// setup makes the environment of one script: the programs and the system's
// tools on PATH, and a HOME of its own. Nothing of the person's environment
// that runs the tests reaches it. Files of a script in plugins/ are executable.
func setup(e *testscript.Env, bin string) error {
	home := filepath.Join(e.WorkDir, "home")
	if err := os.Mkdir(home, 0o700); err != nil {
		return err
	}
	plugins, err := filepath.Glob(filepath.Join(e.WorkDir, "plugins", "nrepo-*"))
	if err != nil {
		return err
	}
	for _, plugin := range plugins {
		if err := os.Chmod(plugin, 0o755); err != nil {
			return err
		}
	}
	e.Setenv("HOME", home)
	e.Setenv("BIN", bin)
	e.Setenv("SYSTEM", "/usr/local/bin:/usr/bin:/bin")
	e.Setenv("PATH", bin+":"+e.Getenv("SYSTEM"))
	e.Setenv("LC_ALL", "C.UTF-8")
	return nil
}

// built builds all programs once for all tests.
var built = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "nrepo-e2e-")
	if err != nil {
		return "", err
	}
	cmd := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", dir+string(filepath.Separator), "./cmd/...")
	cmd.Dir = ".."
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		os.RemoveAll(dir)
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return dir, nil
})

func TestMain(m *testing.M) {
	code := m.Run()
	if dir, err := built(); err == nil {
		os.RemoveAll(dir)
	}
	os.Exit(code)
}

// binaries returns the folder of the built programs.
func binaries(t *testing.T) string {
	t.Helper()
	dir, err := built()
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// exits runs a command and wants its exit code to be exactly N; a code of
// 128+n also stands for the death by signal n, as in a shell:
//
//	exits N command [argument]…
//
// What it printed can be looked at with stdout and stderr, as after exec. The
// exec of testscript can only tell success from failure.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits N command [argument]...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	got := 0
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		if got = exit.ExitCode(); got < 0 {
			got = 128 + signalOf(exit.ProcessState)
		}
	case err != nil:
		ts.Fatalf("%v", err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}
