package main

import (
	"errors"
	"net/url"
	"strings"

	"github.com/nrepo-cli/nrepo/internal/oauth"
	"github.com/nrepo-cli/nrepo/pkg/authcfg"
	"github.com/nrepo-cli/nrepo/pkg/output"
)

// scopes are the scopes of the documented API.
func scopes() []string { return []string{"ideas:read", "ideas:write"} }

// tellMissing warns about scopes that were requested but not granted.
func (c *command) tellMissing(g oauth.Granted) {
	if missing := g.Lacks(scopes()); len(missing) > 0 {
		c.env.Warn("the server did not grant " + strings.Join(missing, " and ") + ": commands that need it will fail")
	}
}

// sessionLogin returns the login for a session from a server.
func sessionLogin(server string, s authcfg.Session) authcfg.Config {
	return authcfg.Config{
		APIURL:       server,
		APIKey:       s.AccessToken,
		AuthMethod:   authcfg.OAuth,
		RefreshToken: s.RefreshToken,
		ExpiresAt:    s.ExpiresAt,
	}
}

// exchangeError returns the error for a failed exchange. The code must not be sent
// again.
func (c *command) exchangeError(err error) error {
	if refusal, ok := errors.AsType[*oauth.Error](err); ok {
		return c.loginError(refusal)
	}
	if err == nil {
		return nil
	}
	if e := output.AsError(err); e.Code == output.CodeNetwork || e.Status >= 500 {
		return &output.Error{Code: e.Code, Status: e.Status, Err: err, Hint: "nothing was stored; " + c.again("")}
	}
	return err
}

var (
	errDenied   = errors.New("the login was denied in the browser")
	errTimedOut = errors.New("nobody approved the login")
)

// loginError returns a refusal in the form that the command reports, with exit
// code 3 if the user denied the login or the time was over.
func (c *command) loginError(e *oauth.Error) error {
	again := c.again("")
	switch e.Code {
	case "access_denied":
		return &output.Error{Code: output.CodeCancelled, Err: errDenied, Hint: again}
	case "expired_token":
		return &output.Error{Code: output.CodeCancelled, Err: errors.New("the code expired before the login was approved"), Hint: again}
	case "invalid_grant":
		return &output.Error{Code: output.CodeCancelled, Err: e, Hint: again}
	case "server_error", "temporarily_unavailable":
		return &output.Error{Code: output.CodeNetwork, Err: e, Hint: again}
	}
	return &output.Error{Err: e, Hint: "try again later, or log in with an API key: `nrepo login --api-key`"}
}

// originOf returns scheme and host of an API URL, without the default port.
func originOf(server string) string {
	u, err := url.Parse(server)
	if err != nil {
		return server
	}
	return u.Scheme + "://" + u.Host
}
