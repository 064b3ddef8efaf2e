//go:build unix

package progfile

import (
	"path/filepath"
	"syscall"
	"testing"
)

// Opening a file that was replaced by a pipe does not block.
func TestPipe(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "nrepo-foo")
	if err := syscall.Mkfifo(path, 0o755); err != nil {
		t.Fatal(err)
	}
	if got := NewReader().Read(path, "foo", true); got != (Facts{}) {
		t.Errorf("%+v", got)
	}
	if problem, _ := WhyNotRun(path, syscall.ENOEXEC); problem == "" {
		t.Error("nothing is said")
	}
}
