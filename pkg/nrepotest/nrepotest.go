// Package nrepotest runs a private NeuralRepo in a test: the sandbox of
// docs/sandbox.md, in memory, on a free loopback port. Tests of a plugin then need
// no account, no network and no set-up.
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

// Server is a running sandbox with the user alice@example.com, who has the pro
// plan and no ideas.
type Server struct {
	URL    string // origin, http://127.0.0.1:PORT
	APIURL string // URL + "/api/v1", the value for NEURALREPO_API_URL
	APIKey string // an API key with all scopes, "nrp_" and 64 hexadecimal digits
	Config string // path of the config file, in a temporary directory that does not exist yet

	tb      testing.TB
	sandbox *sandbox.Server
	dir     string
}

// Request is a request that the server answered. It contains no secret.
type Request struct {
	Method string   // such as "GET"
	Path   string   // such as "/api/v1/user/me", without the query
	Status int      // status of the response
	Auth   []string // names of the credential headers sent: "X-API-Key", "Authorization"
}

// Config is the configuration of a server. [NewServer] uses the zero value.
type Config struct {
	SessionTTL time.Duration    // how long an access token is valid; 0 is one hour
	RateLimit  int              // requests that the user may make per UTC day; 0 is 10,000
	Handoff    bool             // offer the login of the live service, /auth/cli, instead of OAuth
	Docs       bool             // send responses in the form of the documentation where the service's own client expects another
	Now        func() time.Time // the clock of the server, for the expiry of tokens; nil is time.Now
	Seed       string           // file with ideas to start with, as JSON lines, or "demo" for ten ideas; "" is none
	Fail       []string         // requests that fail, each "METHOD PATH STATUS [COUNT]" such as "POST /ideas 500 1", as for nrepo sandbox --fail
	Delay      time.Duration    // how long to wait before each response
}

// NewServer starts a sandbox that is closed when the test ends. If it cannot start
// one, it calls tb.Fatal.
func NewServer(tb testing.TB) *Server {
	tb.Helper()
	return Config{}.NewServer(tb)
}

// NewServer is like the function [NewServer], with this configuration.
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

// Requests returns the requests answered so far, oldest first. If there are more
// than 1,000, it returns at least the last 1,000.
func (s *Server) Requests() []Request {
	var list []Request
	for _, r := range s.sandbox.Requests() {
		list = append(list, Request(r))
	}
	return list
}

// CreateKey creates another API key of the user, with the given scopes:
// "ideas:read" and "ideas:write". Without scopes, the key can only use the
// endpoints below /user.
func (s *Server) CreateKey(label string, scopes ...string) string {
	s.tb.Helper()
	key, err := s.sandbox.CreateKey(label, scopes...)
	if err != nil {
		s.tb.Fatalf("nrepotest: %v", err)
	}
	return key
}

// Approve approves a login at a sandbox, as a person in a browser would: it opens
// the URL of "nrepo login", or the verification_uri_complete of a device login,
// signs in, presses Approve, and follows redirects to the program that is waiting.
// It returns when that program has answered. It only contacts this machine. The
// error says which page failed.
func (s *Server) Approve(ctx context.Context, url string) error {
	return sandbox.Decide(ctx, url, true)
}

// Deny is like [Server.Approve], but presses Deny.
func (s *Server) Deny(ctx context.Context, url string) error { return sandbox.Decide(ctx, url, false) }

// Environ returns the environment for a command under test, for the Env field of
// [os/exec.Cmd]. It is the environment of the test without NEURALREPO_* and
// NREPO_* variables, with NEURALREPO_API_URL and NEURALREPO_API_KEY for this
// server, and with XDG_CONFIG_HOME, XDG_STATE_HOME and XDG_CACHE_HOME set to
// temporary directories.
func (s *Server) Environ() []string { return conformance.Environ(s.sandbox, s.dir, s.APIKey) }

// Getenv returns the value of a variable in [Server.Environ], or "" if it is not
// set. Use it in place of os.Getenv.
func (s *Server) Getenv(name string) string {
	for _, entry := range s.Environ() {
		if value, found := strings.CutPrefix(entry, name+"="); found {
			return value
		}
	}
	return ""
}
