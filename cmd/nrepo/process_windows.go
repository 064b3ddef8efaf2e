package main

import (
	"os"
	"os/signal"
	"syscall"
)

// replaceProcess runs a child and returns its exit code, because Windows cannot replace a
// process. Ctrl-C reaches the child through the console; nrepo ignores it and waits for the
// child.
func replaceProcess(path string, argv, environ []string) error {
	signal.Ignore(os.Interrupt)
	return runChild(path, argv, environ)
}

func ownGroup() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP}
}

func killGroup(p *os.Process) { p.Kill() }

func terminalColumns() int { return 80 }
