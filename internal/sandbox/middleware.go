package sandbox

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/nrepo-cli/nrepo/internal/termtext"
)

// The scopes of https://docs.neuralrepo.com/api/authentication. The endpoints
// of the user and the keys are in neither.
const (
	anyScope   = ""
	readScope  = "ideas:read"
	writeScope = "ideas:write"
)

// A handler answers a request of a caller who was let in. Its error is a
// [problem], or our own fault.
type handler func(*http.Request, caller) (reply, error)

// reply is a status and what is sent as its JSON body.
type reply struct {
	status int
	body   any
}

func ok(body any) (reply, error)      { return reply{http.StatusOK, body}, nil }
func created(body any) (reply, error) { return reply{http.StatusCreated, body}, nil }

// noContent is a 204 without a body.
func noContent() (reply, error) { return reply{status: http.StatusNoContent}, nil }

// success is the body of the newer pages for a deletion.
func success() (reply, error) { return ok(map[string]bool{"success": true}) }

// public adds a route that asks for no credential and does not count.
func (s *Server) public(pattern string, h handler) {
	method, path, _ := strings.Cut(pattern, " ")
	s.mux.HandleFunc(method+" "+apiPrefix+path, func(w http.ResponseWriter, r *http.Request) {
		s.answer(w, r, caller{}, h)
	})
}

// api adds a route for callers with a credential, the scope, and requests left
// for today.
func (s *Server) api(pattern, scope string, h handler) {
	s.public(pattern, func(r *http.Request, _ caller) (reply, error) {
		who, err := s.authenticate(r)
		if err != nil {
			return reply{}, err
		}
		if err := s.countRequest(who); err != nil {
			return reply{}, err
		}
		if scope != anyScope && !slices.Contains(who.scopes, scope) {
			return reply{}, missingScope(scope)
		}
		return h(r, who)
	})
}

func (s *Server) answer(w http.ResponseWriter, r *http.Request, who caller, h handler) {
	r.Body = http.MaxBytesReader(w, r.Body, maxRequestBody)
	out, err := h(r, who)
	if err != nil {
		s.writeError(w, err)
		return
	}
	writeJSON(w, out.status, out.body)
}

func writeJSON(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	if status == http.StatusNoContent {
		w.Header().Del("Content-Type")
		w.WriteHeader(status)
		return
	}
	w.WriteHeader(status)
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.Encode(body) // a failure is the client's connection
}

// handler is everything between the connection and the routes.
func (s *Server) handler() http.Handler {
	var routes http.Handler = http.HandlerFunc(s.route)
	if s.opts.Middleware != nil {
		routes = s.opts.Middleware(routes)
	}
	origin := http.NewCrossOriginProtection() // by Sec-Fetch-Site, else by Origin
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		sw := &statusWriter{ResponseWriter: w, status: http.StatusOK, patience: s.opts.patience.reply}
		switch {
		case !s.ownHost(r.Host):
			s.writeError(sw, misdirected())
		case origin.Check(r) != nil:
			s.writeError(sw, crossOrigin())
		default:
			routes.ServeHTTP(sw, r)
		}
		s.history.add(Request{Method: r.Method, Path: r.URL.Path, Status: sw.status, Auth: authHeaders(r.Header)})
		s.logf("%s %s %d %s", r.Method, r.URL.Path, sw.status, time.Since(began).Round(10*time.Microsecond))
	})
}

// route is the mux with its own plain-text 404 and 405 turned into the API's
// JSON errors.
func (s *Server) route(w http.ResponseWriter, r *http.Request) {
	h, pattern := s.mux.Handler(r)
	if pattern != "" {
		s.mux.ServeHTTP(w, r)
		return
	}
	own := &discardWriter{header: http.Header{}}
	h.ServeHTTP(own, r)
	if own.status == http.StatusMethodNotAllowed {
		s.writeError(w, methodNotAllowed(own.header.Get("Allow")))
		return
	}
	s.writeError(w, notFound("Route"))
}

// statusWriter remembers the status that was sent, and begins the time that a
// client has to take a reply with the reply: http.Server begins it with the
// request, and would hang up on who waits for a slow disk.
type statusWriter struct {
	http.ResponseWriter
	status   int
	patience time.Duration
}

func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	http.NewResponseController(w.ResponseWriter).SetWriteDeadline(time.Now().Add(w.patience))
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap gives http.ResponseController and MaxBytesReader the real writer.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// discardWriter keeps status and header of an answer that is not sent.
type discardWriter struct {
	header http.Header
	status int
}

func (w *discardWriter) Header() http.Header         { return w.header }
func (w *discardWriter) WriteHeader(status int)      { w.status = status }
func (w *discardWriter) Write(p []byte) (int, error) { return len(p), nil }

// Request is one request that the sandbox answered. It holds no secret: no
// header value, no query, no body.
type Request struct {
	Method string
	Path   string
	Status int
	Auth   []string // names of the credential headers sent: "X-API-Key", "Authorization"
}

// Requests returns the requests answered so far, oldest first; of more than
// 1,000 at least the last 1,000.
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

// history is the latest requests, bounded so that a server that runs for weeks
// does not grow.
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

// logf writes one line to the log, safe to show on a terminal.
func (s *Server) logf(format string, args ...any) {
	if s.opts.Log == nil {
		return
	}
	io.WriteString(s.logWriter(), fmt.Sprintf(format, args...))
}

func (s *Server) logWriter() io.Writer { return lineWriter{s} }

// lineWriter writes what it is given as one harmless line of the log.
type lineWriter struct{ s *Server }

// secretForm is what every key, token and code has in it. None should get to
// the log, but a client may put one in a path.
var secretForm = regexp.MustCompile(`[0-9a-fA-F]{64}`)

func (w lineWriter) Write(p []byte) (int, error) {
	if w.s.opts.Log == nil {
		return len(p), nil
	}
	w.s.logMu.Lock()
	defer w.s.logMu.Unlock()
	line := termtext.Line(strings.TrimRight(string(p), "\n"))
	_, err := io.WriteString(w.s.opts.Log, secretForm.ReplaceAllString(line, "…")+"\n")
	return len(p), err
}
