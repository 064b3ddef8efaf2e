// Package oauth is the client's side of the login with a browser: it finds an
// authorization server, asks it for sessions, and ends them. The rules of every
// request are those of package apihttp.
package oauth

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/nrepo-cli/nrepo/internal/apihttp"
	"github.com/nrepo-cli/nrepo/pkg/authcfg"
	"github.com/nrepo-cli/nrepo/pkg/output"
)

// ClientID names the command line to the authorization server. It is a public
// client: there is no secret (RFC 6749, section 2.1).
const ClientID = "nrepo-cli"

// ErrNoAuthServer means that a server publishes no authorization server
// metadata for its API.
var ErrNoAuthServer = errors.New("the server has no OAuth login")

// AuthServer is the authorization server of an API, as its metadata describes
// it (RFC 8414, section 2). Each endpoint is on the API's own origin.
type AuthServer struct {
	// Issuer is the API URL.
	Issuer string `json:"issuer"`
	// AuthorizationEndpoint and TokenEndpoint are always there.
	AuthorizationEndpoint string `json:"authorization_endpoint"`
	TokenEndpoint         string `json:"token_endpoint"`
	// DeviceAuthorizationEndpoint and RevocationEndpoint are "" where the server
	// has none (RFC 8628, RFC 7009).
	DeviceAuthorizationEndpoint string `json:"device_authorization_endpoint"`
	RevocationEndpoint          string `json:"revocation_endpoint"`
	// SendsIssuer says that each authorization response names the issuer (RFC
	// 9207).
	SendsIssuer bool `json:"authorization_response_iss_parameter_supported"`

	// What AuthorizationURL needs to know.
	PushEndpoint     string   `json:"pushed_authorization_request_endpoint"` // RFC 9126, section 5
	MustPush         bool     `json:"require_pushed_authorization_requests"`
	MustSign         bool     `json:"require_signed_request_object"`    // RFC 9101, section 10.5
	ChallengeMethods []string `json:"code_challenge_methods_supported"` // RFC 7636, section 6.2.1
	ResponseTypes    []string `json:"response_types_supported"`

	client *apihttp.Client
}

// Options tune the requests.
type Options = apihttp.Options

// Discover asks for the authorization server of the API at apiURL, which is
// the issuer: for https://host/api/v1 that is
// https://host/.well-known/oauth-authorization-server/api/v1 (RFC 8414, section
// 3.1). Where that is a 404 the error is [ErrNoAuthServer]. Metadata that names
// another issuer, or an endpoint on another origin, is refused. Before a browser
// is opened for nothing, an address that has no metadata, or does not end as that
// of the service does, is asked whether there is an API at all.
func Discover(ctx context.Context, apiURL string, opts Options) (*AuthServer, error) {
	a, err := discover(ctx, apiURL, opts)
	if err == nil && strings.HasSuffix(apiURL, apihttp.APIPath) || err != nil && !errors.Is(err, ErrNoAuthServer) {
		return a, err
	}
	if missing := apihttp.New(apiURL, opts).Probe(ctx); missing != nil {
		return nil, missing
	}
	return a, err
}

// discover is Discover for an API that is known.
func discover(ctx context.Context, apiURL string, opts Options) (*AuthServer, error) {
	u, err := url.Parse(apiURL)
	if err != nil {
		return nil, &output.Error{Code: output.CodeUsage, Err: errors.New("the address of the API cannot be read")}
	}
	u.Path, u.RawPath = "/.well-known/oauth-authorization-server"+u.Path, ""
	c := apihttp.New(apiURL, opts)
	resp, err := c.Do(ctx, apihttp.Request{Method: http.MethodGet, URL: u})
	if err != nil {
		return nil, noMetadata(c, err)
	}
	if !json.Valid(resp.Body) {
		return nil, notJSON(c)
	}
	a, err := parseMetadata(apiURL, resp.Body)
	if err != nil {
		return nil, &output.Error{
			Err:  fmt.Errorf("the login metadata of %s cannot be used: %w", c.Host(), err),
			Hint: hintMetadata,
		}
	}
	a.client = c
	return a, nil
}

const hintMetadata = "check NEURALREPO_API_URL; `nrepo login --api-key` works without metadata"

// noMetadata says why there is none.
func noMetadata(c *apihttp.Client, err error) error {
	switch f := apihttp.AsFailure(err); {
	case f == nil || f.Code != output.HTTPCode(f.Status) || f.Status >= 500 || f.Status == http.StatusTooManyRequests:
		return err
	case f.Status == http.StatusNotFound:
		return ErrNoAuthServer
	default:
		return &output.Error{
			Err:  fmt.Errorf("%s answered with HTTP status %d where its login metadata should be", c.Host(), f.Status),
			Hint: hintMetadata,
		}
	}
}

func notJSON(c *apihttp.Client) error {
	return c.BadReply(http.MethodGet, "is not JSON")
}

// parseMetadata reads and checks metadata (RFC 8414, section 3.3).
func parseMetadata(apiURL string, doc []byte) (*AuthServer, error) {
	var a AuthServer
	if err := apihttp.Unmarshal(doc, &a); err != nil {
		return nil, errors.New("it is not a JSON object with the expected fields")
	}
	if a.Issuer != apiURL {
		return nil, fmt.Errorf("its issuer is not %s", apiURL)
	}
	for _, endpoint := range []struct {
		name, url string
		required  bool
	}{
		{"authorization_endpoint", a.AuthorizationEndpoint, true},
		{"token_endpoint", a.TokenEndpoint, true},
		{"device_authorization_endpoint", a.DeviceAuthorizationEndpoint, false},
		{"revocation_endpoint", a.RevocationEndpoint, false},
		{"pushed_authorization_request_endpoint", a.PushEndpoint, a.MustPush},
	} {
		if endpoint.url == "" && !endpoint.required {
			continue
		}
		if !SameOrigin(apiURL, endpoint.url) {
			return nil, fmt.Errorf("its %s is not an address on %s", endpoint.name, authcfg.Origin(apiURL))
		}
	}
	return &a, nil
}

// SameOrigin reports whether a URL that a server sent may be asked, opened or
// shown: it is on the API's own origin, without a user, a fragment or anything
// but visible ASCII.
func SameOrigin(apiURL, raw string) bool {
	u, err := url.Parse(raw)
	return err == nil && u.User == nil && u.Opaque == "" && !strings.Contains(raw, "#") &&
		authcfg.Origin(raw) == authcfg.Origin(apiURL) &&
		!strings.ContainsFunc(raw, func(r rune) bool { return r <= ' ' || r > '~' || r == '\\' })
}
