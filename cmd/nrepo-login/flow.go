package main

import (
	"context"
	"net/url"
	"strings"

	"golang.org/x/oauth2"

	"github.com/nrepo-cli/nrepo/cmd/nrepo-login/internal/callback"
	"github.com/nrepo-cli/nrepo/internal/oauth"
	"github.com/nrepo-cli/nrepo/pkg/authcfg"
	"github.com/nrepo-cli/nrepo/pkg/output"
)

// flow is a login in the browser that ends in a callback.
type flow struct {
	url    string // to open
	expect callback.Expected
	device bool // the server also has a device login
	// redeem turns the answer from the callback into a login.
	redeem func(ctx context.Context, value string) (authcfg.Config, error)
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
			return sessionLogin(auth.Issuer, granted.Session), c.exchangeError(err)
		},
	}, c.exchangeError(err)
}

// handoff is the login of a service without an authorization server. Its site
// redirects the browser to the callback with a credential, and keeps the query of
// the callback, which contains the state. It only accepts localhost as the host.
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

// redeem turns an authentic answer into a login.
func (c *command) redeem(ctx context.Context, f flow, a callback.Answer) (authcfg.Config, error) {
	switch {
	case a.Fault != nil:
		return authcfg.Config{}, &output.Error{
			Err:  a.Fault,
			Hint: "nothing was stored; " + c.again("") + "; if it happens again, contact the operator of the server",
		}
	case a.Refusal != nil:
		return authcfg.Config{}, c.loginError(a.Refusal)
	}
	login, err := f.redeem(ctx, a.Value)
	if err != nil && output.AsError(err).Hint == "" {
		e := *output.AsError(err)
		e.Hint = "nothing was stored; " + c.again("")
		err = &e
	}
	return login, err
}
