package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"

	"github.com/nrepo-cli/nrepo/internal/sandbox"
)

// Exit codes; those of a child are passed on.
const (
	exitOK      = 0
	exitFailure = 1
	exitUsage   = 2
)

const usage = `usage: nrepo sandbox [flags]
       nrepo sandbox run [flags] [--] CMD [ARG...]

Run a local NeuralRepo: the documented REST API over SQLite.

The first form serves until it is interrupted and prints its URL, an API key
and the variables to set. The second starts a private one in memory, runs CMD
against it with a private config file, and exits as CMD does.

Flags:
  --addr HOST:PORT  address to listen on; port 0 takes any free one (default 127.0.0.1:8787)
  --db FILE         keep the data in FILE (default: in memory)
  --rate-limit N    requests a user may make in a UTC day (default 10000)
  --allow-remote    let --addr be reached from other machines

Flags of run:
  --rate-limit N    as above
  --no-key          leave NEURALREPO_API_KEY unset, so that CMD can log in with $NEURALREPO_SANDBOX_KEY

Examples:
  nrepo sandbox --db ideas.db
  nrepo sandbox --addr 127.0.0.1:0
  nrepo sandbox run -- nrepo push "Try the sandbox"
  nrepo sandbox run --no-key -- sh -c 'echo "$NEURALREPO_SANDBOX_KEY" | nrepo login --api-key'

Exit codes:
  0 stopped, 1 cannot serve, 2 wrong use
  run: that of CMD; 128+N if signal N ended it, 126 CMD cannot be run, 127 CMD not found
`

// run is the program. Its result is the exit code.
func run(ctx context.Context, p process) int {
	if len(p.args) > 0 && p.args[0] == "run" {
		return runMain(ctx, p, p.args[1:])
	}
	return serveMain(ctx, p)
}

func serveMain(ctx context.Context, p process) int {
	var opts sandbox.Options
	flags := newFlags(&opts)
	flags.StringVar(&opts.Addr, "addr", "127.0.0.1:8787", "")
	flags.StringVar(&opts.DB, "db", "", "")
	flags.BoolVar(&opts.AllowRemote, "allow-remote", false, "")
	if code, stop := parse(p, flags, p.args); stop {
		return code
	}
	if flags.NArg() > 0 {
		return usageError(p, fmt.Errorf("unexpected argument %q; to run a command use: nrepo sandbox run -- CMD", flags.Arg(0)))
	}
	opts.Log = p.stderr
	if err := serve(ctx, p.stdout, opts); err != nil {
		return fail(p, err, opts.Addr)
	}
	return exitOK
}

// serve runs a sandbox until ctx is done.
func serve(ctx context.Context, stdout io.Writer, opts sandbox.Options) error {
	s, err := sandbox.Start(opts)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(stdout, `NeuralRepo sandbox at %s as alice@example.com, Ctrl-C stops it.
API key: %s

export NEURALREPO_API_URL=%s
export NEURALREPO_API_KEY=%s
`, s.URL(), s.APIKey(), s.APIURL(), s.APIKey())
	if err == nil {
		<-ctx.Done()
	}
	return errors.Join(err, s.Close())
}

func runMain(ctx context.Context, p process, args []string) int {
	var opts sandbox.Options
	flags := newFlags(&opts)
	noKey := flags.Bool("no-key", false, "")
	if code, stop := parse(p, flags, args); stop {
		return code
	}
	if flags.NArg() == 0 {
		return usageError(p, errors.New("no command to run; use: nrepo sandbox run -- CMD [ARG...]"))
	}
	code, err := runChild(ctx, p, opts, flags.Args(), !*noKey)
	if err != nil {
		fmt.Fprintf(p.stderr, "nrepo sandbox: %v\n", err)
	}
	return code
}

// newFlags returns a flag set with the flags of both forms.
func newFlags(opts *sandbox.Options) *flag.FlagSet {
	flags := flag.NewFlagSet("nrepo sandbox", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.IntVar(&opts.RateLimit, "rate-limit", 0, "")
	return flags
}

// parse reads the flags; stop says that the program is over, with code.
func parse(p process, flags *flag.FlagSet, args []string) (code int, stop bool) {
	err := flags.Parse(args)
	if errors.Is(err, flag.ErrHelp) {
		io.WriteString(p.stdout, usage)
		return exitOK, true
	}
	if err == nil {
		flags.Visit(func(f *flag.Flag) {
			if f.Name == "rate-limit" && f.Value.(flag.Getter).Get().(int) < 1 {
				err = errors.New("--rate-limit must be at least 1")
			}
		})
	}
	if err != nil {
		return usageError(p, err), true
	}
	return 0, false
}

func usageError(p process, err error) int {
	fmt.Fprintf(p.stderr, "nrepo sandbox: %v\nSee: nrepo sandbox --help\n", err)
	return exitUsage
}

// fail says why the sandbox could not be served and what to do about it.
func fail(p process, err error, addr string) int {
	var cannotListen *sandbox.ListenError
	switch {
	case errors.Is(err, sandbox.ErrRemote):
		return usageError(p, fmt.Errorf("%s can be reached from other machines; add --allow-remote to allow that", addr))
	case errors.As(err, &cannotListen) && errors.As(err, new(*net.AddrError)):
		return usageError(p, fmt.Errorf("--addr must be HOST:PORT (%w)", cannotListen.Err))
	case errors.As(err, &cannotListen):
		err = fmt.Errorf("cannot listen on %s (%w); for any free port use --addr 127.0.0.1:0", addr, cannotListen.Err)
	}
	fmt.Fprintf(p.stderr, "nrepo sandbox: %v\n", err)
	return exitFailure
}
