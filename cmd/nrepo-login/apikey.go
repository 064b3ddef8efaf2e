package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/nrepo-cli/nrepo/cmd/nrepo-login/internal/prompt"
	"github.com/nrepo-cli/nrepo/pkg/authcfg"
	"github.com/nrepo-cli/nrepo/pkg/output"
	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

const keyPrompt = "Paste your API key (nrp_<64-hex-chars>): "

// patience is how long a pipe may be silent before a message says what the command
// is waiting for.
const patience = time.Second

// withKey logs in with an API key.
func (c *command) withKey(ctx context.Context) error {
	server, err := c.env.Auth().Server()
	if err != nil {
		return err
	}
	key, err := c.readKey(ctx)
	if err != nil {
		return err
	}
	done, err := c.store(ctx, authcfg.Config{APIURL: server, APIKey: key, AuthMethod: authcfg.APIKey})
	if err != nil {
		return err
	}
	if err := c.finish(ctx, done); err != nil {
		return err
	}
	if c.env.Getenv("NEURALREPO_OUTPUT") == "" && !c.json() {
		c.env.Progress("results are JSON from now on; --human or NEURALREPO_OUTPUT=human gives text")
	}
	return nil
}

// readKey asks for the key if stdin is a terminal, and otherwise reads one line.
func (c *command) readKey(ctx context.Context) (authcfg.Secret, error) {
	late := &output.Error{
		Code: output.CodeCancelled,
		Err:  fmt.Errorf("no API key was given within %v", c.timeout),
		Hint: c.again("--api-key") + "; use --timeout for more time",
	}
	waiting, cancel := context.WithTimeoutCause(ctx, c.timeout, late)
	defer cancel()
	var line string
	var err error
	if plugin.IsTerminal(c.env.Stdin) {
		line, err = c.prompt(keyPrompt, 0).Read(waiting)
	} else {
		line, err = c.readPipe(waiting)
	}
	switch {
	case errors.Is(err, io.EOF):
		return "", &output.Error{Code: output.CodeCancelled, Err: errors.New("no API key was given")}
	case errors.Is(err, prompt.ErrTooLong), errors.Is(err, prompt.ErrSeveralLines):
		return "", &output.Error{Code: output.CodeUsage, Err: err, Hint: "an API key is one line of 68 characters"}
	case errors.Is(err, prompt.ErrNotHidden):
		return "", &output.Error{Err: err, Hint: "pipe the key in: nrepo login --api-key <FILE"}
	case err != nil:
		return "", err
	}
	key, err := authcfg.ParseAPIKey(line)
	if err != nil {
		return "", &output.Error{
			Code: output.CodeUsage,
			Err:  err,
			Hint: cmp.Or(output.AsError(err).Hint, "give only the key, as the settings of your account or `nrepo key create` show it"),
		}
	}
	return key, nil
}

var errEmptyStdin = &output.Error{
	Code: output.CodeUsage,
	Err:  errors.New("stdin is empty, so no API key was given"),
	Hint: "check that the secret is set for this job",
}

// readPipe reads the key from a stdin that is not a terminal. The user may not
// know that the command is waiting for it.
func (c *command) readPipe(ctx context.Context) (string, error) {
	type read struct {
		line string
		err  error
	}
	reads := make(chan read, 1)
	go func() {
		line, err := readLine(ctx, c.env.Stdin)
		reads <- read{line, err}
	}()
	select {
	case got := <-reads:
		return got.line, got.err
	case <-time.After(patience):
	}
	c.say(fmt.Sprintf("waiting for an API key on stdin, for at most %v", c.timeout))
	got := <-reads
	return got.line, got.err
}

// readLine reads the first line of r and not a byte more, because the rest is for
// the next program.
func readLine(ctx context.Context, r io.Reader) (string, error) {
	next := prompt.ByteReader(ctx, r)
	var line []byte
	for {
		b, err := next()
		switch {
		case errors.Is(err, io.EOF) && len(line) == 0:
			return "", errEmptyStdin
		case errors.Is(err, io.EOF), err == nil && b == '\n':
			return string(line), nil
		case err != nil:
			return "", err
		case len(line) == prompt.MaxLine:
			return "", prompt.ErrTooLong
		}
		line = append(line, b)
	}
}
