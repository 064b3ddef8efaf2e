package plugin

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/nrepo-cli/nrepo/pkg/output"
)

// ReadInput returns the content of the file name, "-" being Stdin, up to limit
// bytes; more is an error. It stops with ctx, also while Stdin or a FIFO is
// silent. Where Stdin is a terminal, the person is told that it is read. A file
// that cannot be read is wrong use, and so are an empty name, as of an unset
// variable, and an empty Stdin, as of a command before the pipe that failed.
func (e *Env) ReadInput(ctx context.Context, name string, limit int64) ([]byte, error) {
	e.fill()
	if name == "" {
		return nil, Usagef("the name of the file to read is empty")
	}
	if name == "-" && IsTerminal(e.Stdin) {
		e.Progress("reading from standard input; end with " + endOfInput)
	}
	type result struct {
		text []byte
		err  error
	}
	done := make(chan result, 1)
	go func() {
		text, err := e.readAll(name, limit)
		done <- result{text, err}
	}()
	select {
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	case got := <-done:
		return got.text, got.err
	}
}

func (e *Env) readAll(name string, limit int64) ([]byte, error) {
	r := e.Stdin
	fromStdin := name == "-"
	if fromStdin {
		name = "stdin"
	} else {
		f, err := os.Open(name)
		name = output.Shorten(name)
		if err != nil {
			return nil, inputError(name, err)
		}
		defer f.Close()
		r = f
	}
	text, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return nil, inputError(name, err)
	}
	if int64(len(text)) > limit {
		return nil, Usagef("%s is larger than %d bytes", output.Shorten(name), limit)
	}
	if fromStdin && len(text) == 0 {
		return nil, withHint(Usagef("stdin is empty"), "did the command before the pipe fail?")
	}
	return text, nil
}

func inputError(name string, err error) error {
	if pathErr := (*fs.PathError)(nil); errors.As(err, &pathErr) {
		err = pathErr.Err
	}
	return &output.Error{Code: output.CodeUsage, Err: fmt.Errorf("cannot read %s: %w", output.Shorten(name), err)}
}
