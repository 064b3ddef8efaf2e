package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/nrepo-cli/nrepo/cmd/nrepo-login/internal/browser"
	"github.com/nrepo-cli/nrepo/pkg/output"
)

// With --json, a browser or device login prints two lines on stdout. The first is
// one of the events below. The second is the user object, with auth_method and, if
// there is one, profile at its end:
//
//	{"event":"open_url","url":"https://…"}
//	{"id":"user-1","email":"alice@example.com","auth_method":"oauth"}

// openEvent asks the user to open a URL in a browser on this machine.
type openEvent struct {
	Event string `json:"event"` // "open_url"
	URL   string `json:"url"`
}

// deviceEvent asks the user to enter a code on any device (RFC 8628, section 3.2).
type deviceEvent struct {
	Event       string `json:"event"` // "device"
	URI         string `json:"verification_uri"`
	URIComplete string `json:"verification_uri_complete,omitempty"` // contains the code; "" if the server sent none
	UserCode    string `json:"user_code"`
	ExpiresIn   int    `json:"expires_in"` // seconds until the command gives up
}

// showURL prints the address on its own line, and a line that says what to do.
// hasDevice is whether the server also supports device codes.
func (c *command) showURL(address string, hasDevice bool, opener browser.Opener) error {
	if c.json() {
		if opener.Ignored != "" {
			c.env.Warn(opener.Ignored)
		}
		return output.WriteJSONLine(c.env.Stdout, openEvent{"open_url", address})
	}
	why := opener.Why
	if why != "" && opener.Ignored != "" {
		why = opener.Ignored
	}
	text := "Approve the login in your browser. If it does not open, open the address above."
	switch {
	case c.noBrowser:
		text = "Open the address above in a browser and approve the login."
	case why != "" && hasDevice:
		text = "Cannot open a browser (" + why + "). Open the address above in one, or use `nrepo login --device`."
	case why != "":
		text = "Cannot open a browser (" + why + "). Open the address above in one and approve the login."
	}
	if _, err := io.WriteString(c.env.Stderr, address+"\n"+output.SafeLine(text)+"\n"); err != nil {
		return err
	}
	if opener.Argv != nil && opener.Ignored != "" {
		c.env.Warn(fmt.Sprintf("%s; using %s instead", opener.Ignored, opener.Name))
	}
	return nil
}

// showCode prints where and until when to enter the code of a device login, and
// for which server.
func (c *command) showCode(e deviceEvent) error {
	if c.json() {
		return output.WriteJSONLine(c.env.Stdout, e)
	}
	address, what := e.URI, "enter"
	if e.URIComplete != "" {
		address, what = e.URIComplete, "check"
	}
	limit := time.Duration(e.ExpiresIn) * time.Second
	_, err := fmt.Fprintf(c.env.Stderr, "%s\nOpen the address above on any device and %s the code: %s\n"+
		"The login lets this computer use your account (%s). Approve it only if you started it yourself.\n"+
		"Waiting until %s (%v).\n",
		address, what, output.Shorten(e.UserCode), strings.Join(scopes(), ", "), time.Now().Add(limit).Format("15:04:05"), limit)
	return err
}
