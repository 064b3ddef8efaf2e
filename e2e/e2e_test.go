// Package e2e tests the real programs with scripts, testdata/AREA/*.txtar, in the
// language of testscript. Each runs in a fresh HOME with the programs on PATH.
package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/nrepo-cli/nrepo/internal/sandbox"
	"github.com/nrepo-cli/nrepo/internal/teststart"
)

// TestScripts runs the scripts in all directories below testdata.
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
			testscript.RunT(searched{t}, testscript.Params{
				Dir:                 dir,
				RequireExplicitExec: true,
				RequireUniqueNames:  true,
				Setup:               func(e *testscript.Env) error { return setup(e, bin, sandbox.Options{}) },
				Cmds:                commands,
			})
		})
	}
}

// setup prepares the environment of a script: the programs and the system's tools on
// PATH, and its own HOME and sandbox. Scripts do not get the environment of the user who
// runs the tests. Files of a script in plugins/ are executable.
func setup(e *testscript.Env, bin string, opts sandbox.Options) error {
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
	e.Setenv("EXAMPLES", filepath.Join(bin, "examples"))
	e.Setenv("SYSTEM", "/usr/local/bin:/usr/bin:/bin")
	e.Setenv("PATH", bin+":"+e.Getenv("SYSTEM"))
	e.Setenv("LC_ALL", "C.UTF-8")
	return startSandbox(e, opts)
}

// startSandbox starts a sandbox for a script. Its address is in NEURALREPO_API_URL and
// SANDBOX_API_URL, and a key for it is in KEY and key.txt.
func startSandbox(e *testscript.Env, opts sandbox.Options) error {
	s, err := sandbox.Start(opts)
	if err != nil {
		return err
	}
	e.Defer(func() { s.Close() })
	e.Values[sandboxKey{}] = &scriptSandbox{Server: s}
	e.Setenv("SANDBOX_API_URL", s.APIURL())
	e.Setenv("NEURALREPO_API_URL", s.APIURL())
	e.Setenv("KEY", s.APIKey())
	return os.WriteFile(filepath.Join(e.WorkDir, "key.txt"), []byte(s.APIKey()+"\n"), 0o600)
}

// scriptSandbox is the sandbox of a script, stored under sandboxKey.
type scriptSandbox struct {
	*sandbox.Server
	seen int // how many requests the script has checked
}

type sandboxKey struct{}

// built builds all programs once for all tests. The directory examples beside them has
// the examples in all languages.
var built = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "nrepo-e2e-")
	if err != nil {
		return "", err
	}
	if err := build(dir); err != nil {
		os.RemoveAll(dir)
		return "", err
	}
	return dir, nil
})

func build(dir string) error {
	examples := filepath.Join(dir, "examples")
	for to, packages := range map[string]string{dir: "./cmd/...", examples: "./examples/go/..."} {
		cmd := exec.Command("go", "build", "-trimpath", "-tags=nethttpomithttp2", "-ldflags=-s -w", "-o", to+string(filepath.Separator), packages)
		cmd.Dir = ".."
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("%w: %s", err, out)
		}
	}
	if out, err := exec.Command(filepath.Join(dir, "nrepo-ideas"), "--install").CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	scripts, err := filepath.Glob("../examples/[^g]*/nrepo-*")
	if err != nil || len(scripts) == 0 {
		return fmt.Errorf("no examples in shell and Python: %v", err)
	}
	for _, script := range scripts {
		text, err := os.ReadFile(script)
		if err != nil {
			return err
		}
		if err := writeProgram(filepath.Join(examples, filepath.Base(script)), text); err != nil {
			return err
		}
	}
	return nil
}

func TestMain(m *testing.M) {
	code := teststart.Run(m)
	if dir, err := built(); err == nil {
		os.RemoveAll(dir)
	}
	os.Exit(code)
}

// binaries returns the directory of the built programs.
func binaries(t *testing.T) string {
	t.Helper()
	dir, err := built()
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// writeProgram writes a file that a test will run. It prevents other tests from starting
// a process at the same time. Such a process could hold the file open for writing for a
// moment, and the file could not be run (https://go.dev/issue/22315).
func writeProgram(path string, text []byte) error {
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	return os.WriteFile(path, text, 0o755)
}
