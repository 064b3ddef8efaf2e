package plugin

import "os"

var (
	endSignals      = []os.Signal{os.Interrupt}
	againSignals    = endSignals // whose second one ends the process at once
	terminalSignals = endSignals // that keys of the console send
)

// endOfInput is the keys for the end of input on a console.
const endOfInput = "Ctrl-Z and Enter"

// die returns the exit code for Ctrl-C; Windows has no death by signal.
func die(os.Signal) int { return 130 }
