// Package callback receives the answer to a login from the browser. It listens on
// this machine only, accepts only the authentic answer, and shows the result of
// the login.
package callback

import (
	"context"
	"crypto/rand"
	"io"
	"log"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"
)

// Server answers the browser after a login. Requests that are not authentic do not
// end the login.
type Server struct {
	Arrived <-chan Answer // gets the first authentic answer

	expect  Expected
	hosts   []string
	end     string // the path of the page with the result
	arrived chan Answer
	settled chan struct{}
	outcome Page // set before settled is closed
	crowd   crowd

	readTimeout time.Duration

	mu   sync.Mutex
	owed int           // redirects to the last page that browsers have not followed yet
	paid chan struct{} // closed while owed is 0
}

// New returns a Server for the redirect to host, which has its port.
func New(e Expected, host string) *Server {
	_, port, _ := net.SplitHostPort(host)
	arrived, paid := make(chan Answer, 1), make(chan struct{})
	close(paid)
	return &Server{
		Arrived:     arrived,
		expect:      e,
		hosts:       []string{"127.0.0.1:" + port, "localhost:" + port, "[::1]:" + port},
		end:         Path + "/" + rand.Text(),
		arrived:     arrived,
		settled:     make(chan struct{}),
		readTimeout: 5 * time.Second,
		paid:        paid,
	}
}

// Settle tells every waiting browser the result of the login. Call it once.
func (s *Server) Settle(p Page) {
	s.outcome = p
	close(s.settled)
}

// Serve serves lns until stop is called. stop delivers pending pages and returns
// within a second.
func (s *Server) Serve(lns []net.Listener) (stop func()) {
	server := &http.Server{
		Handler:        s,
		ReadTimeout:    s.readTimeout,
		MaxHeaderBytes: 16 << 10,
		ErrorLog:       log.New(io.Discard, "", 0),
	}
	server.SetKeepAlivesEnabled(false)
	s.crowd.watch(server)
	var served sync.WaitGroup
	for _, ln := range lns {
		served.Go(func() { server.Serve(ln) })
	}
	return func() {
		ctx, cancel := context.WithTimeout(context.Background(), 800*time.Millisecond)
		defer cancel()
		s.mu.Lock()
		paid := s.paid
		s.mu.Unlock()
		select {
		case <-paid:
		case <-ctx.Done():
		}
		if server.Shutdown(ctx) != nil {
			server.Close()
		}
		served.Wait()
	}
}

// ServeHTTP answers a GET of the callback path from this machine's own browser
// (RFC 8252, section 8.3). A page of another site that uses its own name for this
// machine sends another Host. There is no CORS, so no page can read the response.
//
// The browser is redirected to a page without the answer in its address, because
// the address stays in the address bar and in the history.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case !slices.Contains(s.hosts, r.Host):
		misdirected.write(w)
	case r.URL.Path != Path && r.URL.Path != s.end:
		notFound.write(w)
	case r.Method != http.MethodGet:
		w.Header().Set("Allow", http.MethodGet)
		wrongMethod.write(w)
	case r.URL.Path == s.end:
		s.crowd.know(r)
		defer s.pay()
		select {
		case <-s.settled:
			s.outcome.write(w)
		case <-r.Context().Done():
		}
	default:
		a, err := s.expect.ParseQuery(r.URL.RawQuery)
		if err != nil {
			foreign.write(w)
			return
		}
		s.crowd.know(r)
		s.crowd.dismiss()
		s.owe()
		select {
		case s.arrived <- a:
		default: // a reload, or somebody pasted it
		}
		secure(w.Header())
		w.Header().Set("Location", s.end)
		w.WriteHeader(http.StatusSeeOther)
	}
}

// owe counts a browser that is redirected to the last page.
func (s *Server) owe() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.owed == 0 {
		s.paid = make(chan struct{})
	}
	s.owed++
}

// pay counts a browser that loaded the last page.
func (s *Server) pay() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.owed == 0 { // a reload
		return
	}
	if s.owed--; s.owed == 0 {
		close(s.paid)
	}
}
