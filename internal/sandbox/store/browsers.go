package store

import (
	"database/sql"
	"time"
)

// BrowserLifetime is how long a browser stays signed in, as on the live service.
const BrowserLifetime = 30 * 24 * time.Hour

// BrowserUser returns the user who is signed in with the cookie's token, or [ErrUnknown].
func (s *Store) BrowserUser(token string) (User, error) {
	var userID string
	err := s.read.QueryRow("SELECT user_id FROM browsers WHERE token_hash = ? AND expires_at > ?", Hash(token), s.Timestamp()).
		Scan(&userID)
	if isNoRows(err) {
		return User{}, ErrUnknown
	}
	if err != nil {
		return User{}, err
	}
	return loadUser(s.read, userID)
}

// SignIn returns the token for a new cookie of the user.
func (s *Store) SignIn(userID string) (token string, err error) {
	if token, err = s.NewToken(); err != nil {
		return "", err
	}
	return token, s.write(func(tx *sql.Tx) error {
		_, err := tx.Exec("INSERT INTO browsers (token_hash, user_id, expires_at) VALUES (?, ?, ?)",
			Hash(token), userID, s.after(BrowserLifetime))
		return err
	})
}

// SignOut revokes a cookie's token.
func (s *Store) SignOut(token string) error {
	return s.write(func(tx *sql.Tx) error {
		_, err := tx.Exec("DELETE FROM browsers WHERE token_hash = ?", Hash(token))
		return err
	})
}
