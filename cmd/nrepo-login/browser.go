package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"

	"golang.org/x/oauth2"

	"github.com/nrepo-cli/nrepo/cmd/nrepo-login/internal/browser"
	"github.com/nrepo-cli/nrepo/cmd/nrepo-login/internal/callback"
	"github.com/nrepo-cli/nrepo/internal/oauth"
	"github.com/nrepo-cli/nrepo/pkg/authcfg"
	"github.com/nrepo-cli/nrepo/pkg/output"
)

// flow is a login in the browser that ends in a callback.
type flow struct {
	url    string // to open
	expect callback.Expected
	device bool // the server has a device login too
	// redeem turns what the callback brought into a login.
	redeem func(ctx context.Context, value string) (authcfg.Config, error)
}

// withBrowser logs in by the authorization code flow, or where the server has
// no authorization server by the handoff.
func (c *command) withBrowser(ctx context.Context) error {
	apiURL, err := c.env.Auth().Server()
	if err != nil {
		return err
	}
	auth, err := oauth.Discover(ctx, apiURL, c.oauthOptions())
	if err != nil && !errors.Is(err, oauth.ErrNoAuthServer) {
		return err
	}
	lns, host, err := c.listenLoopback(auth == nil)
	if err != nil {
		return err
	}
	var f flow
	if auth != nil {
		if f, err = c.codeFlow(ctx, auth, host); err != nil {
			for _, ln := range lns {
				ln.Close()
			}
			return err
		}
	} else {
		f = handoff(apiURL, host)
	}
	server := callback.New(f.expect, host)
	stop := server.Serve(lns)
	done, err := c.await(ctx, f, server.Arrived)
	server.Settle(pageOf(done, err))
	stop()
	if err != nil {
		return err
	}
	return c.finish(ctx, done)
}

// codeFlow is the authorization code flow with PKCE on a loopback redirect
// (RFC 8252, RFC 7636).
func (c *command) codeFlow(ctx context.Context, auth *oauth.AuthServer, host string) (flow, error) {
	redirect := "http://" + host + callback.Path
	state, verifier := oauth2.GenerateVerifier(), oauth2.GenerateVerifier()
	address, err := auth.AuthorizationURL(ctx, url.Values{
		"response_type":         {"code"},
		"client_id":             {oauth.ClientID},
		"redirect_uri":          {redirect},
		"scope":                 {strings.Join(scopes(), " ")},
		"state":                 {state},
		"code_challenge":        {oauth2.S256ChallengeFromVerifier(verifier)},
		"code_challenge_method": {"S256"},
	})
	return flow{
		url:    address,
		expect: callback.Expected{State: state, Param: "code", Issuer: auth.Issuer, SendsIssuer: auth.SendsIssuer},
		device: auth.DeviceAuthorizationEndpoint != "",
		redeem: func(ctx context.Context, code string) (authcfg.Config, error) {
			granted, err := auth.Token(ctx, url.Values{
				"grant_type":    {"authorization_code"},
				"code":          {code},
				"redirect_uri":  {redirect},
				"code_verifier": {verifier},
			})
			c.tellMissing(granted)
			return sessionLogin(auth.Issuer, granted.Session), exchangeError(err)
		},
	}, exchangeError(err)
}

// scopes are those of the documented API.
func scopes() []string { return []string{"ideas:read", "ideas:write"} }

// tellMissing warns of scopes that were asked for and not granted.
func (c *command) tellMissing(g oauth.Granted) {
	if missing := g.Lacks(scopes()); len(missing) > 0 {
		c.env.Warn("the server did not grant " + strings.Join(missing, " and ") + ": what needs it will be refused")
	}
}

func sessionLogin(server string, s authcfg.Session) authcfg.Config {
	return authcfg.Config{
		APIURL:       server,
		APIKey:       s.AccessToken,
		AuthMethod:   authcfg.OAuth,
		RefreshToken: s.RefreshToken,
		ExpiresAt:    s.ExpiresAt,
	}
}

// exchangeError tells what a failed exchange means for the login: a code that
// was sent is not sent again.
func exchangeError(err error) error {
	if refusal := (*oauth.Error)(nil); errors.As(err, &refusal) {
		return loginError(refusal)
	}
	if err == nil {
		return nil
	}
	if e := output.AsError(err); e.Code == output.CodeNetwork || e.Status >= 500 {
		return &output.Error{Code: e.Code, Status: e.Status, Err: err, Hint: "the login was not stored: run `nrepo login` again"}
	}
	return err
}

var (
	errDenied   = errors.New("the login was denied in the browser")
	errTimedOut = errors.New("nobody approved the login")
)

// loginError is a refusal as the command reports it: exit code 3 where the
// person or the clock ended the login.
func loginError(e *oauth.Error) error {
	again := "run `nrepo login` again"
	switch e.Code {
	case "access_denied":
		return &output.Error{Code: output.CodeCancelled, Err: errDenied, Hint: again}
	case "expired_token":
		return &output.Error{Code: output.CodeCancelled, Err: errors.New("the code has expired before the login was approved"), Hint: again}
	case "invalid_grant":
		return &output.Error{Code: output.CodeCancelled, Err: e, Hint: again}
	case "server_error", "temporarily_unavailable":
		return &output.Error{Code: output.CodeNetwork, Err: e, Hint: again}
	}
	return &output.Error{Err: e, Hint: "try again later, or log in with an API key: `nrepo login --api-key`"}
}

// handoff is the login of a service without an authorization server: its site
// sends the browser back with a credential. It gives back what the callback
// address holds, the state too; to localhost, which is what it knows.
func handoff(server, host string) flow {
	state := oauth2.GenerateVerifier()
	port := host[strings.LastIndexByte(host, ':')+1:]
	back := "http://localhost:" + port + callback.Path + "?state=" + state
	return flow{
		url:    originOf(server) + "/auth/cli?" + url.Values{"callback": {back}}.Encode(),
		expect: callback.Expected{State: state, Param: "api_key", LooseJoin: true},
		redeem: func(_ context.Context, value string) (authcfg.Config, error) {
			key, err := authcfg.ParseToken(value)
			return authcfg.Config{APIURL: server, APIKey: key, AuthMethod: authcfg.OAuth}, err
		},
	}
}

// originOf returns scheme and host of an API URL, without the port that the
// scheme has anyway.
func originOf(server string) string {
	u, err := url.Parse(server)
	if err != nil {
		return server
	}
	return u.Scheme + "://" + u.Host
}

// await shows where to approve and waits for the first answer that leads to a
// login: the callback's or a pasted one.
func (c *command) await(ctx context.Context, f flow, arrived <-chan callback.Answer) (stored, error) {
	limit, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	opener := c.opener(f.url)
	if err := c.showURL(f, opener); err != nil {
		return stored{}, err
	}
	var failed <-chan error
	if opener.Argv != nil {
		failed = c.desktop.Start(opener.Argv)
	}
	for {
		typed := c.startPaste(limit, f.expect)
		var a callback.Answer
		select {
		case err := <-failed:
			failed = nil
			typed.stop()
			c.say(fmt.Sprintf("%s did not open the address: %v; open it yourself", opener.Name, err))
			continue
		case a = <-arrived:
		case a = <-typed.answers:
		case <-limit.Done():
		}
		typed.stop()
		switch {
		case ctx.Err() != nil:
			return stored{}, context.Cause(ctx)
		case limit.Err() != nil && a.Empty():
			return stored{}, c.timedOut()
		}
		config, err := redeem(ctx, f, a)
		if a.Pasted && oauth.IsError(err, "invalid_grant") {
			c.say("the server does not accept that code")
			continue
		}
		if err != nil {
			return stored{}, err
		}
		return c.store(ctx, config)
	}
}

// redeem turns an authentic answer into a login.
func redeem(ctx context.Context, f flow, a callback.Answer) (authcfg.Config, error) {
	switch {
	case a.Fault != nil:
		return authcfg.Config{}, &output.Error{
			Err:  a.Fault,
			Hint: "the login was not stored: run `nrepo login` again, and if it happens again, ask who runs the server",
		}
	case a.Refusal != nil:
		return authcfg.Config{}, loginError(a.Refusal)
	}
	return f.redeem(ctx, a.Value)
}

// pageOf returns the page for the end of a login.
func pageOf(s stored, err error) callback.Page {
	switch {
	case err == nil:
		return callback.LoggedIn(output.SafeLine(s.user.EmailOrID()))
	case errors.Is(err, errDenied):
		return callback.Denied
	case errors.Is(err, errTimedOut), errors.Is(err, context.Canceled):
		return callback.Over
	}
	return callback.Failed
}

// deadHost stands in the redirect where nothing can listen: the browser ends at
// an address that does not work, and that is pasted.
const deadHost = "127.0.0.1:65535"

// listenLoopback waits for the browser on this machine, and returns the host and
// port of the redirect. Without a listener the answer must be pasted.
func (c *command) listenLoopback(both bool) ([]net.Listener, string, error) {
	lns, host, err := callback.Listen(c.listen, c.callbackPort, both)
	switch {
	case err == nil:
		return lns, host, nil
	case c.callbackPort != 0:
		hint := "choose another port, or leave --callback-port out"
		if used := (*callback.InUseError)(nil); errors.As(err, &used) && used.Holder == "" {
			hint += fmt.Sprintf("; `lsof -i tcp:%d` may name the program", used.Port)
		}
		return nil, "", &output.Error{Err: fmt.Errorf("cannot use --callback-port %d: %w", c.callbackPort, err), Hint: hint}
	case c.interactive():
		c.env.Warn(fmt.Sprintf("the browser cannot come back by itself: %v", err))
		return nil, deadHost, nil
	}
	return nil, "", &output.Error{
		Err:  fmt.Errorf("the browser could not come back: %w", err),
		Hint: "use `nrepo login --device` or `nrepo login --api-key`",
	}
}

func (c *command) timedOut() error {
	return &output.Error{
		Code: output.CodeCancelled,
		Err:  fmt.Errorf("%w within %v", errTimedOut, c.timeout),
		Hint: "run `nrepo login` again, --timeout gives more time; NEURALREPO_API_KEY and --api-key need no browser",
	}
}

// opener returns how to open the browser. With --no-browser there is no way, and
// nothing to say.
func (c *command) opener(url string) browser.Opener {
	if c.noBrowser {
		return browser.Opener{}
	}
	return c.desktop.Opener(url)
}
