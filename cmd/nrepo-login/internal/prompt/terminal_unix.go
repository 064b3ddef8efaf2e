//go:build unix

package prompt

import (
	"context"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// terminalReader is [ByteReader] for a terminal. It reads only available input, so
// that no pending read takes text that is typed after the prompt.
func terminalReader(ctx context.Context, tty *os.File) (next func() (byte, error), stop func(), err error) {
	ended, end, err := os.Pipe()
	if err != nil {
		return nil, nil, err
	}
	release := context.AfterFunc(ctx, func() { end.Close() })
	fd, wake := int(tty.Fd()), int(ended.Fd())
	next = func() (byte, error) {
		for {
			var readable unix.FdSet
			readable.Set(fd)
			readable.Set(wake)
			_, err := unix.Select(max(fd, wake)+1, &readable, nil, nil, nil)
			switch {
			case ctx.Err() != nil:
				return 0, context.Cause(ctx)
			case err == nil:
				var b [1]byte
				if _, err := tty.Read(b[:]); err != nil { // the terminal was closed
					return 0, io.EOF
				}
				return b[0], nil
			case err != unix.EINTR:
				return 0, err
			}
		}
	}
	return next, func() {
		if release() {
			end.Close()
		}
		ended.Close()
	}, nil
}

// discardUntilQuiet discards input until no more arrives.
func discardUntilQuiet(fd int) {
	for end := time.Now().Add(maxNoise); time.Now().Before(end); {
		discard(fd)
		var readable unix.FdSet
		readable.Set(fd)
		wait := unix.NsecToTimeval(quiet.Nanoseconds())
		switch n, err := unix.Select(fd+1, &readable, nil, nil, &wait); {
		case err == unix.EINTR:
		case err != nil, n == 0, discard(fd) != nil:
			return
		}
	}
}

// interruptSelf sends SIGINT to the foreground group, as the terminal does for
// Ctrl-C outside raw mode.
func interruptSelf() { syscall.Kill(0, syscall.SIGINT) }

// suspendSelf stops the process, as the terminal does for Ctrl-Z, and returns when
// the shell continues it. The time limit is for process groups without a shell to
// continue them, which the kernel does not stop.
func suspendSelf() {
	resumed := make(chan os.Signal, 1)
	signal.Notify(resumed, syscall.SIGCONT)
	defer signal.Stop(resumed)
	syscall.Kill(0, syscall.SIGTSTP)
	select {
	case <-resumed:
	case <-time.After(time.Second):
	}
}
