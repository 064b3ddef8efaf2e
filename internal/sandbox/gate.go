package sandbox

import (
	"net/http"
	"time"

	"github.com/nrepo-cli/nrepo/internal/sandbox/reply"
)

// timeouts limit how long a client may take, so that slow clients do not accumulate.
type timeouts struct {
	header   time.Duration // for a request's header
	request  time.Duration // for a request with its body
	response time.Duration // to read the response
	idle     time.Duration // until the next request
}

var defaultTimeouts = timeouts{header: 10 * time.Second, request: 30 * time.Second, response: 30 * time.Second, idle: 2 * time.Minute}

// gate is everything between the connection and the routes.
func (s *Server) gate(routes http.Handler) http.Handler {
	if s.opts.wrap != nil {
		routes = s.opts.wrap(routes)
	}
	routes = failing(routes, s.opts.Fail, s.opts.Delay, s.log)
	origin := http.NewCrossOriginProtection() // checks Sec-Fetch-Site, else Origin
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		sw := &statusWriter{ResponseWriter: w, status: http.StatusOK, timeout: s.opts.timeouts.response}
		switch {
		case !s.opts.AllowRemote && !ownHost(r.Host, s.addr.Port):
			reply.Error(sw, &reply.Problem{Status: http.StatusMisdirectedRequest, Text: "Host must be this sandbox's own address"}, s.log.printf)
		case origin.Check(r) != nil:
			reply.Error(sw, reply.Forbidden("Requests from other sites are not allowed"), s.log.printf)
		default:
			routes.ServeHTTP(sw, r)
		}
		s.history.add(Request{Method: r.Method, Path: r.URL.Path, Status: sw.status, Auth: authHeaders(r.Header)})
		s.log.printf("%s %s %d %s", r.Method, r.URL.Path, sw.status, time.Since(began).Round(10*time.Microsecond))
	})
}

// statusWriter records the status that was sent. It also starts the timeout for reading a
// response when the response begins. http.Server starts it with the request, and would close
// the connection if the disk is slow.
type statusWriter struct {
	http.ResponseWriter
	status  int
	timeout time.Duration
}

func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	http.NewResponseController(w.ResponseWriter).SetWriteDeadline(time.Now().Add(w.timeout))
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap returns the real writer, for http.ResponseController and MaxBytesReader.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
