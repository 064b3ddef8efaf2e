package sandbox

import (
	"database/sql"
	"errors"
	"strings"
	"time"

	"github.com/zitadel/oidc/v3/pkg/oidc"
)

const (
	codeLifetime    = time.Minute         // of an authorization code; RFC 6749, 4.1.2, asks for at most ten
	deviceLifetime  = 10 * time.Minute    // of a device code and its user code
	refreshLifetime = 30 * 24 * time.Hour // of a refresh token, each
	pollInterval    = 5                   // seconds between a device's questions, and how much slow_down adds (RFC 8628, 3.5)
)

// login is a row of the table logins.
type login struct {
	id          int64
	userID      sql.NullString
	scopes      string
	state       string
	expired     bool // the code is
	redirectURI sql.NullString
	challenge   sql.NullString
	interval    sql.NullInt64
	polledAt    sql.NullString
}

// loginByCode returns the login that an authorization code or device code
// belongs to, [sql.ErrNoRows] if there is none.
func (s *Server) loginByCode(q querier, code string) (l login, err error) {
	err = q.QueryRow(`SELECT id, user_id, scopes, state, code_expires_at <= ?, redirect_uri, challenge, poll_interval, polled_at
		FROM logins WHERE code_hash = ?`, s.timestamp(), hash(code)).
		Scan(&l.id, &l.userID, &l.scopes, &l.state, &l.expired, &l.redirectURI, &l.challenge, &l.interval, &l.polledAt)
	return l, err
}

// approveLogin stores that the user said yes to an authorization request, and
// returns the code for it.
func (s *Server) approveLogin(userID, scopes, redirectURI, challenge string) (code string, err error) {
	if code, err = s.randomHex(); err != nil {
		return "", err
	}
	return code, s.store.write(func(tx *sql.Tx) error {
		if err := s.purgeLogins(tx); err != nil {
			return err
		}
		_, err := tx.Exec(`INSERT INTO logins (user_id, client_id, scopes, state, code_hash, code_expires_at, redirect_uri, challenge, created_at)
			VALUES (?, ?, ?, 'approved', ?, ?, ?, ?, ?)`,
			userID, clientID, scopes, hash(code), s.after(codeLifetime), redirectURI, challenge, s.timestamp())
		return err
	})
}

// purgeLogins forgets logins that came to nothing a day ago, and those that
// have no token left.
func (s *Server) purgeLogins(tx *sql.Tx) error {
	now := s.timestamp()
	for _, query := range []string{
		"DELETE FROM sessions WHERE expires_at <= ?",
		"DELETE FROM refresh_tokens WHERE expires_at <= ?",
		"DELETE FROM browsers WHERE expires_at <= ?",
		`DELETE FROM logins WHERE state = 'used' AND created_at < ?
			AND NOT EXISTS (SELECT 1 FROM sessions WHERE login_id = logins.id)
			AND NOT EXISTS (SELECT 1 FROM refresh_tokens WHERE login_id = logins.id)`,
	} {
		if _, err := tx.Exec(query, now); err != nil {
			return err
		}
	}
	_, err := tx.Exec("DELETE FROM logins WHERE state <> 'used' AND code_expires_at < ?", s.after(-24*time.Hour))
	return err
}

// issue makes the tokens of a login: an access token for scopes, which is a
// session, and a refresh token.
func (s *Server) issue(tx *sql.Tx, loginID int64, userID, scopes string) (*oidc.AccessTokenResponse, error) {
	refresh, err := s.randomHex()
	if err != nil {
		return nil, err
	}
	_, err = tx.Exec("INSERT INTO refresh_tokens (token_hash, login_id, expires_at) VALUES (?, ?, ?)",
		hash(refresh), loginID, s.after(refreshLifetime))
	if err != nil {
		return nil, err
	}
	access, err := s.newSession(tx, loginID, userID, scopes, s.opts.SessionTTL)
	if err != nil {
		return nil, err
	}
	return &oidc.AccessTokenResponse{
		AccessToken:  access,
		TokenType:    oidc.BearerToken,
		RefreshToken: refresh,
		ExpiresIn:    uint64(s.opts.SessionTTL / time.Second),
		Scope:        strings.Fields(scopes),
	}, nil
}

func (s *Server) newSession(tx *sql.Tx, loginID int64, userID, scopes string, valid time.Duration) (token string, err error) {
	if token, err = s.randomHex(); err != nil {
		return "", err
	}
	_, err = tx.Exec("INSERT INTO sessions (token_hash, user_id, created_at, expires_at, scopes, login_id) VALUES (?, ?, ?, ?, ?, ?)",
		hash(token), userID, s.timestamp(), s.after(valid), scopes, loginID)
	return token, err
}

// CreateSession returns a session token of the seeded user that is valid for
// the given time, with every scope and without a refresh token.
func (s *Server) CreateSession(valid time.Duration) (token string, err error) {
	err = s.store.write(func(tx *sql.Tx) error {
		result, err := tx.Exec("INSERT INTO logins (user_id, client_id, scopes, state, created_at) VALUES (?, ?, ?, 'used', ?)",
			aliceID, clientID, allScopes, s.timestamp())
		if err != nil {
			return err
		}
		id, err := result.LastInsertId()
		if err != nil {
			return err
		}
		token, err = s.newSession(tx, id, aliceID, allScopes, valid)
		return err
	})
	return token, err
}

// endLogin revokes a login with all its tokens.
func endLogin(tx *sql.Tx, id int64) error {
	_, err := tx.Exec("DELETE FROM logins WHERE id = ?", id)
	return err
}

// grant runs a change that ends in tokens or in a refusal. Unlike an error of
// store.write, a refusal keeps what the change did: that a token was revoked
// because it came twice, that a device asked too early.
func (s *Server) grant(change func(*sql.Tx) (tokens *oidc.AccessTokenResponse, refusal *oidc.Error, err error)) (tokens *oidc.AccessTokenResponse, err error) {
	var refusal *oidc.Error
	err = s.store.write(func(tx *sql.Tx) (err error) {
		tokens, refusal, err = change(tx)
		return err
	})
	switch {
	case err != nil:
		return nil, err
	case refusal != nil:
		return nil, refusal
	}
	return tokens, nil
}

// redeem turns the code of a login into its first tokens.
func (s *Server) redeem(tx *sql.Tx, l login) (*oidc.AccessTokenResponse, *oidc.Error, error) {
	if _, err := tx.Exec("UPDATE logins SET state = 'used' WHERE id = ?", l.id); err != nil {
		return nil, nil, err
	}
	tokens, err := s.issue(tx, l.id, l.userID.String, l.scopes)
	return tokens, nil, err
}

func isNoRows(err error) bool { return errors.Is(err, sql.ErrNoRows) }

// after is the time d from now, as it is stored.
func (s *Server) after(d time.Duration) string { return isoTime(s.opts.Now().Add(d)) }
