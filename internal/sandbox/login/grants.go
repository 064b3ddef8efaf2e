package login

import (
	"errors"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"

	"github.com/nrepo-cli/nrepo/internal/sandbox/store"
)

// token handles the three grant types (RFC 6749, 4.1.3 and 6; RFC 8628, 3.4).
func (l *Logins) token(form url.Values) (any, error) {
	switch oidc.GrantType(form.Get("grant_type")) {
	case oidc.GrantTypeCode:
		return l.exchangeCode(form)
	case oidc.GrantTypeRefreshToken:
		return l.refresh(form)
	case oidc.GrantTypeDeviceCode:
		return l.pollDevice(form)
	case "":
		return nil, missing("grant_type")
	}
	return nil, oidc.ErrUnsupportedGrantType().WithDescription("The grants are authorization_code, refresh_token and device_code.")
}

func (l *Logins) exchangeCode(form url.Values) (any, error) {
	code, redirectURI := form.Get("code"), form.Get("redirect_uri")
	switch {
	case code == "":
		return nil, missing("code")
	case redirectURI == "":
		return nil, missing("redirect_uri")
	}
	tokens, err := l.Store.ExchangeCode(code, func(grant store.CodeGrant) error {
		// A device code has no challenge, so that no verifier matches.
		challenge := &oidc.CodeChallenge{Challenge: grant.Challenge, Method: oidc.CodeChallengeMethodS256}
		if err := op.AuthorizeCodeChallenge(form.Get("code_verifier"), challenge); err != nil {
			return oidc.DefaultToServerError(err, "The code_verifier cannot be checked.")
		}
		if grant.RedirectURI != redirectURI {
			return oidc.ErrInvalidGrant().WithDescription("The redirect_uri is not that of the code.")
		}
		return nil
	}, l.SessionTTL)
	return l.tokenReply("code", tokens, err)
}

func (l *Logins) refresh(form url.Values) (any, error) {
	token := form.Get("refresh_token")
	if token == "" {
		return nil, missing("refresh_token")
	}
	tokens, err := l.Store.Refresh(token, func(granted string) (string, error) {
		asked := strings.Fields(form.Get("scope"))
		if len(asked) == 0 {
			return granted, nil
		}
		for _, scope := range asked {
			if !slices.Contains(strings.Fields(granted), scope) {
				return "", oidc.ErrInvalidScope().WithDescription("A scope was not granted.")
			}
		}
		return strings.Join(asked, " "), nil
	}, l.SessionTTL)
	return l.tokenReply("refresh token", tokens, err)
}

func (l *Logins) pollDevice(form url.Values) (any, error) {
	deviceCode := form.Get("device_code")
	if deviceCode == "" {
		return nil, missing("device_code")
	}
	tokens, err := l.Store.PollDevice(deviceCode, l.SessionTTL)
	if errors.Is(err, store.ErrExpired) {
		return nil, oidc.ErrExpiredDeviceCode()
	}
	return l.tokenReply("device code", tokens, err)
}

// tokenReply writes the reply with tokens, or the error.
func (l *Logins) tokenReply(what string, tokens store.Tokens, err error) (any, error) {
	switch {
	case errors.Is(err, store.ErrUnknown):
		return nil, oidc.ErrInvalidGrant().WithDescription("The %s is not known, or was revoked.", what)
	case errors.Is(err, store.ErrUsed):
		return nil, oidc.ErrInvalidGrant().WithDescription("The %s was used before. Its login is revoked.", what)
	case errors.Is(err, store.ErrExpired):
		return nil, oidc.ErrInvalidGrant().WithDescription("The %s has expired.", what)
	case errors.Is(err, store.ErrPending):
		return nil, oidc.ErrAuthorizationPending()
	case errors.Is(err, store.ErrTooSoon):
		return nil, oidc.ErrSlowDown()
	case errors.Is(err, store.ErrDenied):
		return nil, oidc.ErrAccessDenied()
	case err != nil:
		return nil, err
	}
	return &oidc.AccessTokenResponse{
		AccessToken:  tokens.Access,
		TokenType:    oidc.BearerToken,
		RefreshToken: tokens.Refresh,
		ExpiresIn:    uint64(l.SessionTTL / time.Second),
		Scope:        strings.Fields(tokens.Scopes),
	}, nil
}

// revoke ends an access token, or with a refresh token its whole login.
func (l *Logins) revoke(form url.Values) (any, error) {
	token := form.Get("token")
	if token == "" {
		return nil, missing("token")
	}
	return struct{}{}, l.Store.RevokeToken(token)
}
