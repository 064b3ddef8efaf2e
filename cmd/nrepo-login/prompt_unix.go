//go:build unix

package main

import (
	"os"
	"os/signal"
	"syscall"
	"time"
)

// interruptSelf does what the terminal does with Ctrl-C where it is not in raw
// mode: the whole foreground group gets the signal.
func interruptSelf() { syscall.Kill(0, syscall.SIGINT) }

// suspendSelf does what the terminal does with Ctrl-Z, and returns when the
// shell has the command go on. The time limit is for a group that nobody could
// continue, which the kernel does not stop.
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
