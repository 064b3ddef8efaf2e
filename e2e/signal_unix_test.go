//go:build unix

package e2e

import (
	"os"
	"syscall"
)

// signalOf returns the signal that ended a process.
func signalOf(state *os.ProcessState) int {
	return int(state.Sys().(syscall.WaitStatus).Signal())
}
