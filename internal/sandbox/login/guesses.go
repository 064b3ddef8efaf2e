package login

import (
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/nrepo-cli/nrepo/internal/sandbox/reply"
)

// guesses limits how many user codes can be tried by all clients together (RFC 8628, 5.1). A
// code is one of 20^8 and is valid for ten minutes.
type guesses struct {
	mu    sync.Mutex
	since time.Time
	wrong int
}

const (
	maxWrongCodes = 10 // in wrongCodeSpan
	wrongCodeSpan = time.Minute
)

// check returns an error after too many wrong codes.
func (g *guesses) check(now time.Time) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	left := g.since.Add(wrongCodeSpan).Sub(now)
	if left <= 0 {
		g.wrong = 0
	}
	if g.wrong < maxWrongCodes {
		return nil
	}
	return &reply.Problem{
		Status: http.StatusTooManyRequests,
		Text:   "Too many wrong codes. Wait a minute, then type the code that your device shows.",
		Header: http.Header{"Retry-After": {strconv.Itoa(int(left/time.Second) + 1)}},
	}
}

// count counts a wrong code.
func (g *guesses) count(now time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.wrong++; g.wrong == 1 {
		g.since = now
	}
}
