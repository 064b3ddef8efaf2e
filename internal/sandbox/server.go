// Package sandbox is a local NeuralRepo for demos, tests and plugin development.
// It consists of these packages: store keeps the data in SQLite, api answers the REST API,
// login lets programs log in, and pages are the web pages. None of them imports this package.
package sandbox

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/nrepo-cli/nrepo/internal/sandbox/api"
	"github.com/nrepo-cli/nrepo/internal/sandbox/login"
	"github.com/nrepo-cli/nrepo/internal/sandbox/pages"
	"github.com/nrepo-cli/nrepo/internal/sandbox/store"
)

// Options configure a sandbox. With the zero value, it is in memory and listens on a
// free loopback port.
type Options struct {
	DB          string           // database file, created if missing; "" keeps everything in memory
	Addr        string           // host:port to listen on; "" is 127.0.0.1:0; port 0 takes any free one
	AllowRemote bool             // allows an Addr that is not loopback, and any Host header
	RateLimit   int              // requests a user may make in a UTC day; 0 is the documented limit of the user's plan
	SessionTTL  time.Duration    // lifetime of an access token; 0 for an hour
	Docs        bool             // uses the documented form if the service's own client reads another
	Handoff     bool             // offers the login of the live service, /auth/cli, instead of OAuth
	Now         func() time.Time // the clock; nil is time.Now
	Rand        io.Reader        // source of keys and tokens; nil is crypto/rand
	Log         io.Writer        // one line for each request, without secrets; nil for none
	Seed        string           // file of initial ideas, or "demo"; "" for none. Ignored if the database has ideas
	Fail        []Failure        // requests that fail; the first that matches and is due applies
	Delay       time.Duration    // how long every request waits before it is answered

	timeouts timeouts                        // for tests; the zero value means defaultTimeouts
	wrap     func(http.Handler) http.Handler // for tests: wraps all routes; nil for none
}

// Server is a running sandbox.
type Server struct {
	opts    Options
	store   *store.Store
	api     *api.API
	http    *http.Server
	addr    *net.TCPAddr
	apiKey  string
	history history
	log     *lineLog
	served  chan struct{}
	close   func() error
}

// Start opens the database, adds the seeded user and a new key, and serves
// until [Server.Close]. The error is [ErrRemote], a *[ListenError], a *[SeedError], or an
// error of the database or of a line of the seed, which names the file.
func Start(opts Options) (*Server, error) {
	if opts.Addr == "" {
		opts.Addr = "127.0.0.1:0"
	}
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if opts.SessionTTL == 0 {
		opts.SessionTTL = time.Hour
	}
	if opts.Rand == nil {
		opts.Rand = rand.Reader
	}
	if opts.timeouts == (timeouts{}) {
		opts.timeouts = defaultTimeouts
	}
	s := &Server{opts: opts, log: &lineLog{w: opts.Log}, served: make(chan struct{})}
	s.close = sync.OnceValue(s.shutdown)

	// Listen first, so that a port in use leaves no key in the database.
	listener, err := listen(opts.Addr, opts.AllowRemote)
	if err != nil {
		return nil, err
	}
	s.addr = listener.Addr().(*net.TCPAddr)
	if s.store, err = store.Open(opts.DB, opts.Now, opts.Rand); err != nil {
		listener.Close()
		return nil, err
	}
	if s.apiKey, err = seed(s.store, opts.Seed); err != nil {
		listener.Close()
		s.store.Close()
		return nil, err
	}
	s.http = &http.Server{
		Handler:           s.gate(s.routes()),
		ReadHeaderTimeout: opts.timeouts.header,
		ReadTimeout:       opts.timeouts.request + opts.Delay,
		WriteTimeout:      opts.timeouts.response + opts.Delay,
		IdleTimeout:       opts.timeouts.idle,
		MaxHeaderBytes:    32 << 10,
		ErrorLog:          log.New(s.log, "", 0),
	}
	go func() {
		defer close(s.served)
		s.http.Serve(listener) // always ends with ErrServerClosed or a listener error
	}()
	return s, nil
}

// routes returns the routes of all packages.
func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	s.api = &api.API{Store: s.store, Now: s.opts.Now, RateLimit: s.opts.RateLimit, Docs: s.opts.Docs, Logf: s.log.printf}
	s.api.Routes(mux)
	shown := &pages.Pages{
		Store:    s.store,
		UserID:   aliceID,
		Port:     s.addr.Port,
		APIURL:   s.APIURL(),
		NeedsKey: s.opts.AllowRemote,
		Logf:     s.log.printf,
	}
	shown.Routes(mux)
	logins := &login.Logins{
		Store:      s.store,
		Pages:      shown,
		URL:        s.URL(),
		Issuer:     s.APIURL(),
		SessionTTL: s.opts.SessionTTL,
		Now:        s.opts.Now,
		Logf:       s.log.printf,
	}
	if s.opts.Handoff {
		logins.HandoffRoutes(mux)
	} else {
		logins.OAuthRoutes(mux)
	}
	return routesOf(mux, shown.NotFound, s.log)
}

// URL returns the sandbox's origin, such as http://127.0.0.1:8787. If the sandbox
// listens on all addresses, the URL has the loopback address.
func (s *Server) URL() string {
	ip := s.addr.IP
	if ip.IsUnspecified() {
		ip = net.IPv4(127, 0, 0, 1)
	}
	return "http://" + (&net.TCPAddr{IP: ip, Port: s.addr.Port, Zone: s.addr.Zone}).String()
}

// APIURL returns the URL of the API, without a final slash.
func (s *Server) APIURL() string { return s.URL() + api.Prefix }

// APIKey returns the key of the seeded user that Start created, with all scopes.
func (s *Server) APIKey() string { return s.apiKey }

// CreateKey returns a new API key of the seeded user with the given scopes,
// "ideas:read" and "ideas:write". Without scopes, the key can only use the endpoints
// below /user.
func (s *Server) CreateKey(label string, scopes ...string) (key string, err error) {
	k, err := s.store.CreateKey(aliceID, label, scopes)
	return k.Key, err
}

// CreateSession returns a session token of the seeded user that is valid for the
// given time. It has all scopes and no refresh token.
func (s *Server) CreateSession(valid time.Duration) (token string, err error) {
	return s.store.CreateSession(aliceID, store.AllScopes, valid)
}

// Close stops listening, waits up to a second for running requests, and closes
// the database. All changes that were answered are on disk. It may be called more
// than once.
func (s *Server) Close() error { return s.close() }

func (s *Server) shutdown() error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	err := s.http.Shutdown(ctx)
	if err != nil {
		err = s.http.Close()
	}
	<-s.served
	return errors.Join(err, s.store.Close())
}
