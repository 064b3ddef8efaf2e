package main

import (
	"os"
	"os/signal"
	"syscall"
)

// replaceProcess runs a child and returns its exit code, for Windows cannot
// replace a process. Ctrl-C reaches the child through the console; nrepo
// ignores it meanwhile and waits for what the child makes of it.
func replaceProcess(path string, argv, environ []string) error {
	signal.Ignore(os.Interrupt)
	return runChild(path, argv, environ)
}

func ownGroup() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP}
}

func killGroup(p *os.Process) { p.Kill() }

func terminalColumns() int { return 80 }
