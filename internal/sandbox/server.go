// Package sandbox is a local NeuralRepo: the documented REST API over SQLite,
// with its limits, error bodies, scopes and daily rate limit. It exists for
// demos, tests and plugin development.
//
// It is written from the service's documentation alone and shares no types
// with pkg/neuralrepo, so that a client tested against it is tested against a
// second reading of the same pages. docs/sandbox.md says which form it answers
// where they contradict each other.
package sandbox

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"
)

// ErrRemote says that the address to listen on can be reached from other
// machines and [Options.AllowRemote] is not set.
var ErrRemote = errors.New("address is not a loopback address")

// ListenError says that the address cannot be listened on: it is taken, not
// this machine's, or no address at all.
type ListenError struct {
	Addr string
	Err  error // the cause, such as "address already in use"
}

func (e *ListenError) Error() string { return "cannot listen on " + e.Addr + ": " + e.Err.Error() }

func (e *ListenError) Unwrap() error { return e.Err }

// apiPrefix is the path of the API's only version
// (https://docs.neuralrepo.com/api/overview).
const apiPrefix = "/api/v1"

// Options say how a sandbox runs. The zero value is a private one: in memory,
// on a free loopback port.
type Options struct {
	DB           string                          // database file, made if missing; "" keeps everything in memory
	Addr         string                          // host:port to listen on; "" is 127.0.0.1:0, port 0 any free one
	AllowRemote  bool                            // lets Addr be other than loopback, and accepts any Host header
	RateLimit    int                             // requests a user may make in a UTC day; 0 is the documented limit of the user's plan
	SessionTTL   time.Duration                   // how long an access token is good for; 0 is an hour
	Handoff      bool                            // offers the login by /auth/cli and no OAuth
	NaiveHandoff bool                            // joins the key to the callback with "?" even where that has a query
	Now          func() time.Time                // the clock; nil is time.Now
	Rand         io.Reader                       // source of keys and tokens; nil is crypto/rand
	Log          io.Writer                       // one line a request, without secrets; nil is none
	Middleware   func(http.Handler) http.Handler // wraps all routes, so that a test can make them fail; nil is none

	patience patience // of a test; the zero value is usualPatience
}

// patience is how long a client may take, so that slow ones cannot pile up.
type patience struct {
	header time.Duration // for a request's header
	whole  time.Duration // for a request with its body
	reply  time.Duration // to take the reply
	idle   time.Duration // to send another request
}

var usualPatience = patience{header: 10 * time.Second, whole: 30 * time.Second, reply: 30 * time.Second, idle: 2 * time.Minute}

// Server is a running sandbox.
type Server struct {
	opts    Options
	store   *store
	mux     *http.ServeMux
	http    *http.Server
	addr    *net.TCPAddr
	apiKey  string
	usage   dayCounter
	history history
	logMu   sync.Mutex
	served  chan struct{}
	close   func() error
}

// Start opens the database, adds the seeded user and a fresh key, and serves
// until [Server.Close]. Its errors are [ErrRemote], *[ListenError], and those of
// the database, which name the file.
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
	if opts.patience == (patience{}) {
		opts.patience = usualPatience
	}
	s := &Server{opts: opts, mux: http.NewServeMux(), served: make(chan struct{})}
	s.close = sync.OnceValue(s.shutdown)

	// Listen first: a taken port must not leave a key in the database.
	listener, err := listen(opts.Addr, opts.AllowRemote)
	if err != nil {
		return nil, err
	}
	s.addr = listener.Addr().(*net.TCPAddr)
	if s.store, err = openStore(opts.DB); err != nil {
		listener.Close()
		return nil, err
	}
	if err := s.seed(); err != nil {
		listener.Close()
		s.store.close()
		return nil, err
	}
	s.routes()
	s.http = &http.Server{
		Handler:           s.handler(),
		ReadHeaderTimeout: opts.patience.header,
		ReadTimeout:       opts.patience.whole,
		WriteTimeout:      opts.patience.reply,
		IdleTimeout:       opts.patience.idle,
		MaxHeaderBytes:    32 << 10,
		ErrorLog:          log.New(s.logWriter(), "", 0),
	}
	go func() {
		defer close(s.served)
		s.http.Serve(listener) // always ends with ErrServerClosed or a listener error
	}()
	return s, nil
}

// listen refuses an address that other machines can reach before it is open.
func listen(addr string, allowRemote bool) (net.Listener, error) {
	tcp, err := net.ResolveTCPAddr("tcp", addr)
	if err != nil {
		return nil, &ListenError{addr, err}
	}
	if !allowRemote && !tcp.IP.IsLoopback() {
		return nil, fmt.Errorf("%w: %s", ErrRemote, addr)
	}
	listener, err := net.ListenTCP("tcp", tcp)
	if err != nil {
		var call *os.SyscallError
		if errors.As(err, &call) {
			err = call.Err
		}
		return nil, &ListenError{addr, err}
	}
	return listener, nil
}

// routes is the table of everything the sandbox answers. Each resource has a
// file of its own.
func (s *Server) routes() {
	s.public("GET /health", s.health)

	s.api("GET /user/me", anyScope, s.getUser)
	s.api("PATCH /user/me", anyScope, s.updateUser)

	s.api("GET /user/api-keys", anyScope, s.listKeys)
	s.api("POST /user/api-keys", anyScope, s.createKey)
	s.api("DELETE /user/api-keys/{id}", anyScope, s.deleteKey)

	s.api("GET /ideas", readScope, s.listIdeas)
	s.api("POST /ideas", writeScope, s.createIdea)
	s.api("GET /ideas/search", readScope, s.searchIdeas)
	s.api("GET /ideas/{id}", readScope, s.getIdea)
	s.api("PATCH /ideas/{id}", writeScope, s.updateIdea)
	s.api("DELETE /ideas/{id}", writeScope, s.archiveIdea)

	s.api("GET /ideas/{id}/links", readScope, s.listLinks)
	s.api("POST /ideas/{id}/links", writeScope, s.createLink)
	s.api("DELETE /ideas/{id}/links/{link}", writeScope, s.deleteLink)

	s.api("GET /ideas/{id}/relations", readScope, s.listRelations)

	s.api("GET /tags", readScope, s.listTags)

	s.dashboardRoutes()
	if s.opts.Handoff {
		s.handoffRoutes()
	} else {
		s.oauthRoutes()
	}
}

func (s *Server) health(*http.Request, caller) (reply, error) {
	return ok(map[string]string{"status": "ok", "timestamp": s.timestamp()})
}

// URL returns the sandbox's origin, such as http://127.0.0.1:8787. One that
// listens on all addresses is named by its loopback address.
func (s *Server) URL() string {
	ip := s.addr.IP
	if ip.IsUnspecified() {
		ip = net.IPv4(127, 0, 0, 1)
	}
	return "http://" + (&net.TCPAddr{IP: ip, Port: s.addr.Port, Zone: s.addr.Zone}).String()
}

// APIURL returns the URL of the API, without a final slash.
func (s *Server) APIURL() string { return s.URL() + apiPrefix }

// APIKey returns a key of the seeded user, with every scope, made at this start.
func (s *Server) APIKey() string { return s.apiKey }

// Close stops listening, waits up to a second for requests at work, and closes
// the database. What was acknowledged is on disk. It may be called more than
// once.
func (s *Server) Close() error { return s.close() }

func (s *Server) shutdown() error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	err := s.http.Shutdown(ctx)
	if err != nil {
		err = s.http.Close()
	}
	<-s.served
	return errors.Join(err, s.store.close())
}

// timestamp is the present time as the API writes it: ISO 8601, UTC, seconds.
func (s *Server) timestamp() string { return isoTime(s.opts.Now()) }

func isoTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05Z") }

// ownHost reports whether a Host header names this sandbox: a loopback name or
// address and its port. Anything else is a page of another site whose name was
// pointed here (DNS rebinding).
func (s *Server) ownHost(host string) bool {
	if s.opts.AllowRemote {
		return true
	}
	name, port, err := net.SplitHostPort(host)
	if err != nil {
		name, port = strings.Trim(host, "[]"), "80"
	}
	ip := net.ParseIP(name)
	// Not EqualFold, for which a long s is an s.
	return port == fmt.Sprint(s.addr.Port) && (strings.ToLower(name) == "localhost" || ip != nil && ip.IsLoopback())
}
