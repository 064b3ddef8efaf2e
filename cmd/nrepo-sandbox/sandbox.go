package main

import (
	"context"
	"errors"
	"flag"
	"strconv"
	"time"

	"github.com/peterbourgon/ff/v3/ffcli"

	"github.com/nrepo-cli/nrepo/internal/sandbox"
	"github.com/nrepo-cli/nrepo/pkg/output"
	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

const defaultAddr = "127.0.0.1:8787"

// run is the program. environ is the environment for a command of "run".
func run(ctx context.Context, env *plugin.Env, environ []string) error {
	env.DefaultFormat = output.Human // the format in the config belongs to the login
	opts := &sandbox.Options{}
	return env.Run(ctx, &ffcli.Command{
		Name: "sandbox",
		ShortUsage: `nrepo sandbox [flags]
nrepo sandbox run [flags] -- <command> [<argument>...]
nrepo sandbox approve [flags] <url>
nrepo sandbox check [flags] <plugin> [-- [<argument>...]]`,
		ShortHelp: plugin.SummaryMarker + "Run a local NeuralRepo for demos and tests" + plugin.CompleteMarker,
		LongHelp: `
The sandbox serves the REST API, the browser login and a dashboard until you
press Ctrl-C. It prints its URL, an API key and the variables to set; with
--json, one line with the fields url, api_url and api_key.

Examples:
  nrepo sandbox --db ideas.db
  nrepo sandbox --addr 127.0.0.1:0 --session-ttl 30s
  nrepo sandbox --seed demo --fail "POST /ideas 500 1" --delay 300ms
  nrepo sandbox run -- nrepo push "Try the sandbox"`,
		FlagSet: serveFlags(opts),
		Exec: func(ctx context.Context, args []string) error {
			if len(args) > 0 {
				return plugin.Usagef("unexpected argument; to run a command use `nrepo sandbox run -- <command>`")
			}
			return serve(ctx, env, *opts)
		},
		Subcommands: []*ffcli.Command{runCommand(env, environ, opts), approveCommand(env), checkCommand(env)},
	})
}

func runCommand(env *plugin.Env, environ []string, opts *sandbox.Options) *ffcli.Command {
	fs := flag.NewFlagSet("run", flag.ContinueOnError)
	serverFlags(fs, opts)
	noKey := fs.Bool("no-key", false, "do not set NEURALREPO_API_KEY, so that the command can log in")
	return &ffcli.Command{
		Name:       "run",
		ShortUsage: "nrepo sandbox run [flags] -- <command> [<argument>...]",
		ShortHelp:  "Run a command against a private sandbox",
		LongHelp: `
The sandbox runs in memory on a free port, and stops when the command ends. The
command gets its own directories for config, state and cache. The exit code is
that of the command: 128+N if signal N ended it, 126 if it cannot be run, 127 if
it was not found.

Examples:
  nrepo sandbox run -- nrepo push "Try the sandbox"
  nrepo sandbox run --no-key -- \
    sh -c 'echo "$NEURALREPO_SANDBOX_KEY" | nrepo login --api-key'`,
		FlagSet: fs,
		Exec: func(ctx context.Context, args []string) error {
			if len(args) == 0 {
				return plugin.Usagef("no command to run, as in `nrepo sandbox run -- nrepo whoami`")
			}
			private := *opts
			if private.Addr != defaultAddr || private.DB != "" || private.AllowRemote {
				return plugin.Usagef("run has no --addr, --db or --allow-remote, because its sandbox is private")
			}
			private.Addr = "" // any free port
			return runChild(ctx, env, environ, private, args, !*noKey)
		},
	}
}

// serverFlags adds the flags for the behaviour of the server.
func serverFlags(fs *flag.FlagSet, opts *sandbox.Options) {
	fs.Func("rate-limit", "allow `N` requests per user and UTC day (default 10000)", func(text string) (err error) {
		if opts.RateLimit, err = strconv.Atoi(text); err != nil || opts.RateLimit < 1 {
			return errors.New("must be a whole number of at least 1")
		}
		return nil
	})
	fs.Func("session-ttl", "access tokens expire after `DURATION` (default 1h)", func(text string) (err error) {
		if opts.SessionTTL, err = time.ParseDuration(text); err != nil || opts.SessionTTL < time.Second {
			return errors.New("must be a time of at least 1s, such as 90s or 1h30m")
		}
		return nil
	})
	fs.Func("shape", "respond in the form of the live service or of its documentation, `live|docs` (default live)", func(text string) error {
		if text != "live" && text != "docs" {
			return errors.New("must be live or docs")
		}
		opts.Docs = text == "docs"
		return nil
	})
	fs.StringVar(&opts.Seed, "seed", "", "start with the ideas in `FILE`, a JSON lines export, or with ten examples if FILE is demo")
	fs.Func("fail", "make these requests fail: \"`METHOD PATH STATUS [COUNT]`\"; may be repeated", func(text string) error {
		failure, err := sandbox.ParseFailure(text)
		opts.Fail = append(opts.Fail, failure)
		return err
	})
	fs.Func("delay", "wait `DURATION` before each answer", func(text string) (err error) {
		if opts.Delay, err = time.ParseDuration(text); err != nil || opts.Delay < 0 || opts.Delay > time.Hour {
			return errors.New("must be a time of at most 1h, such as 300ms or 2s")
		}
		return nil
	})
	fs.BoolVar(&opts.Handoff, "handoff", false, "offer the login page of the live service, /auth/cli, instead of OAuth")
}

func serveFlags(opts *sandbox.Options) *flag.FlagSet {
	fs := flag.NewFlagSet("sandbox", flag.ContinueOnError)
	fs.StringVar(&opts.Addr, "addr", defaultAddr, "listen on `HOST:PORT`; port 0 takes any free one")
	fs.StringVar(&opts.DB, "db", "", "store the data in `FILE` (default in memory)")
	serverFlags(fs, opts)
	fs.BoolVar(&opts.AllowRemote, "allow-remote", false, "allow --addr to be reachable from other machines")
	return fs
}
