package store

import (
	"database/sql"
	"errors"
	"time"
)

// ClientID is the id of the only program that logs in.
const ClientID = "nrepo-cli"

// Lifetimes.
const (
	CodeLifetime    = time.Minute         // of an authorization code; at most ten, says RFC 6749, 4.1.2
	DeviceLifetime  = 10 * time.Minute    // of a device code and its user code
	RefreshLifetime = 30 * 24 * time.Hour // of each refresh token
)

// Errors for a code or token that cannot be exchanged, other than [ErrUnknown].
var (
	ErrUsed    = errors.New("used before") // its login has been ended
	ErrExpired = errors.New("expired")
)

// Tokens are the tokens of a login.
type Tokens struct {
	Access, Refresh string
	Scopes          string
}

// LiveLogin is a login with a token that still works.
type LiveLogin struct {
	ID        int64
	Kind      string // "device", "browser" or "test"
	Scopes    string
	CreatedAt string
	ExpiresAt sql.NullString // of the access token
	Refreshes bool
}

// LiveLogins returns the user's logins, newest first.
func (s *Store) LiveLogins(userID string) ([]LiveLogin, error) {
	now := s.Timestamp()
	rows, err := s.read.Query(`SELECT * FROM (
		SELECT l.id, CASE WHEN l.user_code IS NOT NULL THEN 'device' WHEN l.redirect_uri IS NOT NULL THEN 'browser' ELSE 'test' END,
			l.scopes, l.created_at,
			(SELECT max(expires_at) FROM sessions WHERE login_id = l.id AND expires_at > ?) AS access,
			EXISTS (SELECT 1 FROM refresh_tokens WHERE login_id = l.id AND is_used = 0 AND expires_at > ?) AS refreshes
		FROM logins l WHERE l.user_id = ? AND l.state = 'used')
		WHERE access IS NOT NULL OR refreshes ORDER BY id DESC LIMIT 100`, now, now, userID)
	return collect(rows, err, func(l *LiveLogin) []any {
		return []any{&l.ID, &l.Kind, &l.Scopes, &l.CreatedAt, &l.ExpiresAt, &l.Refreshes}
	})
}

// EndLogin revokes a login of the user with all its tokens.
func (s *Store) EndLogin(userID string, id int64) error {
	return s.write(func(tx *sql.Tx) error {
		return mustChange("Login")(tx.Exec("DELETE FROM logins WHERE id = ? AND user_id = ?", id, userID))
	})
}

func endLogin(tx *sql.Tx, id int64) error {
	_, err := tx.Exec("DELETE FROM logins WHERE id = ?", id)
	return err
}

// CreateSession returns an access token without a refresh token.
func (s *Store) CreateSession(userID, scopes string, valid time.Duration) (token string, err error) {
	err = s.write(func(tx *sql.Tx) error {
		result, err := tx.Exec("INSERT INTO logins (user_id, client_id, scopes, state, created_at) VALUES (?, ?, ?, 'used', ?)",
			userID, ClientID, scopes, s.Timestamp())
		if err != nil {
			return err
		}
		id, err := result.LastInsertId()
		if err != nil {
			return err
		}
		token, err = s.newSession(tx, id, userID, scopes, valid)
		return err
	})
	return token, err
}

func (s *Store) newSession(tx *sql.Tx, loginID int64, userID, scopes string, valid time.Duration) (token string, err error) {
	if token, err = s.NewToken(); err != nil {
		return "", err
	}
	_, err = tx.Exec("INSERT INTO sessions (token_hash, user_id, created_at, expires_at, scopes, login_id) VALUES (?, ?, ?, ?, ?, ?)",
		Hash(token), userID, s.Timestamp(), s.after(valid), scopes, loginID)
	return token, err
}

// issue creates the tokens of a login: an access token, which is a session, and a refresh
// token.
func (s *Store) issue(tx *sql.Tx, loginID int64, userID, scopes string, valid time.Duration) (t Tokens, err error) {
	t.Scopes = scopes
	if t.Refresh, err = s.NewToken(); err != nil {
		return t, err
	}
	_, err = tx.Exec("INSERT INTO refresh_tokens (token_hash, login_id, expires_at) VALUES (?, ?, ?)",
		Hash(t.Refresh), loginID, s.after(RefreshLifetime))
	if err != nil {
		return t, err
	}
	t.Access, err = s.newSession(tx, loginID, userID, scopes, valid)
	return t, err
}

// grant runs a change that returns tokens or a refusal. Unlike an error of write, a refusal
// keeps what the change did: for example, it ended a login because a token was used twice.
func (s *Store) grant(change func(*sql.Tx) (t Tokens, refusal, err error)) (t Tokens, err error) {
	var refusal error
	err = s.write(func(tx *sql.Tx) (err error) {
		t, refusal, err = change(tx)
		return err
	})
	if err == nil {
		err = refusal
	}
	return t, err
}

// purgeLogins deletes logins that were not completed within a day, and logins without valid
// tokens.
func (s *Store) purgeLogins(tx *sql.Tx) error {
	now := s.Timestamp()
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

// Refresh returns new tokens for a refresh token, once. narrow returns the scopes of the new
// access token for the granted scopes, or an error. If a token is used twice, one of the users
// has stolen it, so the login ends (RFC 9700, 4.14.2). There is no grace period.
func (s *Store) Refresh(token string, narrow func(scopes string) (string, error), valid time.Duration) (Tokens, error) {
	return s.grant(func(tx *sql.Tx) (t Tokens, refusal, err error) {
		var loginID int64
		var userID, scopes string
		var used, expired bool
		err = tx.QueryRow(`SELECT l.id, l.user_id, l.scopes, t.is_used, t.expires_at <= ?
			FROM refresh_tokens t JOIN logins l ON l.id = t.login_id WHERE t.token_hash = ?`, s.Timestamp(), Hash(token)).
			Scan(&loginID, &userID, &scopes, &used, &expired)
		switch {
		case isNoRows(err):
			return t, ErrUnknown, nil
		case err != nil:
			return t, nil, err
		case used:
			return t, ErrUsed, endLogin(tx, loginID)
		case expired:
			return t, ErrExpired, nil
		}
		if scopes, refusal = narrow(scopes); refusal != nil {
			return t, refusal, nil
		}
		if _, err := tx.Exec("UPDATE refresh_tokens SET is_used = 1 WHERE token_hash = ?", Hash(token)); err != nil {
			return t, nil, err
		}
		t, err = s.issue(tx, loginID, userID, scopes, valid)
		return t, nil, err
	})
}

// RevokeToken revokes an access token; for a refresh token, it revokes the whole login. An
// unknown token is not an error (RFC 7009, 2.1 and 2.2).
func (s *Store) RevokeToken(token string) error {
	return s.write(func(tx *sql.Tx) error {
		if _, err := tx.Exec("DELETE FROM sessions WHERE token_hash = ? AND login_id IS NOT NULL", Hash(token)); err != nil {
			return err
		}
		_, err := tx.Exec("DELETE FROM logins WHERE id = (SELECT login_id FROM refresh_tokens WHERE token_hash = ?)", Hash(token))
		return err
	})
}
