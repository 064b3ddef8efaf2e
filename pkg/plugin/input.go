package plugin

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"

	"github.com/nrepo-cli/nrepo/pkg/output"
)

// ReadInput returns the content of the file name, "-" being Stdin, up to limit
// bytes; more is an error. It stops with ctx, also while Stdin is silent. A
// file that cannot be read is wrong use.
func (e *Env) ReadInput(ctx context.Context, name string, limit int64) ([]byte, error) {
	if name == "-" {
		return readAll(ctx, "stdin", e.Stdin, limit)
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, inputError(name, err)
	}
	defer f.Close()
	return readAll(ctx, name, f, limit)
}

func readAll(ctx context.Context, name string, r io.Reader, limit int64) ([]byte, error) {
	type result struct {
		text []byte
		err  error
	}
	done := make(chan result, 1)
	go func() {
		text, err := io.ReadAll(io.LimitReader(r, limit+1))
		done <- result{text, err}
	}()
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case got := <-done:
		if got.err != nil {
			return nil, inputError(name, got.err)
		}
		if int64(len(got.text)) > limit {
			return nil, Usagef("%s is larger than %d bytes", name, limit)
		}
		return got.text, nil
	}
}

func inputError(name string, err error) error {
	if pathErr := (*fs.PathError)(nil); errors.As(err, &pathErr) {
		err = pathErr.Err
	}
	return &output.Error{Code: output.CodeUsage, Err: errors.New("cannot read " + name + ": " + err.Error())}
}
