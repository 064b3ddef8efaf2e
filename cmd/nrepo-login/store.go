package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/nrepo-cli/nrepo/internal/oauth"
	"github.com/nrepo-cli/nrepo/pkg/authcfg"
	"github.com/nrepo-cli/nrepo/pkg/neuralrepo"
	"github.com/nrepo-cli/nrepo/pkg/output"
)

// stored is a login that the service has accepted and that is stored.
type stored struct {
	login, previous authcfg.Config
	user            neuralrepo.User
	profile         string          // "" for the default login
	result          json.RawMessage // the user, auth_method and profile
}

// store checks a login with the service and stores it. If that fails, the stored
// login is unchanged, and the new session is ended.
func (c *command) store(ctx context.Context, login authcfg.Config) (s stored, err error) {
	defer func() {
		if err != nil { // end the session, which is lost otherwise; after Ctrl-C there are two seconds
			oauth.EndSession(context.WithoutCancel(ctx), login, c.oauthOptions())
		}
	}()
	client := neuralrepo.NewWithCredential(authcfg.Credential{Secret: login.APIKey, APIURL: login.APIURL}, c.clientOptions())
	s.user, err = client.Me(ctx)
	if status, ok := errors.AsType[*neuralrepo.Error](err); ok && status.Status == 401 {
		hint := "check the key: it is wrong or was revoked"
		if login.IsSession() {
			hint = "the server rejected the session that it had just issued; " + c.again("") + ", or `nrepo login --api-key`"
		}
		return s, &output.Error{Code: output.HTTPCode(401), Status: 401, Err: err, Hint: hint}
	}
	if err != nil {
		return s, err
	}
	login.UserID = string(s.user.ID)
	fields := []output.Field{{Name: "auth_method", Value: login.AuthMethod}}
	if s.profile, err = c.env.Auth().Profile(); err != nil {
		return s, err
	}
	if s.profile != "" {
		fields = append(fields, output.Field{Name: "profile", Value: s.profile})
	}
	if s.result, err = output.SetFields(s.user.Raw, fields...); err != nil {
		return s, err
	}
	s.login = login
	s.previous, err = c.env.Auth().Save(ctx, login)
	return s, err
}

// finish ends the previous session and then prints who is logged in. The session
// comes first, because it cannot be ended later, and because printing to a closed
// pipe ends the command.
func (c *command) finish(ctx context.Context, s stored) error {
	if other := c.env.Getenv("NEURALREPO_API_KEY"); other != "" {
		if key, err := authcfg.ParseAPIKey(other); err != nil || key != s.login.APIKey {
			c.env.Warn("NEURALREPO_API_KEY is set and overrides this login")
		}
	}
	if s.previous.APIKey != s.login.APIKey {
		err := oauth.EndSession(context.WithoutCancel(ctx), s.previous, c.oauthOptions())
		if err != nil && !c.json() {
			c.env.Warn(fmt.Sprintf("the previous session could not be ended: %v", err))
		}
	}
	return c.print(s)
}

func (c *command) print(s stored) error {
	if c.json() && !c.apiKey {
		return output.WriteJSONLine(c.env.Stdout, s.result)
	}
	text := "Logged in as " + output.Shorten(s.user.EmailOrID())
	if s.profile != "" {
		text += " (profile " + s.profile + ")"
	}
	return c.env.Print(s.result, text+"\n")
}
