package main

import (
	"context"
	"errors"
	"io"

	"github.com/nrepo-cli/nrepo/pkg/authcfg"
	"github.com/nrepo-cli/nrepo/pkg/output"
	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

const keyPrompt = "Paste your API key (nrp_<64-hex-chars>): "

// maxKeyLine bounds the line that is read: a key has 68 characters, a pasted
// address some hundred.
const maxKeyLine = 4 << 10

// readKey asks for the key where stdin is a terminal, else reads a line of it.
func readKey(ctx context.Context, env *plugin.Env) (authcfg.Secret, error) {
	var line string
	var err error
	if plugin.IsTerminal(env.Stdin) {
		line, err = promptHidden(ctx, env, keyPrompt, 0)
	} else {
		line, err = readLine(ctx, env)
	}
	if errors.Is(err, io.EOF) {
		err = &output.Error{Code: output.CodeCancelled, Err: errors.New("no API key was given")}
	}
	if err != nil {
		return "", err
	}
	key, err := authcfg.ParseAPIKey(line)
	if err != nil {
		return "", &output.Error{
			Code: output.CodeUsage,
			Err:  err,
			Hint: "a key is made in the settings of your account, or by `nrepo key create`",
		}
	}
	return key, nil
}

var errTooLong = plugin.Usagef("that is too long for an API key")

// readLine reads the first line of stdin, and no byte beyond it: the rest
// belongs to whoever reads next.
func readLine(ctx context.Context, env *plugin.Env) (string, error) {
	next := byteReader(ctx, env.Stdin)
	var line []byte
	for {
		b, err := next()
		switch {
		case errors.Is(err, io.EOF), err == nil && b == '\n':
			return string(line), nil
		case err != nil:
			return "", err
		case len(line) == maxKeyLine:
			return "", errTooLong
		}
		line = append(line, b)
	}
}

// byteReader returns a function that reads one byte of r, or fails as soon as
// ctx ends, though r may be silent.
func byteReader(ctx context.Context, r io.Reader) func() (byte, error) {
	type read struct {
		b   byte
		err error
	}
	wanted, reads := make(chan struct{}), make(chan read, 1)
	go func() {
		buf := make([]byte, 1)
		for range wanted {
			_, err := io.ReadFull(r, buf)
			reads <- read{buf[0], err}
		}
	}()
	return func() (byte, error) {
		wanted <- struct{}{}
		select {
		case <-ctx.Done():
			return 0, context.Cause(ctx)
		case got := <-reads:
			return got.b, got.err
		}
	}
}
