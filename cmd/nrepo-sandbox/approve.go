package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"syscall"
	"time"

	"github.com/peterbourgon/ff/v3/ffcli"

	"github.com/nrepo-cli/nrepo/internal/sandbox"
	"github.com/nrepo-cli/nrepo/pkg/output"
	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

// approveTimeout limits the wait for the pages, and for the program that logs in, which
// stores its credential before it answers.
const approveTimeout = 30 * time.Second

func approveCommand(env *plugin.Env) *ffcli.Command {
	fs := flag.NewFlagSet("approve", flag.ContinueOnError)
	deny := fs.Bool("deny", false, "press Deny")
	return &ffcli.Command{
		Name:       "approve",
		ShortUsage: "nrepo sandbox approve [flags] <url>",
		ShortHelp:  "Approve a login as a person in a browser would",
		LongHelp: `
approve opens the login page of a sandbox, signs in, presses Approve and returns
to the program that is waiting. Scripts use it in place of a browser. It
contacts this machine only.

Examples:
  NEURALREPO_BROWSER="nrepo-sandbox approve" nrepo login
  nrepo sandbox approve "http://127.0.0.1:8787/device?user_code=BCDF-GHJK"`,
		FlagSet: fs,
		Exec: func(ctx context.Context, args []string) error {
			if len(args) != 1 {
				return plugin.Usagef("needs the URL of a login and nothing else")
			}
			return approve(ctx, env, args[0], !*deny)
		},
	}
}

func approve(ctx context.Context, env *plugin.Env, url string, yes bool) error {
	ctx, cancel := context.WithTimeout(ctx, approveTimeout)
	defer cancel()
	err := sandbox.Decide(ctx, url, yes)
	call, failed := errors.AsType[*net.OpError](err)
	switch {
	case errors.Is(err, sandbox.ErrNotLocal):
		return plugin.Usagef("the URL is %w", err)
	case failed && call.Addr != nil:
		reason := call.Err
		if number, ok := errors.AsType[syscall.Errno](reason); ok {
			reason = number
		}
		return &output.Error{
			Code: output.CodeNetwork,
			Err:  fmt.Errorf("cannot reach http://%v: %w", call.Addr, reason),
			Hint: "is the sandbox running?",
		}
	case failed, errors.Is(err, context.DeadlineExceeded):
		return &output.Error{Code: output.CodeNetwork, Err: err}
	case err != nil:
		return err
	}
	done := "Denied.\n"
	if yes {
		done = "Approved.\n"
	}
	return env.Print(map[string]bool{"approved": yes}, done)
}
