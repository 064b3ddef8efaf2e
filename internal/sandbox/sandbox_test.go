package sandbox

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nrepo-cli/nrepo/internal/sandbox/store"
)

// start runs a sandbox that ends with the test.
func start(tb testing.TB, opts Options) *Server {
	tb.Helper()
	s, err := Start(opts)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := s.Close(); err != nil {
			tb.Errorf("Close: %v", err)
		}
	})
	return s
}

// answer is a response; body is nil if there is none.
type answer struct {
	status int
	header http.Header
	body   any
}

// field returns a member of the body by name.
func (a answer) field(name string) any {
	object, _ := a.body.(map[string]any)
	return object[name]
}

// client is a caller with an API key.
type client struct {
	tb  testing.TB
	s   *Server
	key string
}

func alice(tb testing.TB, s *Server) client { return client{tb, s, s.APIKey()} }

// bob is a second user, on the free plan.
func bob(tb testing.TB, s *Server) client {
	tb.Helper()
	err := s.store.AddUser(store.User{ID: "user_bob", Email: "bob@example.com", DisplayName: "Bob", Plan: "free", SettingsJSON: "{}"})
	if err != nil {
		tb.Fatal(err)
	}
	k, err := s.store.CreateKey("user_bob", "b", []string{store.ReadScope, store.WriteScope})
	if err != nil {
		tb.Fatal(err)
	}
	return client{tb, s, k.Key}
}

// do sends body, JSON text, to a path below the API's URL.
func (c client) do(method, path, body string) answer {
	c.tb.Helper()
	h := http.Header{"X-Api-Key": {c.key}}
	if body != "" {
		h.Set("Content-Type", "application/json")
	}
	return send(c.tb, method, c.s.APIURL()+path, h, body)
}

// want is do, and fails the test if the status is not the one given.
func (c client) want(status int, method, path, body string) answer {
	c.tb.Helper()
	a := c.do(method, path, body)
	if a.status != status {
		c.tb.Fatalf("%s %s %.200s: status %d %v, want %d", method, path, body, a.status, a.body, status)
	}
	return a
}

func send(tb testing.TB, method, url string, h http.Header, body string) answer {
	tb.Helper()
	req, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		tb.Fatal(err)
	}
	req.Header = h
	if host := h.Get("Host"); host != "" {
		req.Host = host
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		tb.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		tb.Fatal(err)
	}
	a := answer{status: resp.StatusCode, header: resp.Header}
	if len(raw) > 0 {
		if err := json.Unmarshal(raw, &a.body); err != nil {
			tb.Fatalf("%s %s: body is not JSON: %q", method, url, raw)
		}
	}
	return a
}

// clock is a clock that a test sets.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock(text string) *clock {
	now, err := time.Parse(time.RFC3339, text)
	if err != nil {
		panic(err)
	}
	return &clock{now: now}
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// quote returns a JSON string.
func quote(s string) string {
	b, _ := json.Marshal(s)
	return string(b)
}
