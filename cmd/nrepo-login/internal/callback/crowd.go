package callback

import (
	"context"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"
)

// maxStrangers is the maximum number of open connections that have not sent the
// answer. A browser needs fewer, and a process may have many more descriptors.
const maxStrangers = 64

// crowd tracks the open connections that have not sent the answer. If there are
// too many, it closes the oldest, because a browser sends its request immediately.
type crowd struct {
	mu        sync.Mutex
	strangers []net.Conn // oldest first
}

type connKey struct{}

// watch tracks the connections of server.
func (c *crowd) watch(server *http.Server) {
	server.ConnContext = func(ctx context.Context, conn net.Conn) context.Context {
		return context.WithValue(ctx, connKey{}, conn)
	}
	server.ConnState = func(conn net.Conn, state http.ConnState) {
		switch state {
		case http.StateNew:
			c.add(conn)
		case http.StateClosed:
			c.remove(conn)
		}
	}
}

func (c *crowd) add(conn net.Conn) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.strangers = append(c.strangers, conn)
	if len(c.strangers) > maxStrangers {
		c.strangers[0].Close()
		c.strangers = slices.Delete(c.strangers, 0, 1)
	}
}

// remove reports whether conn was a stranger.
func (c *crowd) remove(conn net.Conn) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	i := slices.Index(c.strangers, conn)
	if i >= 0 {
		c.strangers = slices.Delete(c.strangers, i, i+1)
	}
	return i >= 0
}

// know keeps the connection of a request open while it is answered.
func (c *crowd) know(r *http.Request) {
	if conn, ok := r.Context().Value(connKey{}).(net.Conn); ok {
		c.remove(conn)
	}
}

// dismiss closes the remaining connections after a moment, because a browser may
// send the answer twice.
func (c *crowd) dismiss() {
	c.mu.Lock()
	defer c.mu.Unlock()
	old := slices.Clone(c.strangers)
	time.AfterFunc(moment, func() {
		for _, conn := range old {
			if c.remove(conn) {
				conn.Close()
			}
		}
	})
}

const moment = 200 * time.Millisecond
