package api

import (
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/nrepo-cli/nrepo/internal/sandbox/reply"
	"github.com/nrepo-cli/nrepo/internal/sandbox/store"
)

// Requests per day, from https://docs.neuralrepo.com/api/rate-limits.
const (
	freeDailyRequests = 100
	proDailyRequests  = 10000
)

// countRequest counts a request of the user, with any credential, and returns an error if
// the daily limit is reached.
func (a *API) countRequest(u store.User) error {
	limit := a.RateLimit
	if limit == 0 {
		limit = freeDailyRequests
		if u.Plan == "pro" {
			limit = proDailyRequests
		}
	}
	now := a.Now().UTC()
	if a.usage.take(u.ID, now, limit) {
		return nil
	}
	midnight := time.Date(now.Year(), now.Month(), now.Day()+1, 0, 0, 0, 0, time.UTC)
	seconds := int((midnight.Sub(now) + time.Second - 1) / time.Second)
	return &reply.Problem{
		Status: http.StatusTooManyRequests,
		Text:   "Rate limit exceeded",
		Header: http.Header{"Retry-After": {strconv.Itoa(seconds)}},
	}
}

// dayCounter counts requests by user for one UTC day. It is only in memory, so that reads do
// not write to the database.
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
