// Package oauth is the client for OAuth logins. It finds the authorization server
// of an API, and requests, renews and ends sessions. Package apihttp makes the
// requests.
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

// ClientID identifies the command line to the authorization server. It is a public
// client without a secret (RFC 6749, section 2.1).
const ClientID = "nrepo-cli"

// ErrNoAuthServer means that a server has no authorization server metadata for its
// API.
var ErrNoAuthServer = errors.New("the server has no OAuth login")

// AuthServer is the authorization server of an API.
type AuthServer struct {
	Metadata
	client *apihttp.Client
}

// Metadata describes an authorization server (RFC 8414, section 2). Each endpoint is
// on the API's own origin.
type Metadata struct {
	// Issuer is the API URL.
	Issuer string `json:"issuer"`
	// AuthorizationEndpoint and TokenEndpoint are always set.
	AuthorizationEndpoint string `json:"authorization_endpoint"`
	TokenEndpoint         string `json:"token_endpoint"`
	// DeviceAuthorizationEndpoint and RevocationEndpoint are "" if the server has
	// none (RFC 8628, RFC 7009).
	DeviceAuthorizationEndpoint string `json:"device_authorization_endpoint"`
	RevocationEndpoint          string `json:"revocation_endpoint"`
	// SendsIssuer reports whether each authorization response names the issuer
	// (RFC 9207).
	SendsIssuer bool `json:"authorization_response_iss_parameter_supported"`

	// For AuthorizationURL.
	PushEndpoint     string   `json:"pushed_authorization_request_endpoint"` // RFC 9126, section 5
	MustPush         bool     `json:"require_pushed_authorization_requests"`
	MustSign         bool     `json:"require_signed_request_object"`    // RFC 9101, section 10.5
	ChallengeMethods []string `json:"code_challenge_methods_supported"` // RFC 7636, section 6.2.1
	ResponseTypes    []string `json:"response_types_supported"`
}

// Options configure the requests.
type Options = apihttp.Options

// Discover requests the metadata of the authorization server for the API at
// apiURL, which is the issuer. For https://host/api/v1, the metadata is at
// https://host/.well-known/oauth-authorization-server/api/v1 (RFC 8414, section
// 3.1). If that is 404, the error is [ErrNoAuthServer]. Metadata with another
// issuer, or with an endpoint on another origin, is refused. If there is no
// metadata, or the address has an unusual path, Discover also checks that there is
// an API, so that no browser is opened for nothing.
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

// discover is Discover without the check for an API.
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
	m, err := parseMetadata(apiURL, resp.Body)
	if err != nil {
		return nil, &output.Error{
			Err:  fmt.Errorf("the login metadata of %s cannot be used: %w", c.Host(), err),
			Hint: hintMetadata,
		}
	}
	return &AuthServer{*m, c}, nil
}

const hintMetadata = "check NEURALREPO_API_URL; `nrepo login --api-key` works without metadata"

// noMetadata returns why there is no metadata.
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
func parseMetadata(apiURL string, doc []byte) (*Metadata, error) {
	var m Metadata
	if err := apihttp.Unmarshal(doc, &m); err != nil {
		return nil, errors.New("it is not a JSON object with the expected fields")
	}
	if m.Issuer != apiURL {
		return nil, fmt.Errorf("its issuer is not %s", apiURL)
	}
	for _, endpoint := range []struct {
		name, url string
		required  bool
	}{
		{"authorization_endpoint", m.AuthorizationEndpoint, true},
		{"token_endpoint", m.TokenEndpoint, true},
		{"device_authorization_endpoint", m.DeviceAuthorizationEndpoint, false},
		{"revocation_endpoint", m.RevocationEndpoint, false},
		{"pushed_authorization_request_endpoint", m.PushEndpoint, m.MustPush},
	} {
		if endpoint.url == "" && !endpoint.required {
			continue
		}
		if !SameOrigin(apiURL, endpoint.url) {
			return nil, fmt.Errorf("its %s is not an address on %s", endpoint.name, authcfg.Origin(apiURL))
		}
	}
	return &m, nil
}

// SameOrigin reports whether a URL from a server may be requested, opened or
// shown. It must be on the origin of the API, without a user or a fragment, and
// consist of visible ASCII characters.
func SameOrigin(apiURL, raw string) bool {
	u, err := url.Parse(raw)
	return err == nil && u.User == nil && u.Opaque == "" && !strings.Contains(raw, "#") &&
		authcfg.Origin(raw) == authcfg.Origin(apiURL) &&
		!strings.ContainsFunc(raw, func(r rune) bool { return r <= ' ' || r > '~' || r == '\\' })
}
