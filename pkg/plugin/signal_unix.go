//go:build unix

package plugin

import (
	"os"
	"os/signal"
	"syscall"
	"time"
)

var endSignals = []os.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP}

// againSignals are the signals that end the process at once when they are
// repeated. SIGHUP is not one of them, because a terminal that is closed often
// sends it twice, or after SIGTERM.
var againSignals = []os.Signal{syscall.SIGINT, syscall.SIGTERM}

// terminalSignals are the signals that keys of the terminal send.
var terminalSignals = []os.Signal{syscall.SIGINT, syscall.SIGQUIT}

// endOfInput names the key for the end of input on a terminal.
const endOfInput = "Ctrl-D"

// die ends the process with the signal itself, so that a shell loop around the
// command ends too. It returns an exit code in case the signal does not arrive.
func die(sig os.Signal) int {
	signal.Reset(sig)
	n := sig.(syscall.Signal)
	if err := syscall.Kill(syscall.Getpid(), n); err == nil {
		time.Sleep(time.Second)
	}
	return 128 + int(n)
}
