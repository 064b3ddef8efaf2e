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

// ownGroup has a child lead a process group of its own.
func ownGroup() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

// killGroup ends a child that leads a process group, and all that is in it.
func killGroup(p *os.Process) { syscall.Kill(-p.Pid, syscall.SIGKILL) }

// terminalColumns is the width of the terminal that stdout is, 0 where it is none.
func terminalColumns() int {
	size, err := unix.IoctlGetWinsize(int(os.Stdout.Fd()), unix.TIOCGWINSZ)
	if err != nil {
		return 0
	}
	return int(size.Col)
}
