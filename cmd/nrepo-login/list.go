package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/nrepo-cli/nrepo/pkg/authcfg"
	"github.com/nrepo-cli/nrepo/pkg/output"
)

// listed is a stored login as --list prints it.
type listed struct {
	Profile    string         `json:"profile,omitempty"`
	Path       string         `json:"path"`
	Current    bool           `json:"current"`
	State      authcfg.State  `json:"state"`
	Error      string         `json:"error,omitempty"`
	APIURL     string         `json:"api_url,omitempty"`
	UserID     string         `json:"user_id,omitempty"`
	AuthMethod authcfg.Method `json:"auth_method,omitempty"`
	ExpiresAt  *time.Time     `json:"expires_at,omitempty"`
}

// showLogins prints the stored logins, without contacting a server.
func (c *command) showLogins() error {
	logins, err := c.env.Auth().Logins()
	if err != nil {
		return err
	}
	if c.env.Getenv("NEURALREPO_API_KEY") != "" {
		c.env.Warn("NEURALREPO_API_KEY is set and overrides every stored login")
	}
	if c.json() {
		result := struct {
			Logins []listed `json:"logins"`
		}{[]listed{}}
		for _, l := range logins {
			result.Logins = append(result.Logins, asListed(l))
		}
		return output.WriteJSON(c.env.Stdout, result)
	}
	if len(logins) == 0 {
		_, err := io.WriteString(c.env.Stdout, "No logins are stored. Run `nrepo login` to log in.\n")
		return err
	}
	var b strings.Builder
	for _, l := range logins {
		fmt.Fprintf(&b, "%s: %s\n", c.profileName(l), stateText(l))
		for _, row := range [][2]string{{"User", l.UserID}, {"Server", l.APIURL}, {"File", l.Path}} {
			if row[1] != "" {
				fmt.Fprintf(&b, "  %-8s %s\n", row[0]+":", output.SafeLine(row[1]))
			}
		}
	}
	if _, err := io.WriteString(c.env.Stdout, b.String()); err != nil {
		return err
	}
	for _, l := range logins {
		if l.Err != nil {
			c.env.Warn(l.Err.Error())
		}
	}
	return nil
}

func asListed(l authcfg.Login) listed {
	entry := listed{
		Profile: l.Profile, Path: l.Path, Current: l.Current, State: l.State,
		APIURL: l.APIURL, UserID: l.UserID, AuthMethod: l.AuthMethod,
	}
	if l.Err != nil {
		entry.Error = l.Err.Error()
	}
	if !l.ExpiresAt.IsZero() {
		entry.ExpiresAt = &l.ExpiresAt
	}
	return entry
}

// profileName returns the name of a login for people.
func (c *command) profileName(l authcfg.Login) string {
	switch {
	case l.Profile != "":
		return l.Profile
	case l.Current && c.env.Getenv("NEURALREPO_CONFIG") != "":
		return "NEURALREPO_CONFIG" // its file belongs to no profile
	}
	return "(default)" // as no profile can be called
}

// stateText returns the state of the login, and whether it is in use.
func stateText(l authcfg.Login) string {
	text := map[authcfg.State]string{
		authcfg.StateLoggedIn: "logged in",
		authcfg.StateExpired:  "expired",
		authcfg.StateEnded:    "ended",
		authcfg.StateUnusable: "unusable",
	}[l.State]
	if l.Current {
		text += ", in use"
	}
	return text
}
