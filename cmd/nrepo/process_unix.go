//go:build unix

package main

import (
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// replaceProcess is execve: it returns only when it failed.
func replaceProcess(path string, argv, environ []string) error {
	return syscall.Exec(path, argv, environ)
}

// killGroup ends a child that leads a process group, and all that is in it.
func killGroup(p *os.Process) { syscall.Kill(-p.Pid, syscall.SIGKILL) }

// terminalColumns is the width of the terminal that stdout is, else 80. On Windows
// golang.org/x/term, which would know it, links net.
func terminalColumns() int {
	size, err := unix.IoctlGetWinsize(int(os.Stdout.Fd()), unix.TIOCGWINSZ)
	if err != nil || size.Col == 0 {
		return 80
	}
	return int(size.Col)
}
