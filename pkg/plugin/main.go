package plugin

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/nrepo-cli/nrepo/pkg/output"
)

// Main runs the command "nrepo name" in this process and returns its exit code,
// for os.Exit. If run returns an error, Main reports it once, on stderr. Main does
// not catch signals: SIGINT, SIGTERM and SIGHUP end the process at once, unless
// run calls [Env.NotifyContext]. They are delayed only while a session is renewed
// (see [Env.Auth]).
func Main(name string, run func(ctx context.Context, env *Env) error) int {
	return runProcess("nrepo "+name, os.Args[1:], run)
}

// runProcess runs a command in this process. name is what the user types.
func runProcess(name string, args []string, run func(context.Context, *Env) error) int {
	env := &Env{Name: name, Args: args, Getenv: os.Getenv, program: "nrepo-" + strings.Fields(name)[1]}
	env.fill()
	env.signals = newSignals(env.tellHeld)
	err := run(context.Background(), env)
	env.finish()
	if sig := env.signals.caught(); sig != nil && err != nil {
		return die(sig)
	}
	return env.Report(err)
}

// Report writes err to Stderr, once, and returns its exit code. For nil, and for
// [flag.ErrHelp] after the help was printed, it returns ExitOK. It does not write
// an *[ExitError] without an Err. If writing to os.Stdout failed, the message says
// that the result could not be written.
func (e *Env) Report(err error) int {
	e.fill()
	e.finish()
	if err == nil || errors.Is(err, flag.ErrHelp) {
		return ExitOK
	}
	if exit, ok := errors.AsType[*ExitError](err); ok && exit.Err == nil {
		return exit.Code
	}
	if lost, ok := err.(*fs.PathError); ok && lost.Path == os.Stdout.Name() {
		err = fmt.Errorf("cannot write the result: %w", lost.Err)
	}
	output.WriteError(e.Stderr, e.errorFormat(), e.Name, err)
	return ExitCode(err)
}
