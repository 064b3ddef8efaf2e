package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"syscall"

	"github.com/nrepo-cli/nrepo/internal/sandbox"
	"github.com/nrepo-cli/nrepo/pkg/output"
	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

const (
	exitCannotRun = 126
	exitNotFound  = 127
)

// runChild runs a command against a private sandbox. If the command fails, the error is an
// ExitError with its exit code and no message, because the command has printed its own.
func runChild(ctx context.Context, env *plugin.Env, environ []string, opts sandbox.Options, argv []string, withKey bool) error {
	// From here on signals are passed to the command, and we end when it ends: until
	// then it needs the sandbox, and afterwards the directory must be removed.
	signals := make(chan os.Signal, 4)
	for _, sig := range []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP} {
		if !signal.Ignored(sig) { // nohup and background jobs ignore signals; keep that
			signal.Notify(signals, sig)
		}
	}
	defer signal.Stop(signals)

	path, err := exec.LookPath(argv[0])
	if errors.Is(err, exec.ErrNotFound) || errors.Is(err, fs.ErrNotExist) {
		return &plugin.ExitError{Code: exitNotFound, Err: fmt.Errorf("%s: command not found", output.Shorten(argv[0]))}
	}
	if err != nil {
		return &plugin.ExitError{Code: exitCannotRun, Err: cannotRun(argv[0], err)}
	}
	s, err := sandbox.Start(opts)
	if err != nil {
		return startError(err, opts.Addr)
	}
	defer s.Close()
	dir, err := newPrivate()
	if err != nil {
		return err
	}
	defer dir.remove()
	if ctx.Err() != nil {
		return errors.New("interrupted before the command was started")
	}

	cmd := exec.Command(path)
	cmd.Args = argv
	cmd.Env = childEnviron(environ, s, dir.path, withKey)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = env.Stdin, env.Stdout, env.Stderr
	if err := cmd.Start(); err != nil {
		return &plugin.ExitError{Code: exitCannotRun, Err: cannotRun(argv[0], err)}
	}
	ended := make(chan struct{})
	forwarded := make(chan struct{})
	go func() {
		defer close(forwarded)
		for {
			select {
			case sig := <-signals:
				if !reachedGroup(sig) {
					cmd.Process.Signal(sig)
				}
			case <-ended:
				return
			}
		}
	}()
	err = cmd.Wait()
	close(ended)
	<-forwarded
	if cmd.ProcessState == nil {
		return err
	}
	if code := exitCode(cmd.ProcessState); code != 0 {
		return &plugin.ExitError{Code: code}
	}
	return nil
}

// cannotRun returns an error with the command and only the cause.
func cannotRun(name string, err error) error {
	var lookup *exec.Error
	var call *fs.PathError
	switch {
	case errors.As(err, &lookup):
		if err = lookup.Err; errors.As(err, &call) {
			err = call.Err
		}
	case errors.As(err, &call) && errors.Is(err, fs.ErrNotExist):
		err = errors.New("its interpreter is missing")
	case errors.As(err, &call):
		err = call.Err
	}
	return fmt.Errorf("cannot run %s: %w", output.Shorten(name), err)
}
