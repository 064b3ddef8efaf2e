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

// ReadInput returns the content of a file, or of Stdin if name is "-". It returns an
// error if there are more than limit bytes. It returns when ctx ends, even while it
// waits for Stdin or a FIFO. If Stdin is a terminal, a message says that it is being
// read. It is wrong use if the file cannot be read, if name is empty (perhaps because
// of an unset variable), or if Stdin is empty (perhaps because the command before the
// pipe failed).
func (e *Env) ReadInput(ctx context.Context, name string, limit int64) ([]byte, error) {
	e.fill()
	if name == "" {
		return nil, Usagef("the name of the file to read is empty")
	}
	if name == "-" {
		e.sayThatStdinIsRead()
	}
	return await(ctx, func() ([]byte, error) { return e.readAll(name, limit) })
}

// CopyStdin copies all of Stdin to w. Otherwise it is like [Env.ReadInput]. After
// ctx ends, more data may still be written to w.
func (e *Env) CopyStdin(ctx context.Context, w io.Writer) error {
	e.fill()
	e.sayThatStdinIsRead()
	_, err := await(ctx, func() (int64, error) {
		from := watched{Reader: e.Stdin}
		n, err := io.Copy(w, &from)
		switch {
		case from.err != nil:
			return n, inputError("stdin", from.err)
		case err != nil: // from w
			return n, err
		case n == 0:
			return n, errEmptyStdin()
		}
		return n, nil
	})
	return err
}

// watched keeps the error of a reader, except io.EOF.
type watched struct {
	io.Reader
	err error
}

func (w *watched) Read(b []byte) (int, error) {
	n, err := w.Reader.Read(b)
	if err != io.EOF {
		w.err = err
	}
	return n, err
}

func (e *Env) sayThatStdinIsRead() {
	if IsTerminal(e.Stdin) {
		e.Progress("reading from stdin; end with " + endOfInput)
	}
}

func errEmptyStdin() error {
	return withHint(Usagef("stdin is empty"), "did the command before the pipe fail?")
}

// await returns the result of read, or the cause if ctx ends first.
func await[T any](ctx context.Context, read func() (T, error)) (T, error) {
	type result struct {
		value T
		err   error
	}
	done := make(chan result, 1)
	go func() {
		value, err := read()
		done <- result{value, err}
	}()
	select {
	case <-ctx.Done():
		var none T
		return none, context.Cause(ctx)
	case got := <-done:
		return got.value, got.err
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
		return nil, errEmptyStdin()
	}
	return text, nil
}

func inputError(name string, err error) error {
	if pathErr, ok := errors.AsType[*fs.PathError](err); ok {
		err = pathErr.Err
	}
	return &output.Error{Code: output.CodeUsage, Err: fmt.Errorf("cannot read %s: %w", output.Shorten(name), err)}
}
