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

// command is what the ways to log in have in common.
type command struct {
	env     *plugin.Env
	listen  func(network, address string) (net.Listener, error)
	desktop browser.Desktop

	apiKey, device, noBrowser, list bool
	callbackPort                    int
	timeout                         time.Duration
	timeoutGiven                    bool // else the timeout is the default
}

// json reports whether the result is JSON; that the format is valid was checked
// before.
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
		Marks:    plugin.IsTerminal(c.env.Stderr) && c.env.Getenv("TERM") != "dumb" && runtime.GOOS != "windows", // whose consoles may show the request
	}
}

// say tells in one line on stderr what goes on, terminal or not; in JSON it is
// a warning.
func (c *command) say(text string) {
	if c.json() {
		c.env.Warn(text)
		return
	}
	fmt.Fprintf(c.env.Stderr, "%s: %s\n", c.env.Name, output.SafeLine(text))
}

// again is the hint to repeat the login, with these flags and the profile in use.
func (c *command) again(flags string) string {
	profile, err := c.env.Auth().Profile()
	if err != nil {
		profile = ""
	}
	return "run `" + strings.TrimSpace(authcfg.LoginCommand(profile)+" "+flags) + "` again"
}

func (c *command) clientOptions() neuralrepo.Options {
	return neuralrepo.Options{Notify: c.env.Progress}
}

func (c *command) oauthOptions() oauth.Options {
	return oauth.Options{Notify: c.env.Progress}
}
