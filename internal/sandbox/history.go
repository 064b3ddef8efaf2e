package sandbox

import (
	"net/http"
	"slices"
	"sync"
)

// Request is one request that the sandbox answered. It contains no secret, because it
// has no header values, no query and no body.
type Request struct {
	Method string
	Path   string
	Status int
	Auth   []string // names of the credential headers sent: "X-API-Key", "Authorization"
}

// Requests returns the requests answered so far, oldest first. If there are more than 1,000,
// it returns at least the last 1,000.
func (s *Server) Requests() []Request { return s.history.all() }

func authHeaders(h http.Header) []string {
	var sent []string
	for _, name := range []string{"X-API-Key", "Authorization"} {
		if len(h.Values(name)) > 0 {
			sent = append(sent, name)
		}
	}
	return sent
}

// history has the latest requests. It is limited so that a server that runs for weeks does
// not grow.
type history struct {
	mu       sync.Mutex
	requests []Request
}

func (h *history) add(r Request) {
	const keep = 1000
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.requests) == 2*keep {
		h.requests = append(h.requests[:0], h.requests[keep:]...)
	}
	h.requests = append(h.requests, r)
}

func (h *history) all() []Request {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.requests)
}
