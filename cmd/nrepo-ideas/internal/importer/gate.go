package importer

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/nrepo-cli/nrepo/pkg/neuralrepo"
)

// gate stops all jobs while the service asks us to wait.
type gate struct {
	mu    sync.Mutex
	until time.Time
}

// pass waits until requests may be made.
func (g *gate) pass(ctx context.Context) error {
	for {
		g.mu.Lock()
		wait := time.Until(g.until)
		g.mu.Unlock()
		if wait <= 0 {
			return ctx.Err()
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(wait):
		}
	}
}

// shut closes the gate for a while.
func (g *gate) shut(wait time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if until := time.Now().Add(wait); until.After(g.until) {
		g.until = until
	}
}

const (
	longestWait = 10 * time.Second // longer ones are reported
	maxTries    = 4                // for a record that the service does not accept now
)

// pause returns how long to wait before repeating a request that certainly had no effect,
// and false if it should not be repeated.
func pause(err error, try int) (time.Duration, bool) {
	if try >= maxTries {
		return 0, false
	}
	wait := time.Second << (try - 1)
	reply, ok := errors.AsType[*neuralrepo.Error](err)
	switch {
	case !ok:
		return wait, true // there was no connection
	case reply.Status != 429 || reply.RetryAfter > longestWait:
		return 0, false
	}
	return max(wait, reply.RetryAfter), true
}
