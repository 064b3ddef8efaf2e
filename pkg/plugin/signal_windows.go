package plugin

import "os"

var (
	endSignals      = []os.Signal{os.Interrupt}
	againSignals    = endSignals // end the process at once when repeated
	terminalSignals = endSignals // sent by keys of the console
)

// endOfInput names the keys for the end of input on a console.
const endOfInput = "Ctrl-Z and Enter"

// die returns the exit code for Ctrl-C, because a process on Windows cannot end with
// a signal.
func die(os.Signal) int { return 130 }
