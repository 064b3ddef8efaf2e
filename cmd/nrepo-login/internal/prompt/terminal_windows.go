package prompt

import (
	"context"
	"os"
	"time"

	"golang.org/x/sys/windows"
)

func terminalReader(ctx context.Context, console *os.File) (next func() (byte, error), stop func(), err error) {
	return ByteReader(ctx, console), func() {}, nil
}

// discardUntilQuiet discards unread input of the console, twice, because a long paste
// arrives in pieces.
func discardUntilQuiet(fd int) {
	discard(fd)
	time.Sleep(quiet)
	discard(fd)
}

func discard(fd int) error { return windows.FlushConsoleInputBuffer(windows.Handle(fd)) }

// interruptSelf sends the event that the console sends for Ctrl-C outside raw mode.
func interruptSelf() { windows.GenerateConsoleCtrlEvent(windows.CTRL_C_EVENT, 0) }

// suspendSelf does nothing: Windows has no job control.
func suspendSelf() {}
