//go:build unix

package main

import (
	"os"
	"os/signal"
	"syscall"

	"golang.org/x/sys/unix"
)

// replaceProcess is execve: it returns only when it failed.
func replaceProcess(path string, argv, environ []string) error {
	return syscall.Exec(path, argv, environ)
}

// killGroup ends a child that leads a process group, and all that is in it.
func killGroup(p *os.Process) { syscall.Kill(-p.Pid, syscall.SIGKILL) }

// endingSignals end a process that a person, or the end of a terminal, asks to end.
var endingSignals = []os.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT}

// dieOf ends this process by a signal that was caught.
func dieOf(s os.Signal) {
	signal.Reset(s)
	syscall.Kill(os.Getpid(), s.(syscall.Signal))
	select {} // the signal may take a moment
}

// terminalColumns is the width of the terminal that stdout is, 0 where it is none.
func terminalColumns() int {
	size, err := unix.IoctlGetWinsize(int(os.Stdout.Fd()), unix.TIOCGWINSZ)
	if err != nil {
		return 0
	}
	return int(size.Col)
}
