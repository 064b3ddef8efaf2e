package oauth

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"slices"

	"github.com/nrepo-cli/nrepo/pkg/output"
)

// AuthorizationURL returns the address that the browser opens for an authorization
// request (RFC 6749, section 4.1.1). If the server requires it, the request is
// pushed first, and the address only refers to it (RFC 9126). It returns an error
// if the metadata shows that the server would refuse the request, because the
// refusal would appear only in the browser.
func (a *AuthServer) AuthorizationURL(ctx context.Context, request url.Values) (string, error) {
	if why := a.refuses(); why != "" {
		hint := "log in with an API key: `nrepo login --api-key`"
		if a.DeviceAuthorizationEndpoint != "" {
			hint = "log in with a code: `nrepo login --device`, or with an API key: `nrepo login --api-key`"
		}
		return "", &output.Error{Err: errors.New("the server " + why), Hint: hint}
	}
	if a.MustPush {
		doc, err := a.Post(ctx, a.PushEndpoint, request)
		if err != nil {
			return "", err
		}
		var reply struct {
			RequestURI string `json:"request_uri"`
		}
		if json.Unmarshal(doc, &reply) != nil || reply.RequestURI == "" {
			return "", &output.Error{
				Err:  errors.New("the server accepted the login request but did not return an address for it"),
				Hint: "log in with an API key: `nrepo login --api-key`",
			}
		}
		request = url.Values{"client_id": {ClientID}, "request_uri": {reply.RequestURI}}
	}
	u, err := url.Parse(a.AuthorizationEndpoint)
	if err != nil {
		return "", err
	}
	query := u.Query()
	for name, values := range request {
		query[name] = values
	}
	u.RawQuery = query.Encode()
	return u.String(), nil
}

// refuses returns which part of a code flow with PKCE and S256 the server does not
// support; "" if it supports all.
func (a *AuthServer) refuses() string {
	switch {
	case a.MustSign:
		return "requires signed login requests, which nrepo does not support"
	case len(a.ChallengeMethods) > 0 && !slices.Contains(a.ChallengeMethods, "S256"):
		return "does not support the challenge method S256, which nrepo requires (RFC 7636)"
	case len(a.ResponseTypes) > 0 && !slices.Contains(a.ResponseTypes, "code"):
		return "does not support login with an authorization code"
	}
	return ""
}
