//go:build unix

package progress

import (
	"os"

	"golang.org/x/sys/unix"
)

// inForeground reports whether this process may write to the terminal: a job in
// the background would write over what the person is typing.
func inForeground(terminal *os.File) bool {
	group, err := unix.IoctlGetInt(int(terminal.Fd()), unix.TIOCGPGRP)
	return err != nil || group == unix.Getpgrp() // err: it is not our own terminal
}
