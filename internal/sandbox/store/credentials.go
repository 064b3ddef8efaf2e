package store

import (
	"database/sql"
	"errors"
	"regexp"
	"strings"
	"time"
)

// The scopes of https://docs.neuralrepo.com/api/authentication.
const (
	ReadScope  = "ideas:read"
	WriteScope = "ideas:write"
	AllScopes  = ReadScope + " " + WriteScope
)

// ErrUnknown means that a credential, code or token is unknown or no longer valid.
var ErrUnknown = errors.New("not known")

// Caller is the user and the scopes of a credential.
type Caller struct {
	User   User
	Scopes []string
}

// Key is an API key in a list, without the key itself.
type Key struct {
	ID         int64   `json:"id"`
	Label      string  `json:"label"`
	Key        string  `json:"key"` // masked
	CreatedAt  string  `json:"created_at"`
	LastUsedAt *string `json:"last_used_at"`
}

// NewKey is a new API key. Only this result contains the whole key.
type NewKey struct {
	ID        int64  `json:"id"`
	Label     string `json:"label"`
	Key       string `json:"key"`
	CreatedAt string `json:"created_at"`
}

var keyForm = regexp.MustCompile(`^nrp_[0-9a-fA-F]{64}$`)

// CallerByKey returns the caller with this API key, or [ErrUnknown].
func (s *Store) CallerByKey(key string) (Caller, error) {
	if !keyForm.MatchString(key) {
		return Caller{}, ErrUnknown
	}
	return s.caller("SELECT user_id, scopes FROM api_keys WHERE key_hash = ?", Hash(key))
}

// CallerBySession returns the caller with this session token, or [ErrUnknown].
func (s *Store) CallerBySession(token string) (Caller, error) {
	return s.caller("SELECT user_id, scopes FROM sessions WHERE token_hash = ? AND expires_at > ?", Hash(token), s.Timestamp())
}

func (s *Store) caller(query string, args ...any) (Caller, error) {
	var userID, scopes string
	err := s.read.QueryRow(query, args...).Scan(&userID, &scopes)
	if isNoRows(err) {
		return Caller{}, ErrUnknown
	}
	if err != nil {
		return Caller{}, err
	}
	u, err := loadUser(s.read, userID)
	return Caller{u, strings.Fields(scopes)}, err
}

// TouchKey records that a key was used, to the minute, so that not every read causes a write.
func (s *Store) TouchKey(key string) error {
	var lastUsed sql.NullString
	err := s.read.QueryRow("SELECT last_used_at FROM api_keys WHERE key_hash = ?", Hash(key)).Scan(&lastUsed)
	if err != nil || lastUsed.String >= s.after(-time.Minute) {
		return err
	}
	return s.write(func(tx *sql.Tx) error {
		_, err := tx.Exec("UPDATE api_keys SET last_used_at = ? WHERE key_hash = ?", s.Timestamp(), Hash(key))
		return err
	})
}

// Keys returns the user's keys, oldest first.
func (s *Store) Keys(userID string) ([]Key, error) {
	rows, err := s.read.Query(
		"SELECT id, label, 'nrp_********' || last4, created_at, last_used_at FROM api_keys WHERE user_id = ? ORDER BY id", userID)
	return collect(rows, err, func(k *Key) []any {
		return []any{&k.ID, &k.Label, &k.Key, &k.CreatedAt, &k.LastUsedAt}
	})
}

// CreateKey creates an API key of the user with these scopes.
func (s *Store) CreateKey(userID, label string, scopes []string) (NewKey, error) {
	random, err := s.NewToken()
	if err != nil {
		return NewKey{}, err
	}
	k := NewKey{Label: label, Key: "nrp_" + random, CreatedAt: s.Timestamp()}
	err = s.write(func(tx *sql.Tx) error {
		return tx.QueryRow(`INSERT INTO api_keys (user_id, label, key_hash, last4, scopes, created_at)
			VALUES (?, ?, ?, ?, ?, ?) RETURNING id`,
			userID, label, Hash(k.Key), k.Key[len(k.Key)-4:], strings.Join(scopes, " "), k.CreatedAt).Scan(&k.ID)
	})
	return k, err
}

// RevokeKey revokes a key of the user.
func (s *Store) RevokeKey(userID string, id int64) error {
	return s.write(func(tx *sql.Tx) error {
		return mustChange("API key")(tx.Exec("DELETE FROM api_keys WHERE id = ? AND user_id = ?", id, userID))
	})
}
