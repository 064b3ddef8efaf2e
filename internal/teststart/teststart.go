// Package teststart makes tests work the same under nohup, in the background of a
// script, and with coverage.
package teststart

import (
	"flag"
	"os"
	"os/signal"
	"runtime"
	"strconv"
	"syscall"
	"testing"
)

// Run runs the tests of m and returns the exit code. Use it in the TestMain of a
// package whose tests start processes.
//
// If this process ignores signals, as under nohup, they still have their default
// effect in the processes that it starts. With coverage, it sets GOCOVERDIR to a
// temporary directory. Without one, a test binary that runs as a command prints a
// warning, which a test would read as output. Such tests mostly wait for their
// processes, so twice as many run at once as there are processors, unless -parallel is set.
func Run(m *testing.M) int {
	for _, sig := range []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT} {
		if signal.Ignored(sig) {
			// A caught signal is reset to its default at exec, while an ignored one stays
			// ignored. Nobody reads the channel, so this process still ignores it.
			signal.Notify(make(chan os.Signal, 1), sig)
		}
	}
	if testing.CoverMode() != "" && os.Getenv("GOCOVERDIR") == "" {
		if dir, err := os.MkdirTemp("", "nrepo-cover-"); err == nil {
			defer os.RemoveAll(dir)
			os.Setenv("GOCOVERDIR", dir)
		}
	}
	flag.Set("test.parallel", strconv.Itoa(2*runtime.GOMAXPROCS(0))) // the command line is read later
	return m.Run()
}
