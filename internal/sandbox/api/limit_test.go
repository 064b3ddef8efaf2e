package api

import (
	"testing"
	"time"

	"github.com/nrepo-cli/nrepo/internal/sandbox/store"
)

func TestRateLimitOfPlans(t *testing.T) {
	t.Parallel()
	a := &API{Now: time.Now}
	for plan, limit := range map[string]int{"free": 100, "pro": 10000} {
		u := store.User{ID: plan, Plan: plan}
		taken := 0
		for a.countRequest(u) == nil {
			taken++
		}
		if taken != limit {
			t.Errorf("%s: %d requests", plan, taken)
		}
	}
}
