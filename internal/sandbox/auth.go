package sandbox

import (
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"time"
)

// caller is who a credential belongs to and what it may do.
type caller struct {
	user   user
	scopes []string
}

var keyForm = regexp.MustCompile(`^nrp_[0-9a-fA-F]{64}$`)

// authenticate finds the caller by the API key in X-API-Key or, without that
// header, by the session token in Authorization: Bearer. The two are not
// exchangeable. A credential is looked up by its SHA-256 hash, so comparing it
// tells nothing by its timing.
func (s *Server) authenticate(r *http.Request) (caller, error) {
	key, bearer := r.Header.Get("X-API-Key"), r.Header.Get("Authorization")
	switch {
	case key != "":
		if !keyForm.MatchString(key) {
			return caller{}, unauthorized()
		}
		return s.callerByKey(key)
	case len(bearer) > 7 && strings.EqualFold(bearer[:7], "Bearer "):
		return s.callerBySession(bearer[7:])
	}
	return caller{}, unauthorized()
}

func (s *Server) callerByKey(key string) (caller, error) {
	var id int64
	var userID, scopes string
	var lastUsed sql.NullString
	err := s.store.read.QueryRow(
		"SELECT id, user_id, scopes, last_used_at FROM api_keys WHERE key_hash = ?", hash(key)).
		Scan(&id, &userID, &scopes, &lastUsed)
	if errors.Is(err, sql.ErrNoRows) {
		return caller{}, unauthorized()
	}
	if err != nil {
		return caller{}, err
	}
	// To the minute is enough, and spares a write on every read.
	if lastUsed.String < isoTime(s.opts.Now().Add(-time.Minute)) {
		err := s.store.write(func(tx *sql.Tx) error {
			_, err := tx.Exec("UPDATE api_keys SET last_used_at = ? WHERE id = ?", s.timestamp(), id)
			return err
		})
		if err != nil { // a full disk must not keep anybody from reading
			s.logf("internal error: %v", err)
		}
	}
	u, err := loadUser(s.store.read, userID)
	return caller{u, strings.Fields(scopes)}, err
}

func (s *Server) callerBySession(token string) (caller, error) {
	var userID, scopes string
	err := s.store.read.QueryRow(
		"SELECT user_id, scopes FROM sessions WHERE token_hash = ? AND expires_at > ?", hash(token), s.timestamp()).
		Scan(&userID, &scopes)
	if errors.Is(err, sql.ErrNoRows) {
		return caller{}, unauthorized()
	}
	if err != nil {
		return caller{}, err
	}
	u, err := loadUser(s.store.read, userID)
	return caller{u, strings.Fields(scopes)}, err
}

// hash is what is stored of a key or token. These are 32 random bytes, so a
// plain SHA-256 cannot be searched.
func hash(secret string) []byte {
	sum := sha256.Sum256([]byte(secret))
	return sum[:]
}

// randomHex returns 32 random bytes as 64 hexadecimal characters.
func (s *Server) randomHex() (string, error) {
	var b [32]byte
	if _, err := io.ReadFull(s.opts.Rand, b[:]); err != nil {
		return "", err
	}
	return hex.EncodeToString(b[:]), nil
}

// The requests a day of https://docs.neuralrepo.com/api/rate-limits.
const (
	freeDailyRequests = 100
	proDailyRequests  = 10000
)

// countRequest counts a request of the caller's user, whatever the credential,
// and refuses it when today's are used up.
func (s *Server) countRequest(who caller) error {
	limit := s.opts.RateLimit
	if limit == 0 {
		limit = freeDailyRequests
		if who.user.Plan == "pro" {
			limit = proDailyRequests
		}
	}
	now := s.opts.Now().UTC()
	if s.usage.take(who.user.ID, now, limit) {
		return nil
	}
	midnight := time.Date(now.Year(), now.Month(), now.Day()+1, 0, 0, 0, 0, time.UTC)
	return rateLimited(int((midnight.Sub(now) + time.Second - 1) / time.Second))
}

// dayCounter counts requests by user for one UTC day. It lives in memory: a
// write for every read would cost more than the limit is worth here.
type dayCounter struct {
	mu   sync.Mutex
	day  string
	used map[string]int
}

func (c *dayCounter) take(userID string, now time.Time, limit int) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if day := now.Format(time.DateOnly); day != c.day {
		c.day, c.used = day, map[string]int{}
	}
	if c.used[userID] >= limit {
		return false
	}
	c.used[userID]++
	return true
}
