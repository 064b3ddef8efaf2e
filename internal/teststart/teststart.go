// Package teststart makes tests independent of how they were started: under
// nohup, in the background of a script, or with coverage.
package teststart

import (
	"os"
	"os/signal"
	"syscall"
	"testing"
)

// Run runs the tests of m and returns the exit code. It is for the TestMain of a
// package whose tests start processes.
//
// Signals that this process was started to ignore have their default effect in
// the processes that it starts. With coverage, the test binary started as a
// command leaves its data in a directory that goes afterwards: without one it
// prints a warning into what a test reads.
func Run(m *testing.M) int {
	for _, sig := range []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT} {
		if signal.Ignored(sig) {
			// What is caught here has its default effect after exec, and what nobody
			// receives stays without effect here.
			signal.Notify(make(chan os.Signal, 1), sig)
		}
	}
	if testing.CoverMode() != "" && os.Getenv("GOCOVERDIR") == "" {
		if dir, err := os.MkdirTemp("", "nrepo-cover-"); err == nil {
			defer os.RemoveAll(dir)
			os.Setenv("GOCOVERDIR", dir)
		}
	}
	return m.Run()
}
