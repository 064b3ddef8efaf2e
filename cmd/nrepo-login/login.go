package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/peterbourgon/ff/v3/ffcli"

	"github.com/nrepo-cli/nrepo/internal/oauth"
	"github.com/nrepo-cli/nrepo/pkg/authcfg"
	"github.com/nrepo-cli/nrepo/pkg/neuralrepo"
	"github.com/nrepo-cli/nrepo/pkg/output"
	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

// command is what the flows have in common.
type command struct {
	env     *plugin.Env
	listen  func(network, address string) (net.Listener, error)
	desktop desktop

	apiKey, device, noBrowser bool
	callbackPort              int
	timeout                   time.Duration
}

func run(ctx context.Context, env *plugin.Env) error {
	return (&command{env: env, listen: net.Listen, desktop: thisDesktop(env.Getenv)}).run(ctx)
}

func (c *command) run(ctx context.Context) error {
	c.env.DefaultFormat = output.Human // the login's default does not apply here
	fs := flag.NewFlagSet("login", flag.ContinueOnError)
	fs.BoolVar(&c.apiKey, "api-key", false, "log in with an API key, asked for or read from stdin")
	fs.BoolVar(&c.device, "device", false, "approve on another device, with a code")
	fs.BoolVar(&c.noBrowser, "no-browser", false, "print the address, but open no browser")
	fs.IntVar(&c.callbackPort, "callback-port", 0, "have the browser come back to port `N`, as for ssh -L")
	fs.DurationVar(&c.timeout, "timeout", 5*time.Minute, "give up after `DURATION`, such as 90s")
	return c.env.Run(ctx, &ffcli.Command{
		Name:       "login",
		ShortUsage: "nrepo login [flags]",
		ShortHelp:  plugin.SummaryMarker + "Log in with the browser or an API key" + plugin.CompleteMarker,
		LongHelp: `
The browser is opened, you approve there, and the command goes on by itself. On
another machine than the browser's, paste the address that the browser ends at,
or use --device. NEURALREPO_BROWSER, else BROWSER, names the browser.

With --api-key the key is asked for on a terminal, else one line of stdin is
read; it is never an argument. After this login results are JSON unless --human
is given. With --json a login prints one line with the address to open, then
one with the user.

NEURALREPO_API_URL names the server to log in at, NEURALREPO_CONFIG the file to
store the login in. A job without a home needs no login at all: it can have its
key in NEURALREPO_API_KEY.

Examples:
  nrepo login
  nrepo login --device
  nrepo login --no-browser --callback-port 8400
  echo "$KEY" | nrepo login --api-key`,
		FlagSet: fs,
		Exec: func(ctx context.Context, args []string) error {
			if len(args) > 0 {
				return plugin.Usagef("login takes no arguments; a key is read from stdin")
			}
			if err := c.check(fs); err != nil {
				return err
			}
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

// check refuses flags that contradict each other.
func (c *command) check(fs *flag.FlagSet) error {
	given := map[string]bool{}
	fs.Visit(func(f *flag.Flag) { given[f.Name] = true })
	for flow, others := range map[string][]string{
		"api-key": {"device", "no-browser", "callback-port", "timeout"},
		"device":  {"callback-port"},
	} {
		for _, other := range others {
			if given[flow] && given[other] {
				return plugin.Usagef("--%s and --%s exclude each other", flow, other)
			}
		}
	}
	if c.callbackPort < 0 || c.callbackPort > 65535 {
		return plugin.Usagef("--callback-port must be 1 to 65535")
	}
	if c.timeout <= 0 {
		return plugin.Usagef("--timeout must be longer than 0, such as 90s")
	}
	return nil
}

// attended refuses to wait for a person where there is none.
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

func (c *command) withKey(ctx context.Context) error {
	server, err := c.env.Auth().Server()
	if err != nil {
		return err
	}
	key, err := readKey(ctx, c.env)
	if err != nil {
		return err
	}
	done, err := c.store(ctx, authcfg.Config{APIURL: server, APIKey: key, AuthMethod: authcfg.APIKey})
	if err != nil {
		return err
	}
	return c.finish(ctx, done)
}

// stored is a login that the service has confirmed and the store has taken.
type stored struct {
	login, previous authcfg.Config
	user            neuralrepo.User
	result          json.RawMessage // the user and auth_method
}

// store has the service confirm a login and stores it. A login that fails
// leaves the stored one as it was, and its session is ended.
func (c *command) store(ctx context.Context, login authcfg.Config) (s stored, err error) {
	defer func() {
		if err != nil { // nobody could end it later; Ctrl-C leaves two seconds for it
			oauth.EndSession(context.WithoutCancel(ctx), login, c.oauthOptions())
		}
	}()
	client := neuralrepo.NewWithCredential(authcfg.Credential{Secret: login.APIKey, APIURL: login.APIURL}, c.clientOptions())
	s.user, err = client.Me(ctx)
	if status := (*neuralrepo.Error)(nil); errors.As(err, &status) && status.Status == 401 {
		hint := "check the key: this one is not, or no longer, valid"
		if login.IsSession() {
			hint = "the fault is at the server, which gave this session a moment ago"
		}
		return s, &output.Error{Code: output.HTTPCode(401), Status: 401, Err: err, Hint: hint}
	}
	if err != nil {
		return s, err
	}
	login.UserID = string(s.user.ID)
	if s.result, err = output.SetFields(s.user.Raw, output.Field{Name: "auth_method", Value: login.AuthMethod}); err != nil {
		return s, err
	}
	s.login = login
	s.previous, err = c.env.Auth().Save(ctx, login)
	return s, err
}

// finish ends the session that the login replaces, which nobody could end later
// and for which Ctrl-C leaves two seconds, and then prints who is logged in:
// where nobody reads, that is the end.
func (c *command) finish(ctx context.Context, s stored) error {
	if c.env.Getenv("NEURALREPO_API_KEY") != "" {
		c.env.Warn("NEURALREPO_API_KEY is set and comes before this login")
	}
	if s.previous.APIKey != s.login.APIKey {
		err := oauth.EndSession(context.WithoutCancel(ctx), s.previous, c.oauthOptions())
		if err != nil && !c.json() {
			c.env.Warn(fmt.Sprintf("the session that this login replaces could not be ended: %v", err))
		}
	}
	return c.print(s)
}

func (c *command) print(s stored) error {
	if c.json() && !c.apiKey {
		return output.WriteJSONLine(c.env.Stdout, s.result)
	}
	return c.env.Print(s.result, fmt.Sprintf("Logged in as %s\n", output.SafeLine(s.user.EmailOrID())))
}

// json reports whether the result is JSON; that the format can be told was
// checked before.
func (c *command) json() bool {
	format, err := c.env.Format()
	return err == nil && format == output.JSON
}

func (c *command) clientOptions() neuralrepo.Options {
	return neuralrepo.Options{Notify: c.env.Progress}
}

func (c *command) oauthOptions() oauth.Options {
	return oauth.Options{Notify: c.env.Progress}
}
