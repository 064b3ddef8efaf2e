package oauth

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/nrepo-cli/nrepo/internal/apihttp"
	"github.com/nrepo-cli/nrepo/pkg/authcfg"
	"github.com/nrepo-cli/nrepo/pkg/output"
)

// Error is an error response of an authorization server (RFC 6749, sections
// 4.1.2.1 and 5.2; RFC 8628, section 3.5). Its fields may repeat secrets that were
// sent: show only the text of the method Error.
type Error struct {
	Code        string // such as "invalid_grant", to compare
	Description string // "" if the server sent none

	secrets []authcfg.Secret // the secrets that were sent
}

// Error returns the code and the description, without secrets.
func (e *Error) Error() string {
	text := "the server refused: " + apihttp.Clean(e.Code, e.secrets)
	if e.Description != "" {
		text += ": " + apihttp.Clean(e.Description, e.secrets)
	}
	if runes := []rune(text); len(runes) > maxRefusal {
		text = string(runes[:maxRefusal]) + "…"
	}
	return text
}

const maxRefusal = 300 // characters

// IsError reports whether err is an [Error] with one of the codes.
func IsError(err error, codes ...string) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && slices.Contains(codes, e.Code)
}

// Post sends a form to an endpoint, once, with the client id added, and returns
// the JSON object of the response, or an empty one. If the server refuses, the
// error is an [*Error]. Other errors, for example from a proxy, have the code
// network_error or the code of an HTTP status.
func (a *AuthServer) Post(ctx context.Context, endpoint string, form url.Values) (json.RawMessage, error) {
	u, err := url.Parse(endpoint)
	if err != nil || !SameOrigin(a.Issuer, endpoint) {
		return nil, &output.Error{Code: output.CodeUsage, Err: errors.New("the authorization server has no such endpoint")}
	}
	sent := url.Values{"client_id": {ClientID}}
	var secrets []authcfg.Secret
	for name, values := range form {
		sent[name] = values
		if isSecret(name) {
			secrets = append(secrets, authcfg.Secret(form.Get(name)))
		}
	}
	resp, err := a.client.Once(ctx, apihttp.Request{
		Method:      http.MethodPost,
		URL:         u,
		Body:        []byte(sent.Encode()),
		ContentType: "application/x-www-form-urlencoded",
		Secrets:     secrets,
	})
	if resp != nil && resp.Status >= 400 && resp.Status < 500 && resp.Status != http.StatusTooManyRequests {
		var reply struct {
			Error       string
			Description string `json:"error_description"`
		}
		if apihttp.Unmarshal(resp.Body, &reply) != nil || reply.Error == "" {
			return nil, &output.Error{
				Code:   output.CodeNetwork,
				Status: resp.Status,
				Err:    fmt.Errorf("the response from %s is not from a login server", a.client.Host()),
				Hint:   "a proxy or the sign-in page of a network may have answered",
			}
		}
		return nil, &Error{reply.Error, reply.Description, secrets}
	}
	if f := apihttp.AsFailure(err); f != nil && f.Unknown { // there is no result that the user could check
		err = f.Harmless()
	}
	if err != nil {
		return nil, err
	}
	if len(resp.Body) > 0 && !json.Valid(resp.Body) {
		return nil, notJSON(a.client)
	}
	return resp.Body, nil
}

// isSecret reports whether a form parameter is a secret.
func isSecret(name string) bool {
	switch name {
	case "code", "code_verifier", "device_code", "refresh_token", "token":
		return true
	}
	return false
}

// Granted is the response of a token endpoint (RFC 6749, section 5.1).
type Granted struct {
	authcfg.Session
	// Scope is the scopes of the session, separated by spaces. "" means all that
	// were requested.
	Scope string
}

// Lacks returns the requested scopes that were not granted.
func (g Granted) Lacks(asked []string) (missing []string) {
	granted := strings.Fields(g.Scope)
	for _, scope := range asked {
		if len(granted) > 0 && !slices.Contains(granted, scope) {
			missing = append(missing, scope)
		}
	}
	return missing
}

// Token requests a session from the token endpoint. The error is as for
// [AuthServer.Post].
func (a *AuthServer) Token(ctx context.Context, grant url.Values) (Granted, error) {
	doc, err := a.Post(ctx, a.TokenEndpoint, grant)
	if err != nil {
		return Granted{}, err
	}
	var reply struct {
		AccessToken  string      `json:"access_token"`
		TokenType    string      `json:"token_type"`
		RefreshToken string      `json:"refresh_token"`
		ExpiresIn    json.Number `json:"expires_in"`
		Scope        string      `json:"scope"`
	}
	if apihttp.Unmarshal(doc, &reply) != nil {
		return Granted{}, errBadToken
	}
	lifetime, _ := reply.ExpiresIn.Int64() // 0 if it is missing or not a whole number
	lifetime = max(0, min(lifetime, 1e9))  // a longer time would overflow a time.Duration
	session, err := newSession(reply.AccessToken, reply.TokenType, reply.RefreshToken, time.Duration(lifetime)*time.Second)
	if err != nil {
		return Granted{}, err
	}
	return Granted{session, reply.Scope}, nil
}

var errBadToken = &output.Error{
	Code: output.CodeUnknown,
	Err:  errors.New("the server sent no token that this version can use"),
	Hint: "update nrepo, or log in with an API key: `nrepo login --api-key`",
}

// newSession checks a token response. A lifetime that is not positive means that
// the expiry is not known.
func newSession(access, tokenType, refresh string, lifetime time.Duration) (s authcfg.Session, err error) {
	if s.AccessToken, err = authcfg.ParseToken(access); err != nil || !strings.EqualFold(tokenType, "bearer") {
		return authcfg.Session{}, errBadToken
	}
	if refresh != "" {
		if s.RefreshToken, err = authcfg.ParseToken(refresh); err != nil {
			return authcfg.Session{}, errBadToken
		}
	}
	if lifetime > 0 {
		s.ExpiresAt = time.Now().Add(lifetime).UTC().Truncate(time.Second)
	}
	return s, nil
}
