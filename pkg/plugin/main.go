package plugin

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/signal"
	"sync"
	"time"

	"github.com/nrepo-cli/nrepo/pkg/output"
)

// Main runs the command "nrepo name" in this process and returns its exit
// code, for os.Exit. run gets a context that ends with SIGINT, SIGTERM or
// SIGHUP, and returns an error where it failed; Main reports that error once,
// on stderr. A command that a signal ended dies of that signal, after at most
// two seconds for cleaning up; where a session is being renewed ([Env.Auth]),
// when that is done. A second Ctrl-C or SIGTERM ends it at once, unless it comes
// within a tenth of a second: timeout(1) sends each twice.
func Main(name string, run func(ctx context.Context, env *Env) error) int {
	env := processEnv(name)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	caught := catchSignals()
	env.releaseSignals = func() { signal.Stop(caught) }
	var held sync.RWMutex
	env.holdSignals = func() func() { held.RLock(); return held.RUnlock }
	done := make(chan error, 1)
	go func() { done <- run(ctx, env) }()
	select {
	case err := <-done:
		return env.Report(err)
	case sig := <-caught:
		endAtNext()
		cancel()
		select {
		case err := <-done:
			if err == nil {
				return ExitOK
			}
		case <-time.After(grace):
			if !held.TryLock() {
				env.tellHeld()
				held.Lock()
			}
		}
		return die(sig)
	}
}

// MainUncaught is Main for a command that has nothing to clean up: it catches no
// signal, so SIGINT, SIGTERM and SIGHUP end it at once, with the same outcome for
// who started it. Only while a session is renewed do they wait ([Env.Auth]). It
// saves about an eighth of the time of a command that makes one request: to catch
// a signal Go starts two threads. Where there is no death by signal, as on
// Windows, it is Main.
func MainUncaught(name string, run func(ctx context.Context, env *Env) error) int {
	if !deathBySignal {
		return Main(name, run)
	}
	env := processEnv(name)
	env.holdSignals = func() func() { return holdSignals(env.tellHeld) }
	return env.Report(run(context.Background(), env))
}

// processEnv is the Env of the real process.
func processEnv(name string) *Env {
	return &Env{
		Name:   "nrepo " + name,
		Args:   os.Args[1:],
		Stdin:  os.Stdin,
		Stdout: os.Stdout,
		Stderr: os.Stderr,
		Getenv: os.Getenv,
	}
}

// TakeSignals leaves SIGINT, SIGTERM and SIGHUP to the command, for one that
// passes them on to a program it runs: from then on they neither end its
// context nor the process by Main's doing. The command calls signal.Notify
// first, so that none is lost in between. Without Main it does nothing.
func (e *Env) TakeSignals() {
	if e.releaseSignals != nil {
		e.releaseSignals()
	}
}

// Report writes err to Stderr, once, and returns the exit code that goes with
// it. nil, and [flag.ErrHelp] after the help was printed, are ExitOK; an
// *ExitError without an Err is not written. Where os.Stdout could not be written
// the text says that of the result.
func (e *Env) Report(err error) int {
	if err == nil || errors.Is(err, flag.ErrHelp) {
		return ExitOK
	}
	if exit := (*ExitError)(nil); errors.As(err, &exit) && exit.Err == nil {
		return exit.Code
	}
	if lost, ok := err.(*fs.PathError); ok && lost.Path == os.Stdout.Name() {
		err = fmt.Errorf("cannot write the result: %w", lost.Err)
	}
	output.WriteError(e.Stderr, e.errorFormat(), e.Name, err)
	return ExitCode(err)
}
