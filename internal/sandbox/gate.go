package sandbox

import (
	"net/http"
	"time"

	"github.com/nrepo-cli/nrepo/internal/sandbox/reply"
)

// patience is how long a client may take, so that slow ones cannot pile up.
type patience struct {
	header time.Duration // for a request's header
	whole  time.Duration // for a request with its body
	reply  time.Duration // to take the reply
	idle   time.Duration // to send another request
}

var usualPatience = patience{header: 10 * time.Second, whole: 30 * time.Second, reply: 30 * time.Second, idle: 2 * time.Minute}

// gate is everything between the connection and the routes.
func (s *Server) gate(routes http.Handler) http.Handler {
	if s.opts.wrap != nil {
		routes = s.opts.wrap(routes)
	}
	routes = failing(routes, s.opts.Fail, s.opts.Delay, s.log)
	origin := http.NewCrossOriginProtection() // by Sec-Fetch-Site, else by Origin
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		sw := &statusWriter{ResponseWriter: w, status: http.StatusOK, patience: s.opts.patience.reply}
		switch {
		case !s.opts.AllowRemote && !ownHost(r.Host, s.addr.Port):
			reply.Error(sw, &reply.Problem{Status: http.StatusMisdirectedRequest, Text: "Host must be this sandbox's own address"}, s.log.printf)
		case origin.Check(r) != nil:
			reply.Error(sw, reply.Forbidden("Requests of other sites are not taken"), s.log.printf)
		default:
			routes.ServeHTTP(sw, r)
		}
		s.history.add(Request{Method: r.Method, Path: r.URL.Path, Status: sw.status, Auth: authHeaders(r.Header)})
		s.log.printf("%s %s %d %s", r.Method, r.URL.Path, sw.status, time.Since(began).Round(10*time.Microsecond))
	})
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
