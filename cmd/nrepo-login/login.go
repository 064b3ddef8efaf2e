package main

import (
	"context"
	"errors"
	"flag"
	"net"
	"strings"
	"time"

	"github.com/peterbourgon/ff/v3/ffcli"

	"github.com/nrepo-cli/nrepo/cmd/nrepo-login/internal/browser"
	"github.com/nrepo-cli/nrepo/pkg/neuralrepo"
	"github.com/nrepo-cli/nrepo/pkg/output"
	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

func runLogin(ctx context.Context, env *plugin.Env) error {
	return (&command{env: env, listen: net.Listen, desktop: browser.This(env.Getenv)}).start(ctx)
}

func (c *command) start(ctx context.Context) error {
	c.env.DefaultFormat = output.Human // the login's default does not apply here
	fs := flag.NewFlagSet("login", flag.ContinueOnError)
	fs.BoolVar(&c.apiKey, "api-key", false, "log in with an API key, from a prompt or stdin")
	fs.BoolVar(&c.device, "device", false, "approve on another device, with a code")
	fs.BoolVar(&c.noBrowser, "no-browser", false, "print the address, but do not open a browser")
	fs.IntVar(&c.callbackPort, "callback-port", 0, "let the browser return to port `N`, for example for ssh -L")
	fs.DurationVar(&c.timeout, "timeout", 5*time.Minute, "give up after `DURATION`, such as 90s")
	fs.BoolVar(&c.list, "list", false, "list the stored logins, without contacting a server")
	return c.env.Run(ctx, &ffcli.Command{
		Name:       "login",
		ShortUsage: "nrepo login [flags]",
		ShortHelp:  plugin.SummaryMarker + "Log in with the browser or an API key" + plugin.CompleteMarker,
		LongHelp: `
Your browser opens, and you approve the login there. If your browser is on
another machine, use --device, or paste the address of the last page. Set
NEURALREPO_BROWSER or BROWSER to choose the browser.

With --api-key, nrepo asks for the key on a terminal, and otherwise reads one
line from stdin. The key is never an argument. After this login, results are
JSON unless you use --human or set NEURALREPO_OUTPUT=human. With --json, a
browser login prints a line with the address to open, then a line with the user.

Set NEURALREPO_API_URL to log in to another server, and NEURALREPO_CONFIG to
store the login in another file. To keep several logins, use a profile: nrepo
--profile NAME login. A CI job does not log in: set NEURALREPO_API_KEY.

Examples:
  nrepo login
  nrepo login --device
  nrepo login --no-browser --callback-port 8400
  nrepo login --api-key <key.txt
  nrepo login --list` + neuralrepo.Variables,
		FlagSet: fs,
		Exec: func(ctx context.Context, args []string) error {
			if len(args) > 0 {
				return plugin.Usagef("login takes no arguments; a key is read from stdin")
			}
			if err := c.check(fs); err != nil {
				return err
			}
			if c.list {
				return c.showLogins()
			}
			ctx, stop := c.env.NotifyContext(ctx) // to end a session that is not stored
			defer stop()
			if c.apiKey {
				return c.withKey(ctx)
			}
			if err := c.attended(); err != nil {
				return err
			}
			if err := c.env.Auth().Check(ctx); err != nil {
				return err
			}
			if c.device {
				return c.withDevice(ctx)
			}
			return c.withBrowser(ctx)
		},
	})
}

// check returns an error for flags that contradict each other.
func (c *command) check(fs *flag.FlagSet) error {
	given := map[string]bool{}
	fs.Visit(func(f *flag.Flag) { given[f.Name] = true })
	for flow, others := range map[string][]string{
		"list":    {"api-key", "device", "no-browser", "callback-port", "timeout"},
		"api-key": {"device", "no-browser", "callback-port"},
		"device":  {"callback-port"},
	} {
		for _, other := range others {
			if given[flow] && given[other] {
				return plugin.Usagef("--%s and --%s cannot be used together", flow, other)
			}
		}
	}
	if c.callbackPort < 0 || c.callbackPort > 65535 {
		return plugin.Usagef("--callback-port must be 1 to 65535")
	}
	if c.timeout <= 0 {
		return plugin.Usagef("--timeout must be longer than 0, such as 90s")
	}
	c.timeoutGiven = given["timeout"]
	return nil
}

// attended returns an error if nobody can be there to approve the login.
func (c *command) attended() error {
	if ci := c.env.Getenv("CI"); ci == "" || strings.EqualFold(ci, "false") || plugin.IsTerminal(c.env.Stdin) {
		return nil
	}
	return &output.Error{
		Code: output.CodeUsage,
		Err:  errors.New("CI is set and there is no terminal, so nobody could approve a login"),
		Hint: "set NEURALREPO_API_KEY to an API key, or pipe one into `nrepo login --api-key`",
	}
}
