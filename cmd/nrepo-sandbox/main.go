// Command nrepo-sandbox is a local NeuralRepo for demos, tests and plugin
// development: the documented REST API over SQLite. docs/sandbox.md is its
// manual.
package main

import (
	"context"
	"io"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, process{
		args:    os.Args[1:],
		environ: os.Environ(),
		stdin:   os.Stdin,
		stdout:  os.Stdout,
		stderr:  os.Stderr,
	})
	stop()
	os.Exit(code)
}

// process is what the operating system gives a program.
type process struct {
	args           []string // without the program's name
	environ        []string // "NAME=value"
	stdin          io.Reader
	stdout, stderr io.Writer
}
