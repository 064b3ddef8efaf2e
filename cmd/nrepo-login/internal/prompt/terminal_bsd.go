//go:build unix && !linux

package prompt

import "golang.org/x/sys/unix"

// discard discards unread input of the terminal.
func discard(fd int) error { return unix.IoctlSetPointerInt(fd, unix.TIOCFLUSH, unix.TCIFLUSH) }
