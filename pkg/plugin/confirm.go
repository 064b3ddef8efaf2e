package plugin

import (
	"context"
	"errors"
	"io"
	"strings"

	"github.com/nrepo-cli/nrepo/pkg/output"
)

// Confirm asks a question on the terminal, such as "Remove 3 ideas?", and returns
// nil only if the answer is y or yes. For any other answer, and for Ctrl-D, it
// returns an *output.Error with the code cancelled, for exit code 3. If Stdin or
// Stderr is not a terminal, it does not ask, and returns an error for wrong use:
// such a command should have a flag like --yes to skip the question. It stops
// waiting when ctx ends.
func (e *Env) Confirm(ctx context.Context, question string) error {
	e.fill()
	question = output.SafeLine(question)
	if !IsTerminal(e.Stdin) || !IsTerminal(e.Stderr) {
		return Usagef("cannot ask %q: stdin and stderr must be a terminal", question)
	}
	io.WriteString(e.Stderr, question+" [y/N] ")
	answer, err := e.readLine(ctx)
	answer = strings.ToLower(strings.TrimSpace(answer))
	switch {
	case errors.Is(err, io.EOF):
		io.WriteString(e.Stderr, "\n")
	case err != nil:
		return err
	case answer == "y" || answer == "yes":
		return nil
	}
	return &output.Error{Code: output.CodeCancelled, Err: errors.New("cancelled")}
}

// readLine reads a line of Stdin and not a byte more. A line that ends with Ctrl-D
// or has more than 1 KiB is an error.
func (e *Env) readLine(ctx context.Context) (string, error) {
	type result struct {
		line string
		err  error
	}
	done := make(chan result, 1)
	go func() {
		var line []byte
		for b := make([]byte, 1); ; {
			if _, err := io.ReadFull(e.Stdin, b); err != nil {
				done <- result{string(line), err}
				return
			}
			if b[0] == '\n' {
				done <- result{string(line), nil}
				return
			}
			if line = append(line, b[0]); len(line) > 1<<10 {
				done <- result{"", errors.New("the answer is too long")}
				return
			}
		}
	}()
	select {
	case <-ctx.Done():
		return "", context.Cause(ctx)
	case got := <-done:
		return got.line, got.err
	}
}
