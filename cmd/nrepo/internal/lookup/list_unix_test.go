//go:build unix

package lookup

import (
	"path/filepath"
	"syscall"
	"testing"
)

// A directory of PATH that was replaced by a pipe counts as empty, and does not block.
func TestPipeInPlaceOfDirectory(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "bin")
	if err := syscall.Mkfifo(path, 0o755); err != nil {
		t.Fatal(err)
	}
	if names := filesOf(path, ""); len(names) > 0 {
		t.Errorf("%q", names)
	}
}
