package sandbox

import (
	"database/sql"
	"net/http"
	"strings"
)

// maxKeyLabel bounds a key's label, in characters.
const maxKeyLabel = 100

// maskedKey is a key in a list: all that is known of it after its creation.
type maskedKey struct {
	ID         int64   `json:"id"`
	Label      string  `json:"label"`
	Key        string  `json:"key"`
	CreatedAt  string  `json:"created_at"`
	LastUsedAt *string `json:"last_used_at"`
}

// newKey is the reply to a creation, the only one with the whole key.
type newKey struct {
	ID        int64  `json:"id"`
	Label     string `json:"label"`
	Key       string `json:"key"`
	CreatedAt string `json:"created_at"`
}

func (s *Server) listKeys(_ *http.Request, who caller) (reply, error) {
	keys, err := s.loadKeys(who.user.ID)
	if err != nil {
		return reply{}, err
	}
	return ok(map[string][]maskedKey{"api_keys": keys})
}

func (s *Server) loadKeys(userID string) ([]maskedKey, error) {
	rows, err := s.store.read.Query(
		"SELECT id, label, 'nrp_********' || last4, created_at, last_used_at FROM api_keys WHERE user_id = ? ORDER BY id",
		userID)
	if err != nil {
		return nil, err
	}
	return collect(rows, func(k *maskedKey) []any {
		return []any{&k.ID, &k.Label, &k.Key, &k.CreatedAt, &k.LastUsedAt}
	})
}

// createKey makes a key that can do what the caller can: a key that only reads
// cannot make one that writes.
func (s *Server) createKey(r *http.Request, who caller) (reply, error) {
	in, err := readFields(r, true)
	if err != nil {
		return reply{}, err
	}
	label, given, err := in.text("label", 1, maxKeyLabel)
	if err != nil {
		return reply{}, err
	}
	if !given {
		label = "default"
	}
	key, err := s.mintKey(who.user.ID, label, who.scopes)
	if err != nil {
		return reply{}, err
	}
	return created(key)
}

func (s *Server) deleteKey(r *http.Request, who caller) (reply, error) {
	id, err := pathID(r, "id", "API key")
	if err != nil {
		return reply{}, err
	}
	if err := s.revokeKey(who.user.ID, id); err != nil {
		return reply{}, err
	}
	return success()
}

func (s *Server) revokeKey(userID string, id int64) error {
	return s.store.write(func(tx *sql.Tx) error {
		return mustChange("API key")(tx.Exec("DELETE FROM api_keys WHERE id = ? AND user_id = ?", id, userID))
	})
}

// CreateKey returns a new API key of the seeded user with the given scopes
// ("ideas:read", "ideas:write"); with none it may use the user's endpoints only.
func (s *Server) CreateKey(label string, scopes ...string) (key string, err error) {
	k, err := s.mintKey(aliceID, label, scopes)
	return k.Key, err
}

func (s *Server) mintKey(userID, label string, scopes []string) (newKey, error) {
	random, err := s.randomHex()
	if err != nil {
		return newKey{}, err
	}
	k := newKey{Label: label, Key: "nrp_" + random, CreatedAt: s.timestamp()}
	err = s.store.write(func(tx *sql.Tx) error {
		return tx.QueryRow(`INSERT INTO api_keys (user_id, label, key_hash, last4, scopes, created_at)
			VALUES (?, ?, ?, ?, ?, ?) RETURNING id`,
			userID, label, hash(k.Key), k.Key[len(k.Key)-4:], strings.Join(scopes, " "), k.CreatedAt).Scan(&k.ID)
	})
	return k, err
}
