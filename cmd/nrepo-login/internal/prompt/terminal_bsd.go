//go:build unix && !linux

package prompt

import "golang.org/x/sys/unix"

// discard drops what the terminal sent and nobody has read.
func discard(fd int) error { return unix.IoctlSetPointerInt(fd, unix.TIOCFLUSH, unix.TCIFLUSH) }
