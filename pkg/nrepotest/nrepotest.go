// Package nrepotest runs a private NeuralRepo inside a test: the sandbox of
// docs/sandbox.md, in memory, on a free loopback port. With it the test of a
// plugin needs no account, no network and no set-up.
package nrepotest

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/nrepo-cli/nrepo/internal/conformance"
	"github.com/nrepo-cli/nrepo/internal/sandbox"
)

// Server is a running sandbox with the user alice@example.com, who is on the
// pro plan and has no ideas yet.
type Server struct {
	URL    string // origin, http://127.0.0.1:PORT
	APIURL string // URL + "/api/v1", the value for NEURALREPO_API_URL
	APIKey string // a key of the user with every scope, "nrp_" and 64 hexadecimal characters
	Config string // path of the config file in a temporary directory; neither is there yet

	tb      testing.TB
	sandbox *sandbox.Server
	dir     string
}

// Request is one request that the server answered. It holds no secret.
type Request struct {
	Method string   // such as "GET"
	Path   string   // such as "/api/v1/user/me", without the query
	Status int      // of the answer
	Auth   []string // names of the credential headers sent: "X-API-Key", "Authorization"
}

// Config says how a server differs from that of [NewServer], which has the zero
// value.
type Config struct {
	SessionTTL time.Duration    // how long an access token is good for; 0 is an hour
	RateLimit  int              // requests the user may make in a UTC day; 0 is 10,000
	Handoff    bool             // offers the login of the live service, /auth/cli, and no OAuth
	Docs       bool             // answers in the form of the documentation, where the service's own client reads another
	Now        func() time.Time // the server's clock, which decides when tokens expire; nil is time.Now
	Seed       string           // file of ideas to begin with, JSON lines, or "demo" for ten ideas; "" is none
	Fail       []string         // requests that fail and do no work, each "METHOD PATH STATUS [COUNT]" such as "POST /ideas 500 1", as --fail of nrepo sandbox
	Delay      time.Duration    // how long every request waits before it is answered
}

// NewServer starts a sandbox that ends with the test. It fails the test at
// once when it cannot.
func NewServer(tb testing.TB) *Server {
	tb.Helper()
	return Config{}.NewServer(tb)
}

// NewServer is the function of that name for another configuration.
func (c Config) NewServer(tb testing.TB) *Server {
	tb.Helper()
	var fail []sandbox.Failure
	for _, text := range c.Fail {
		f, err := sandbox.ParseFailure(text)
		if err != nil {
			tb.Fatalf("nrepotest: %q %v", text, err)
		}
		fail = append(fail, f)
	}
	s, err := sandbox.Start(sandbox.Options{
		SessionTTL: c.SessionTTL,
		RateLimit:  c.RateLimit,
		Handoff:    c.Handoff,
		Docs:       c.Docs,
		Now:        c.Now,
		Seed:       c.Seed,
		Fail:       fail,
		Delay:      c.Delay,
	})
	if err != nil {
		tb.Fatalf("nrepotest: %v", err)
	}
	tb.Cleanup(func() {
		if err := s.Close(); err != nil {
			tb.Errorf("nrepotest: %v", err)
		}
	})
	return newServer(tb, s, tb.TempDir())
}

func newServer(tb testing.TB, s *sandbox.Server, dir string) *Server {
	return &Server{
		URL:     s.URL(),
		APIURL:  s.APIURL(),
		APIKey:  s.APIKey(),
		Config:  filepath.Join(dir, "config", "neuralrepo", "config.json"),
		tb:      tb,
		sandbox: s,
		dir:     dir,
	}
}

// Requests returns the requests answered so far, oldest first; of more than
// 1,000 at least the last 1,000.
func (s *Server) Requests() []Request {
	var list []Request
	for _, r := range s.sandbox.Requests() {
		list = append(list, Request(r))
	}
	return list
}

// CreateKey returns another API key of the user, with the scopes "ideas:read"
// and "ideas:write" as given; with none it may use the /user endpoints only.
func (s *Server) CreateKey(label string, scopes ...string) string {
	s.tb.Helper()
	key, err := s.sandbox.CreateKey(label, scopes...)
	if err != nil {
		s.tb.Fatalf("nrepotest: %v", err)
	}
	return key
}

// Approve does what a person in a browser does with the URL of a login at a
// sandbox, that of "nrepo login" or a device's verification_uri_complete: opens
// the page, signs in, presses Approve, and follows the way back to the program
// that waits. It returns when that program has answered. It talks to this
// machine only; the error says which page did not go on.
func (s *Server) Approve(ctx context.Context, url string) error {
	return sandbox.Decide(ctx, url, true)
}

// Deny is [Server.Approve] with the other button.
func (s *Server) Deny(ctx context.Context, url string) error { return sandbox.Decide(ctx, url, false) }

// Environ returns the environment for a command under test: that of the test
// without any NEURALREPO_* and NREPO_* variable, with NEURALREPO_API_URL and
// NEURALREPO_API_KEY set to s, and with XDG_CONFIG_HOME, XDG_STATE_HOME and
// XDG_CACHE_HOME set to directories of this server. It is made for the Env field
// of [os/exec.Cmd].
func (s *Server) Environ() []string { return conformance.Environ(s.sandbox, s.dir, s.APIKey) }

// Getenv returns the value of a variable in [Server.Environ], "" if it is not
// set. It stands in for [os.Getenv] in code that takes its environment as a value.
func (s *Server) Getenv(name string) string {
	for _, entry := range s.Environ() {
		if value, found := strings.CutPrefix(entry, name+"="); found {
			return value
		}
	}
	return ""
}
