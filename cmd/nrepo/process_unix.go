//go:build unix

package main

import (
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// replaceProcess is execve: it returns only if it fails.
func replaceProcess(path string, argv, environ []string) error {
	return syscall.Exec(path, argv, environ)
}

// killGroup kills the process group of a child.
func killGroup(p *os.Process) { syscall.Kill(-p.Pid, syscall.SIGKILL) }

// terminalColumns returns the width of the terminal on stdout, else 80. On Windows it does
// not use golang.org/x/term, because that links net.
func terminalColumns() int {
	size, err := unix.IoctlGetWinsize(int(os.Stdout.Fd()), unix.TIOCGWINSZ)
	if err != nil || size.Col == 0 {
		return 80
	}
	return int(size.Col)
}
