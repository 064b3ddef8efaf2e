package sandbox

import (
	"database/sql"
	"net/url"
	"slices"
	"strings"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// token answers the three grants (RFC 6749, 4.1.3 and 6; RFC 8628, 3.4).
func (s *Server) token(form url.Values) (any, error) {
	switch oidc.GrantType(form.Get("grant_type")) {
	case oidc.GrantTypeCode:
		return s.exchangeCode(form)
	case oidc.GrantTypeRefreshToken:
		return s.refresh(form)
	case oidc.GrantTypeDeviceCode:
		return s.pollDevice(form)
	case "":
		return nil, missing("grant_type")
	}
	return nil, oidc.ErrUnsupportedGrantType().WithDescription("The grants are authorization_code, refresh_token and device_code.")
}

func missing(name string) *oidc.Error {
	return oidc.ErrInvalidRequest().WithDescription("%s is missing.", name)
}

// exchangeCode gives tokens for an authorization code, once. A code that comes
// again has been stolen from somebody: its login ends (RFC 6749, 4.1.2).
func (s *Server) exchangeCode(form url.Values) (any, error) {
	code, redirectURI := form.Get("code"), form.Get("redirect_uri")
	switch {
	case code == "":
		return nil, missing("code")
	case redirectURI == "":
		return nil, missing("redirect_uri")
	}
	return s.grant(func(tx *sql.Tx) (*oidc.AccessTokenResponse, *oidc.Error, error) {
		l, err := s.loginByCode(tx, code)
		if isNoRows(err) {
			return nil, oidc.ErrInvalidGrant().WithDescription("The code is not known."), nil
		}
		if err != nil {
			return nil, nil, err
		}
		// A device code has no challenge, which no verifier meets.
		challenge := &oidc.CodeChallenge{Challenge: l.challenge.String, Method: oidc.CodeChallengeMethodS256}
		if err := op.AuthorizeCodeChallenge(form.Get("code_verifier"), challenge); err != nil {
			return nil, oidc.DefaultToServerError(err, "The code_verifier cannot be checked."), nil
		}
		switch {
		case l.redirectURI.String != redirectURI:
			return nil, oidc.ErrInvalidGrant().WithDescription("The redirect_uri is not that of the code."), nil
		case l.state == "used":
			return nil, oidc.ErrInvalidGrant().WithDescription("The code was used before. Its login is revoked."), endLogin(tx, l.id)
		case l.expired:
			return nil, oidc.ErrInvalidGrant().WithDescription("The code has expired."), nil
		}
		return s.redeem(tx, l)
	})
}

// refresh gives new tokens for a refresh token, once. One that comes again is
// in two hands, and nobody can say whose is the thief's: the login ends
// (RFC 9700, 4.14.2). There is no period of grace.
func (s *Server) refresh(form url.Values) (any, error) {
	token := form.Get("refresh_token")
	if token == "" {
		return nil, missing("refresh_token")
	}
	return s.grant(func(tx *sql.Tx) (*oidc.AccessTokenResponse, *oidc.Error, error) {
		var loginID int64
		var userID, scopes string
		var used, expired bool
		err := tx.QueryRow(`SELECT l.id, l.user_id, l.scopes, t.is_used, t.expires_at <= ?
			FROM refresh_tokens t JOIN logins l ON l.id = t.login_id WHERE t.token_hash = ?`, s.timestamp(), hash(token)).
			Scan(&loginID, &userID, &scopes, &used, &expired)
		switch {
		case isNoRows(err):
			return nil, oidc.ErrInvalidGrant().WithDescription("The refresh token is not known, or was revoked."), nil
		case err != nil:
			return nil, nil, err
		case used:
			return nil, oidc.ErrInvalidGrant().WithDescription("The refresh token was used before. Its login is revoked."), endLogin(tx, loginID)
		case expired:
			return nil, oidc.ErrInvalidGrant().WithDescription("The refresh token has expired."), nil
		}
		if asked := strings.Fields(form.Get("scope")); len(asked) > 0 {
			for _, scope := range asked {
				if !slices.Contains(strings.Fields(scopes), scope) {
					return nil, oidc.ErrInvalidScope().WithDescription("A scope was not granted."), nil
				}
			}
			scopes = strings.Join(asked, " ")
		}
		if _, err := tx.Exec("UPDATE refresh_tokens SET is_used = 1 WHERE token_hash = ?", hash(token)); err != nil {
			return nil, nil, err
		}
		tokens, err := s.issue(tx, loginID, userID, scopes)
		return tokens, nil, err
	})
}

// revoke ends an access token, or with a refresh token its whole login. A token
// that is not known is ended already (RFC 7009, 2.1 and 2.2).
func (s *Server) revoke(form url.Values) (any, error) {
	token := form.Get("token")
	if token == "" {
		return nil, missing("token")
	}
	return struct{}{}, s.store.write(func(tx *sql.Tx) error {
		if _, err := tx.Exec("DELETE FROM sessions WHERE token_hash = ? AND login_id IS NOT NULL", hash(token)); err != nil {
			return err
		}
		_, err := tx.Exec("DELETE FROM logins WHERE id = (SELECT login_id FROM refresh_tokens WHERE token_hash = ?)", hash(token))
		return err
	})
}
