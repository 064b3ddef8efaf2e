//go:build unix

package plugin

import (
	"os"
	"os/signal"
	"syscall"
	"time"
)

var endSignals = []os.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP}

// againSignals are those whose second one ends the process at once. SIGHUP is
// none: a terminal that goes away often sends it twice, or after SIGTERM.
var againSignals = []os.Signal{syscall.SIGINT, syscall.SIGTERM}

// terminalSignals are those that keys of the terminal send.
var terminalSignals = []os.Signal{syscall.SIGINT, syscall.SIGQUIT}

// endOfInput is the key that ends what is typed on a terminal.
const endOfInput = "Ctrl-D"

// die ends the process by the signal itself, so that a shell loop around the
// command ends too. The exit code is for a signal that does not arrive.
func die(sig os.Signal) int {
	signal.Reset(sig)
	n := sig.(syscall.Signal)
	if err := syscall.Kill(syscall.Getpid(), n); err == nil {
		time.Sleep(time.Second)
	}
	return 128 + int(n)
}
