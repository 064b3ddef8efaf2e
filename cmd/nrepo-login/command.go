package main

import (
	"fmt"
	"net"
	"os"
	"runtime"
	"strings"
	"time"

	"github.com/nrepo-cli/nrepo/cmd/nrepo-login/internal/browser"
	"github.com/nrepo-cli/nrepo/cmd/nrepo-login/internal/prompt"
	"github.com/nrepo-cli/nrepo/internal/oauth"
	"github.com/nrepo-cli/nrepo/pkg/authcfg"
	"github.com/nrepo-cli/nrepo/pkg/neuralrepo"
	"github.com/nrepo-cli/nrepo/pkg/output"
	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

// command is one run of nrepo login.
type command struct {
	env     *plugin.Env
	listen  func(network, address string) (net.Listener, error)
	desktop browser.Desktop

	apiKey, device, noBrowser, list bool
	callbackPort                    int
	timeout                         time.Duration
	timeoutGiven                    bool // whether --timeout was given
}

// json reports whether the result is JSON. The format was checked before.
func (c *command) json() bool {
	format, err := c.env.Format()
	return err == nil && format == output.JSON
}

// interactive reports whether something can be asked on the terminal.
func (c *command) interactive() bool { return plugin.IsTerminal(c.env.Stdin) && !c.json() }

// prompt returns a question for the terminal, which Stdin is.
func (c *command) prompt(question string, stars int) prompt.Prompt {
	return prompt.Prompt{
		In:       c.env.Stdin.(*os.File),
		Out:      c.env.Stderr,
		Question: question,
		Stars:    stars,
		Marks:    plugin.IsTerminal(c.env.Stderr) && c.env.Getenv("TERM") != "dumb" && runtime.GOOS != "windows", // an old Windows console shows the request as text
	}
}

// say prints a one-line message on stderr, even if that is not a terminal. In
// JSON, it is a warning.
func (c *command) say(text string) {
	if c.json() {
		c.env.Warn(text)
		return
	}
	fmt.Fprintf(c.env.Stderr, "%s: %s\n", c.env.Name, output.SafeLine(text))
}

// again returns a hint to repeat the login, with these flags and the current
// profile.
func (c *command) again(flags string) string {
	profile, err := c.env.Auth().Profile()
	if err != nil {
		profile = ""
	}
	return "run `" + authcfg.Command(profile, strings.TrimSpace("login "+flags)) + "` again"
}

func (c *command) clientOptions() neuralrepo.Options {
	return neuralrepo.Options{Notify: c.env.Progress}
}

func (c *command) oauthOptions() oauth.Options {
	return oauth.Options{Notify: c.env.Progress}
}
