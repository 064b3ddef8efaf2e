package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"

	"github.com/nrepo-cli/nrepo/internal/sandbox"
	"github.com/nrepo-cli/nrepo/pkg/output"
	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

// serve runs a sandbox until a signal arrives or ctx is done.
func serve(ctx context.Context, env *plugin.Env, opts sandbox.Options) error {
	ctx, stop := env.NotifyContext(ctx)
	defer stop()
	opts.Log = env.Stderr
	s, err := sandbox.Start(opts)
	if err != nil {
		return startError(err, opts.Addr)
	}
	if err = announce(env, s); err == nil {
		<-ctx.Done()
	}
	return errors.Join(err, s.Close())
}

// announce prints the address of the sandbox. In JSON it is one line, so that a program can
// read it while the sandbox runs.
func announce(env *plugin.Env, s *sandbox.Server) error {
	format, err := env.Format()
	if err != nil {
		return err
	}
	if format == output.JSON {
		return json.NewEncoder(env.Stdout).Encode(struct {
			URL    string `json:"url"`
			APIURL string `json:"api_url"`
			APIKey string `json:"api_key"`
		}{s.URL(), s.APIURL(), s.APIKey()})
	}
	_, err = fmt.Fprintf(env.Stdout, `Sandbox at %s as alice@example.com. Press Ctrl-C to stop it.
API key: %s

export NEURALREPO_API_URL=%s
export NEURALREPO_API_KEY=%s
`, s.URL(), s.APIKey(), s.APIURL(), s.APIKey())
	return err
}

// startError returns why the sandbox did not start, and what to do about it.
func startError(err error, addr string) error {
	if errors.Is(err, sandbox.ErrRemote) {
		return plugin.Usagef("%s can be reached from other machines; add --allow-remote to allow that", output.Shorten(addr))
	}
	if seed, ok := errors.AsType[*sandbox.SeedError](err); ok {
		return plugin.Usagef("cannot read %s: %w", output.Shorten(seed.File), seed.Err)
	}
	if listen, ok := errors.AsType[*sandbox.ListenError](err); ok {
		if wrong, ok := errors.AsType[*net.AddrError](err); ok {
			return plugin.Usagef("--addr must be HOST:PORT: %s: %s", output.Shorten(wrong.Addr), wrong.Err)
		}
		return &output.Error{
			Err:  fmt.Errorf("cannot listen on %s: %w", output.Shorten(addr), listen.Err),
			Hint: "use --addr 127.0.0.1:0 for any free port",
		}
	}
	return err
}
