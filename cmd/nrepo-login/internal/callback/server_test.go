package callback

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"
)

// start serves a login that expects the state "s".
func start(t *testing.T, change func(*Server)) (s *Server, address string, stop func()) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s = New(Expected{State: "s", Param: "code"}, ln.Addr().String())
	if change != nil {
		change(s)
	}
	return s, ln.Addr().String(), s.Serve([]net.Listener{ln})
}

// dial opens a connection and sends half a request.
func dial(t *testing.T, address string) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	conn.SetReadDeadline(time.Now().Add(time.Minute)) // reached only if the server is broken
	fmt.Fprint(conn, "GET /callback HTTP/1.1\r\n")
	return conn
}

// wantClosed waits until the server closes a connection.
func wantClosed(t *testing.T, conn net.Conn) {
	t.Helper()
	_, err := io.Copy(io.Discard, conn)
	if timeout, ok := err.(net.Error); ok && timeout.Timeout() {
		t.Fatal("the connection is still open")
	}
}

// A slow client cannot keep the command from ending.
func TestStopIsBounded(t *testing.T) {
	t.Parallel()
	s, address, stop := start(t, nil)
	conn := dial(t, address)
	s.Settle(Over)
	stop()
	wantClosed(t, conn)
}

// The server does not wait for a client that never sends a whole request.
func TestReadTimeout(t *testing.T) {
	t.Parallel()
	_, address, stop := start(t, func(s *Server) {
		if s.readTimeout < time.Second || s.readTimeout > 10*time.Second {
			t.Errorf("a request may take %v", s.readTimeout)
		}
		s.readTimeout = 50 * time.Millisecond
	})
	defer stop()
	wantClosed(t, dial(t, address))
}

// Many connections without a request do not use up the descriptors or keep the browser
// out. After the answer, all are closed.
func TestManyConnections(t *testing.T) {
	t.Parallel()
	s, address, stop := start(t, func(s *Server) { s.readTimeout = time.Hour })
	const many = 300
	var conns []net.Conn
	for range many {
		conns = append(conns, dial(t, address))
	}
	for _, conn := range conns[:many-maxStrangers] {
		wantClosed(t, conn)
	}
	page := make(chan string)
	go func() {
		resp, err := http.Get("http://" + address + "/callback?state=s&code=abc")
		if err != nil {
			page <- err.Error()
			return
		}
		defer resp.Body.Close()
		text, _ := io.ReadAll(resp.Body)
		page <- string(text)
	}()
	if a := <-s.Arrived; a.Value != "abc" {
		t.Errorf("answer %+v", a)
	}
	for _, conn := range conns {
		wantClosed(t, conn)
	}
	s.Settle(LoggedIn("alice@example.com"))
	if text := <-page; !strings.Contains(text, "You are logged in") {
		t.Errorf("page: %s", text)
	}
	stop()
}

// The answer does not stay in the address bar. The browser is redirected to a page whose
// address contains no secret and cannot be guessed.
func TestAddressBar(t *testing.T) {
	t.Parallel()
	s, address, stop := start(t, nil)
	s.Settle(LoggedIn("alice@example.com"))
	resp, err := http.Get("http://" + address + "/callback?state=s&code=abc")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, _ := io.ReadAll(resp.Body)
	if u := resp.Request.URL; u.RawQuery != "" || u.Path != s.end || len(u.Path) < 30 || resp.StatusCode != 200 {
		t.Errorf("status %d at %s", resp.StatusCode, u)
	}
	if !strings.Contains(string(text), "alice@example.com") {
		t.Errorf("the page does not say who: %s", text)
	}
	stop()
}

func TestLoggedInIsSafe(t *testing.T) {
	t.Parallel()
	w := httptest.NewRecorder()
	LoggedIn(`<script>"'&` + strings.Repeat("é", 1000)).write(w)
	if text := w.Body.String(); strings.Contains(text, "<script") || !strings.Contains(text, "&lt;script&gt;&#34;&#39;&amp;é") || strings.Count(text, "é") > maxWho {
		t.Errorf("page: %s", text)
	}
}

// FuzzRequest checks that only a GET of the callback with our host and our state counts
// as the answer, and that no page repeats a part of a request or can be read by another
// site.
func FuzzRequest(f *testing.F) {
	f.Fuzz(func(t *testing.T, raw string) {
		r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(raw)))
		if err != nil {
			return // net/http refuses it
		}
		s := New(Expected{State: "the-state", Param: "code", Issuer: "https://a.example", SendsIssuer: true}, "127.0.0.1:4711")
		s.Settle(LoggedIn("alice@example.com"))
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		query := r.URL.Query()
		right := r.Method == http.MethodGet && r.URL.Path == Path && slices.Contains(s.hosts, r.Host) &&
			slices.Equal(query["state"], []string{"the-state"})
		if (w.Code == 303) != (len(s.arrived) == 1) || w.Code == 303 && !right {
			t.Errorf("%q: status %d, %d answers", raw, w.Code, len(s.arrived))
		}
		if w.Code == 303 {
			if a := <-s.arrived; w.Header().Get("Location") != s.end || w.Body.Len() > 0 || a.Fault == nil && !slices.Equal(query["iss"], []string{"https://a.example"}) {
				t.Errorf("%q: to %q, answer %+v", raw, w.Header().Get("Location"), a)
			}
			return
		}
		for _, p := range []Page{foreign, notFound, wrongMethod, misdirected} {
			if p.status != w.Code {
				continue
			}
			own := httptest.NewRecorder()
			p.write(own)
			own.Header().Set("Allow", w.Header().Get("Allow"))
			if own.Body.String() != w.Body.String() || len(own.Header()) < len(w.Header()) {
				t.Errorf("%q: status %d, %v\n%s", raw, w.Code, w.Header(), w.Body)
			}
			return
		}
		t.Errorf("%q: status %d", raw, w.Code)
	})
}
