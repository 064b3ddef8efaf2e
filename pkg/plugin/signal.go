package plugin

import (
	"os"
	"os/signal"
	"time"
)

// grace is how long a signal waits for a command to clean up.
const grace = 2 * time.Second

// catchSignals returns the first signal that is to end the process.
func catchSignals() chan os.Signal {
	caught := make(chan os.Signal, 1)
	for _, sig := range endSignals {
		if !signal.Ignored(sig) { // as nohup wants it
			signal.Notify(caught, sig)
		}
	}
	return caught
}

// twice is within what time a signal that comes again is the same one: timeout(1)
// sends each to the command and then to its group, and Ctrl-C reaches a command
// both from the terminal and from a program that passes it on.
const twice = 100 * time.Millisecond

// endAtNext has the next Ctrl-C or SIGTERM end the process at once.
func endAtNext() {
	time.AfterFunc(twice, func() { signal.Reset(againSignals...) })
}

// holdSignals makes a signal that is to end the process wait for release; a
// second Ctrl-C or SIGTERM ends it. tell is called where the wait is long enough to wonder.
func holdSignals(tell func()) (release func()) {
	caught, released, ended := catchSignals(), make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		var sig os.Signal
		select {
		case sig = <-caught:
			endAtNext()
			select {
			case <-released:
			case <-time.After(grace):
				tell()
				<-released
			}
		case <-released:
			select {
			case sig = <-caught:
			default:
				return
			}
		}
		os.Exit(die(sig))
	}()
	return func() {
		signal.Stop(caught)
		close(released)
		<-ended
	}
}

// tellHeld says why a signal does not end the command yet.
func (e *Env) tellHeld() {
	e.Progress("waiting for the server's answer, to keep you logged in; once more ends it now")
}
