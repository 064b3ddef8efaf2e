package plugin

import (
	"context"
	"os"
	"os/signal"
	"sync"
	"sync/atomic"
	"time"
)

// grace is how long a command may clean up after a signal.
const grace = 2 * time.Second

// twice is the time within which a repeated signal counts as one: timeout(1) sends
// each signal to the command and then to its group, and Ctrl-C can arrive from the
// terminal and from a program that forwards it.
const twice = 100 * time.Millisecond

// NotifyContext returns a copy of ctx that is cancelled by SIGINT, SIGTERM or
// SIGHUP, like [signal.NotifyContext]. Call it before work that needs cleaning up,
// and call stop afterwards. Without it, these signals end the process at once.
// That is right for most commands, because Go starts two threads to catch signals.
//
// After a signal, the command has two seconds to return, or longer while a session is
// being renewed (see [Env.Auth]). If it then returns an error, [Main] does not report
// it, but ends the process with the same signal, so that a shell loop around the
// command ends too. A second SIGINT or SIGTERM ends the process at once. Within a tenth
// of a second, it is ignored, because timeout(1) sends signals twice.
//
// A command that forwards signals to a program should use os/signal instead. In an
// Env that was not created by Main, no signals are caught.
func (e *Env) NotifyContext(ctx context.Context) (_ context.Context, stop context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	if e.signals == nil {
		return ctx, cancel
	}
	detach := context.AfterFunc(e.signals.ended, cancel)
	e.signals.notified.Add(1)
	release := e.signals.use()
	return ctx, sync.OnceFunc(func() {
		detach()
		cancel()
		release()
		if e.signals.caught() == nil {
			e.signals.notified.Add(-1)
		}
	})
}

// signals handles the signals that end the process. None is caught until use is
// called.
type signals struct {
	tell     func()          // says why a signal does not end the command yet
	ended    context.Context // done after a signal
	end      context.CancelCauseFunc
	notified atomic.Int32 // contexts of NotifyContext
	children atomic.Int32 // programs that have the terminal, to which Ctrl-C belongs
	held     sync.RWMutex // read-locked while the process must not end
	late     atomic.Bool  // the grace period after a signal is over

	mu   sync.Mutex
	uses int
	quit chan struct{} // closed when the last user has released it
	over chan struct{} // closed after quit, unless a signal came first
}

func newSignals(tell func()) *signals {
	s := &signals{tell: tell}
	s.ended, s.end = context.WithCancelCause(context.Background())
	return s
}

// signalError is the cause of a context that was cancelled by a signal.
type signalError struct{ os.Signal }

func (e signalError) Error() string { return e.String() }

// caught returns the signal that should end the process, or nil.
func (s *signals) caught() os.Signal {
	if err, ok := context.Cause(s.ended).(signalError); ok {
		return err.Signal
	}
	return nil
}

// use catches signals until the last user calls release, which returns a channel
// that is closed when no earlier signal can arrive any more.
func (s *signals) use() (release func() <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.uses++; s.uses == 1 {
		s.quit, s.over = make(chan struct{}), make(chan struct{})
		go s.wait(notifyAll(), s.quit, s.over)
	}
	return func() <-chan struct{} {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.uses--; s.uses == 0 {
			close(s.quit)
		}
		return s.over
	}
}

// notifyAll returns a channel for the signals that end the process.
func notifyAll() chan os.Signal {
	caught := make(chan os.Signal, 1)
	for _, sig := range endSignals {
		if !signal.Ignored(sig) { // nohup ignores SIGHUP
			signal.Notify(caught, sig)
		}
	}
	return caught
}

// wait ends the process with the first signal, after the command has cleaned up.
func (s *signals) wait(caught chan os.Signal, quit, over chan struct{}) {
	var sig os.Signal
	for sig == nil {
		select {
		case sig = <-caught:
		case <-quit:
			signal.Stop(caught)
			select {
			case sig = <-caught:
			default:
				close(over)
				return
			}
		}
		if sig == os.Interrupt && s.children.Load() > 0 {
			sig = nil
		}
	}
	time.AfterFunc(twice, func() { signal.Reset(againSignals...) })
	s.end(signalError{sig})
	if s.notified.Load() > 0 {
		<-time.After(grace) // if the command returns earlier, Main ends the process
		s.late.Store(true)
		if !s.held.TryLock() {
			s.tell()
			s.held.Lock()
		}
	} else {
		late := time.AfterFunc(grace, s.tell)
		s.held.Lock()
		late.Stop()
	}
	os.Exit(die(sig))
}

// hold delays a signal that would end the process until release is called. A
// second Ctrl-C or SIGTERM ends it at once.
func (s *signals) hold() (release func()) {
	s.held.RLock()
	unuse := s.use()
	return func() {
		s.held.RUnlock()
		if over := unuse(); s.notified.Load() == 0 || s.late.Load() {
			<-over // blocks forever after a signal, so that the command does nothing more
		}
	}
}

// lend leaves Ctrl-C to a program that uses the terminal, until done is called. It
// does not ignore the signal, because the program would inherit that.
func (s *signals) lend() (done func()) {
	if s != nil {
		s.children.Add(1)
	}
	dropped := make(chan os.Signal, 1)
	signal.Notify(dropped, terminalSignals...)
	return func() {
		signal.Stop(dropped)
		if s != nil {
			s.children.Add(-1)
		}
	}
}

// tellHeld prints why a signal has not ended the command yet.
func (e *Env) tellHeld() {
	e.Progress("waiting for the server to renew your session; press Ctrl-C again to stop at once")
}
