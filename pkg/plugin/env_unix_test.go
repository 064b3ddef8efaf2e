//go:build unix

package plugin

import (
	"context"
	"errors"
	"path/filepath"
	"syscall"
	"testing"
)

// Reading a FIFO without a writer ends with the context.
func TestReadInputFIFO(t *testing.T) {
	t.Parallel()
	fifo := filepath.Join(t.TempDir(), "fifo")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := newProcess(t, nil).ReadInput(ctx, fifo, 1); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}
