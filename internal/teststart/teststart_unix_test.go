//go:build unix

package teststart

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

func TestMain(m *testing.M) {
	os.Exit(Run(m))
}

// TestIgnoredSignals starts the test below with ignored signals, like nohup and "&" in a
// script.
func TestIgnoredSignals(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("sh", "-c", `trap '' HUP INT QUIT TERM; exec "$0" -test.run='^TestChild$' -test.v`, self)
	cmd.Env = append(os.Environ(), "NREPO_TEST_CHILD=1")
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "--- PASS: TestChild") {
		t.Errorf("%v\n%s", err, out)
	}
}

// TestChild checks that signals end a process that a test starts.
func TestChild(t *testing.T) {
	for _, name := range []string{"HUP", "INT", "QUIT", "TERM"} {
		if out, err := exec.Command("sh", "-c", "kill -"+name+" $$; echo alive").CombinedOutput(); err == nil {
			t.Errorf("after %s: %s", name, out)
		}
	}
}

// TestCoverage checks that a test binary with coverage prints no warning when it runs as
// a command.
func TestCoverage(t *testing.T) {
	if testing.CoverMode() != "" && os.Getenv("GOCOVERDIR") == "" {
		t.Error("GOCOVERDIR is not set")
	}
}
