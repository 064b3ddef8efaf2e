package main

import (
	"os"
)

// runChild runs a program with the streams of this process, and returns its
// exit code as the error.
func runChild(path string, argv, environ []string) error {
	p, err := os.StartProcess(path, argv, &os.ProcAttr{
		Env:   environ,
		Files: []*os.File{os.Stdin, os.Stdout, os.Stderr},
	})
	if err != nil {
		return err
	}
	state, err := p.Wait()
	if err != nil {
		return err
	}
	return exitCode(state.ExitCode())
}
