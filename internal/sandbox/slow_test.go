package sandbox

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// dial opens a connection and sends text. The deadline matters only if the test fails.
func dial(t *testing.T, s *Server, text string) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", s.addr.String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	conn.SetDeadline(time.Now().Add(time.Minute))
	if _, err := io.WriteString(conn, text); err != nil {
		t.Fatal(err)
	}
	return conn
}

// unfinished is a request to create an idea, without the end of its body.
func unfinished(s *Server) string {
	return fmt.Sprintf("POST /api/v1/ideas HTTP/1.1\r\nHost: %s\r\nX-API-Key: %s\r\nContent-Type: application/json\r\n"+
		"Expect: 100-continue\r\nContent-Length: 100\r\n\r\n{", s.addr, s.APIKey())
}

// TestTimeouts checks that the connection of a client that stops halfway is closed, wherever
// it stops.
func TestTimeouts(t *testing.T) {
	t.Parallel()
	const short = 20 * time.Millisecond
	s := start(t, Options{timeouts: timeouts{header: short, request: 2 * short, response: 4 * short, idle: short}})
	for what, text := range map[string]string{
		"nothing":          "",
		"half a line":      "GET /api/v1/hea",
		"half a header":    "GET /api/v1/health HTTP/1.1\r\nHost: " + s.addr.String() + "\r\nX-A: b",
		"half a body":      unfinished(s),
		"half a form":      "POST /signin HTTP/1.1\r\nHost: " + s.addr.String() + "\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 9\r\n\r\ncsrf",
		"no other request": "GET /api/v1/health HTTP/1.1\r\nHost: " + s.addr.String() + "\r\n\r\n",
	} {
		reply, err := io.ReadAll(dial(t, s, text))
		if err != nil && strings.Contains(err.Error(), "timeout") || strings.Contains(string(reply), " 201 ") {
			t.Errorf("%s: %v %q", what, err, reply)
		}
	}
}

// TestEndlessReply checks that the server does not write forever to a client that reads
// nothing.
func TestEndlessReply(t *testing.T) {
	t.Parallel()
	written := make(chan error, 1)
	s := start(t, Options{
		timeouts: timeouts{header: time.Minute, request: time.Minute, response: 20 * time.Millisecond, idle: time.Minute},
		wrap: func(http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				var err error
				for err == nil {
					_, err = w.Write(make([]byte, 64<<10))
				}
				written <- err
			})
		},
	})
	dial(t, s, "GET / HTTP/1.1\r\nHost: "+s.addr.String()+"\r\n\r\n")
	<-written
}

// TestSlowAnswer checks that the time limit for reading a reply begins with the reply.
func TestSlowAnswer(t *testing.T) {
	t.Parallel()
	var began time.Time
	s := start(t, Options{wrap: func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			began = time.Now() // after the slow part
			next.ServeHTTP(w, r)
		})
	}})
	w := &deadlineRecorder{ResponseRecorder: httptest.NewRecorder()}
	s.http.Handler.ServeHTTP(w, httptest.NewRequest("GET", s.APIURL()+"/health", nil))
	if w.Code != 200 || w.deadline.Before(began.Add(defaultTimeouts.response)) {
		t.Errorf("status %d, to be taken within %v", w.Code, w.deadline.Sub(began))
	}
}

// deadlineRecorder records the deadline for reading a reply.
type deadlineRecorder struct {
	*httptest.ResponseRecorder
	deadline time.Time
}

func (w *deadlineRecorder) SetWriteDeadline(deadline time.Time) error {
	w.deadline = deadline
	return nil
}

// TestDefaultTimeouts checks that all limits are set.
func TestDefaultTimeouts(t *testing.T) {
	t.Parallel()
	p := start(t, Options{}).http
	for _, limit := range []time.Duration{p.ReadHeaderTimeout, p.ReadTimeout, p.WriteTimeout, p.IdleTimeout} {
		if limit <= 0 || limit > 2*time.Minute {
			t.Errorf("a limit is %v", limit)
		}
	}
}

// TestSlowClientsDoNotBlock checks that other clients are served while many have stopped in a
// header, in a body, or in a long reply.
func TestSlowClientsDoNotBlock(t *testing.T) {
	t.Parallel()
	for _, db := range []string{"", filepath.Join(t.TempDir(), "x.db")} {
		s := start(t, Options{DB: db})
		for range 20 {
			alice(t, s).want(201, "POST", "/ideas", `{"title":"long","body":"`+strings.Repeat(`\u0001`, 50_000)+`"}`)
		}
		for range 100 {
			dial(t, s, "GET / HTTP/1.1\r\nHost: ")
		}
		for range 100 {
			conn := dial(t, s, unfinished(s))
			if line, err := bufio.NewReader(conn).ReadString('\n'); line != "HTTP/1.1 100 Continue\r\n" {
				t.Fatalf("%q %v", line, err) // the handler waits for the body now
			}
		}
		for range 4 {
			conn := dial(t, s, fmt.Sprintf("GET /api/v1/ideas?limit=20 HTTP/1.1\r\nHost: %s\r\nX-API-Key: %s\r\n\r\n", s.addr, s.APIKey()))
			if line, err := bufio.NewReaderSize(conn, 16).ReadString(' '); line != "HTTP/1.1 " {
				t.Fatalf("%q %v", line, err) // and reads no more of 6 MB
			}
		}
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				for range 5 {
					if a := alice(t, s).do("POST", "/ideas", `{"title":"x"}`); a.status != 201 {
						t.Errorf("%d %v", a.status, a.body)
					}
				}
			})
		}
		wg.Wait()
	}
}

// TestHeaderBound tests the limit for headers; TestBodies tests that for bodies.
func TestHeaderBound(t *testing.T) {
	t.Parallel()
	s := start(t, Options{})
	for what, head := range map[string]string{
		"field":  "GET / HTTP/1.1\r\nHost: x\r\nX-A: " + strings.Repeat("a", 64<<10) + "\r\n\r\n",
		"fields": "GET / HTTP/1.1\r\nHost: x\r\n" + strings.Repeat("A: b\r\n", 16<<10) + "\r\n",
		"path":   "GET /" + strings.Repeat("a", 64<<10) + " HTTP/1.1\r\nHost: x\r\n\r\n",
	} {
		conn, err := net.Dial("tcp", s.addr.String())
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(conn, head) // may be cut off
		resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil || resp.StatusCode != 431 {
			t.Errorf("%s: %v %v", what, resp, err)
		}
		conn.Close()
	}
	b := newBrowser(t, s)
	form := map[string][]string{"csrf": {b.csrf()}, "next": {"/" + strings.Repeat("a", 64<<10)}}
	if a := b.post("/signin", form); a.status != 400 {
		t.Errorf("form: %d", a.status)
	}
}
