package main

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/nrepo-cli/nrepo/cmd/nrepo-login/internal/callback"
	"github.com/nrepo-cli/nrepo/pkg/output"
)

// After a forged callback, which gets the status 400, the login still waits.
func TestForgedCallback(t *testing.T) {
	t.Parallel()
	s := newService(t)
	r := newSession(t, s)
	address := r.begin(t)
	right := callbackOf(t, address)
	u, err := url.Parse(right)
	if err != nil {
		t.Fatal(err)
	}
	state, code, iss := u.Query().Get("state"), u.Query().Get("code"), u.Query().Get("iss")
	for name, query := range map[string]string{
		"nothing":         "",
		"no state":        url.Values{"code": {code}, "iss": {iss}}.Encode(),
		"empty state":     url.Values{"code": {code}, "iss": {iss}, "state": {""}}.Encode(),
		"wrong state":     url.Values{"code": {code}, "iss": {iss}, "state": {state + "x"}}.Encode(),
		"prefix of state": url.Values{"code": {code}, "iss": {iss}, "state": {state[:len(state)-1]}}.Encode(),
		"doubled state":   url.Values{"code": {code}, "iss": {iss}, "state": {state, state}}.Encode(),
		"doubled code":    url.Values{"code": {code, "other"}, "iss": {iss}, "state": {state}}.Encode(),
		"no code":         url.Values{"state": {state}, "iss": {iss}}.Encode(),
		"an api_key":      url.Values{"api_key": {handedKey}}.Encode(),
		"joined by ?":     url.Values{"state": {state}, "iss": {iss}}.Encode() + "?code=" + code,
		"bad escape":      "state=" + state + "&iss=" + url.QueryEscape(iss) + "&code=%zz",
		"semicolons":      "state=" + state + ";code=" + code,
	} {
		if status, page := visit(t, bare(right)+"?"+query); status != 400 || strings.Contains(page, state) {
			t.Errorf("%s: %d %s", name, status, page)
		}
	}
	if n := s.exchanged(); n != 0 {
		t.Errorf("%d exchanges by forged callbacks", n)
	}
	visit(t, right)
	r.wantLoggedIn(t, "access-1")
	if n := s.exchanged(); n != 1 {
		t.Errorf("%d exchanges", n)
	}
}

// Without the state, somebody else could log the user in with another key.
func TestForgedHandoff(t *testing.T) {
	t.Parallel()
	s := newService(t)
	s.handoff = true
	r := newSession(t, s)
	right := callbackOf(t, r.begin(t))
	for _, query := range []string{"api_key=" + otherKey, "state=x&api_key=" + otherKey, "state=x?api_key=" + otherKey, "code=abc"} {
		if status, _ := visit(t, bare(right)+"?"+query); status != 400 {
			t.Errorf("%s: %d", query, status)
		}
	}
	visit(t, right)
	r.wantLoggedIn(t, handedKey)
}

// An answer with our state that may come from another server ends the login (RFC 9207).
func TestOtherIssuer(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(url.Values){
		"another": func(q url.Values) { q.Set("iss", "https://evil.example") },
		"missing": func(q url.Values) { q.Del("iss") },
		"empty":   func(q url.Values) { q.Set("iss", "") },
		"refusal": func(q url.Values) {
			q.Del("code")
			q.Set("error", "access_denied")
			q.Set("iss", "https://evil.example")
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newService(t)
			r := newSession(t, s)
			right, err := url.Parse(callbackOf(t, r.begin(t)))
			if err != nil {
				t.Fatal(err)
			}
			query := right.Query()
			change(query)
			right.RawQuery = query.Encode()
			if _, page := visit(t, right.String()); !strings.Contains(page, "did not work") {
				t.Errorf("page: %s", page)
			}
			r.wantExit(t, 1)
			r.wantNothingStored(t)
			if e := output.AsError(r.err); s.exchanged() != 0 || strings.Contains(e.Error(), "evil") || !strings.Contains(e.Hint, "nrepo login") {
				t.Errorf("%d exchanges; %v, hint %q", s.exchanged(), e, e.Hint)
			}
		})
	}
}

// If the handoff gives something that is not a credential, the login fails with a hint.
func TestHandoffOfNoCredential(t *testing.T) {
	t.Parallel()
	s := newService(t)
	s.handoff = true
	r := newSession(t, s)
	right, err := url.Parse(callbackOf(t, r.begin(t)))
	if err != nil {
		t.Fatal(err)
	}
	query := right.Query()
	query.Set("api_key", "s3cr3t with blanks")
	right.RawQuery = query.Encode()
	if _, page := visit(t, right.String()); !strings.Contains(page, "did not work") {
		t.Errorf("page: %s", page)
	}
	r.wantExit(t, 1)
	r.wantNothingStored(t)
	if e := output.AsError(r.err); strings.Contains(e.Error(), "s3cr3t") || !strings.Contains(e.Hint, "nrepo login") {
		t.Errorf("%v, hint %q", e, e.Hint)
	}
}

// An error without our state is ignored; with our state, it ends the login.
func TestDenied(t *testing.T) {
	t.Parallel()
	s := newService(t)
	s.deny = true
	r := newSession(t, s)
	right := callbackOf(t, r.begin(t))
	if status, _ := visit(t, bare(right)+"?error=access_denied"); status != 400 {
		t.Errorf("without state: %d", status)
	}
	if _, page := visit(t, right); !strings.Contains(page, "Not authorised") {
		t.Errorf("page: %s", page)
	}
	r.wantExit(t, 3)
	r.wantNothingStored(t)
}

// The other errors of RFC 6749, section 4.1.2.1. Their text appears only on the
// terminal, where it is made safe.
func TestRefused(t *testing.T) {
	t.Parallel()
	for code, exit := range map[string]int{"invalid_scope": 1, "server_error": 5, "temporarily_unavailable": 5, "x\x1b[31m<script>": 1} {
		s := newService(t)
		s.deny = true
		r := newSession(t, s)
		query, err := url.Parse(callbackOf(t, r.begin(t)))
		if err != nil {
			t.Fatal(err)
		}
		values := query.Query()
		values.Set("error", code)
		values.Set("error_description", "<script>alert(1)</script>")
		query.RawQuery = values.Encode()
		if _, page := visit(t, query.String()); strings.Contains(page, "script") || !strings.Contains(page, "did not work") {
			t.Errorf("page: %s", page)
		}
		r.wantExit(t, exit)
		r.login.env.Report(r.err)
		if strings.Contains(r.stderr.String(), "\x1b") {
			t.Errorf("stderr: %q", r.stderr.String())
		}
	}
}

// Requests that are not the callback, for example because of the Host header.
func TestHost(t *testing.T) {
	t.Parallel()
	s := newService(t)
	r := newSession(t, s)
	right, err := url.Parse(callbackOf(t, r.begin(t)))
	if err != nil {
		t.Fatal(err)
	}
	port := right.Port()
	ask := func(method, host, target string) *http.Response {
		t.Helper()
		conn, err := net.Dial("tcp", right.Host)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		fmt.Fprintf(conn, "%s %s HTTP/1.1\r\nHost: %s\r\nOrigin: https://evil.example\r\nConnection: close\r\n\r\n", method, target, host)
		resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatal(err)
		}
		return resp
	}
	for _, test := range []struct {
		method, host, target string
		status               int
	}{
		{"GET", "rebind.evil:" + port, right.RequestURI(), 421},
		{"GET", "127.0.0.1", right.RequestURI(), 421},
		{"GET", "127.0.0.1.evil:" + port, right.RequestURI(), 421},
		{"POST", right.Host, right.RequestURI(), 405},
		{"HEAD", right.Host, right.RequestURI(), 405},
		{"OPTIONS", right.Host, right.RequestURI(), 405},
		{"GET", right.Host, "/callback/?" + right.RawQuery, 404},
		{"GET", right.Host, "/?" + right.RawQuery, 404},
		{"GET", right.Host, "/favicon.ico", 404},
	} {
		resp := ask(test.method, test.host, test.target)
		if resp.StatusCode != test.status {
			t.Errorf("%s %s to %s: %d", test.method, test.target, test.host, resp.StatusCode)
		}
		for name := range resp.Header {
			if strings.HasPrefix(name, "Access-Control-") {
				t.Errorf("%s was sent", name)
			}
		}
	}
	if n := s.exchanged(); n != 0 {
		t.Errorf("%d exchanges", n)
	}
	resp := ask("GET", "localhost:"+port, right.RequestURI())
	if resp.StatusCode != 303 {
		t.Errorf("localhost: %d", resp.StatusCode)
	}
	end := ask("GET", "localhost:"+port, resp.Header.Get("Location"))
	if end.StatusCode != 200 {
		t.Errorf("the last page: %d", end.StatusCode)
	}
	for _, resp := range []*http.Response{resp, end} {
		for name, want := range map[string]string{
			"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff",
		} {
			if got := resp.Header.Get(name); got != want {
				t.Errorf("%s: %q", name, got)
			}
		}
		if csp := resp.Header.Get("Content-Security-Policy"); !strings.HasPrefix(csp, "default-src 'none'; ") || strings.Contains(csp, "unsafe") {
			t.Errorf("CSP: %s", csp)
		}
	}
	r.wantLoggedIn(t, "access-1")
}

// The callback arrives twice, and also as pasted text, at the same time.
func TestTwice(t *testing.T) {
	t.Parallel()
	s := newService(t)
	release := make(chan struct{})
	s.token = func(w http.ResponseWriter, r *http.Request) {
		<-release
		reply(w, 200, sessionReply())
	}
	r := newSession(t, s)
	listen, read := r.login.listen, make(chan struct{}, 3)
	r.login.listen = func(network, address string) (net.Listener, error) {
		ln, err := listen(network, address)
		return readListener{ln, read}, err
	}
	right := callbackOf(t, r.begin(t))
	pages := make(chan string)
	for range 3 {
		go func() {
			resp, err := http.Get(right)
			if err != nil {
				pages <- err.Error()
				return
			}
			pages <- readAll(t, resp)
		}()
	}
	for range 3 { // after the end, the port is closed
		<-read
	}
	release <- struct{}{}
	for range 3 {
		select {
		case page := <-pages:
			if !strings.Contains(page, "You are logged in") {
				t.Errorf("page: %s", page)
			}
		case release <- struct{}{}:
			t.Error("a second exchange")
		}
	}
	r.wantLoggedIn(t, "access-1")
}

// readListener reports each connection from which a request is read.
type readListener struct {
	net.Listener
	read chan<- struct{}
}

func (l readListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	return &readConn{Conn: conn, read: l.read}, err
}

type readConn struct {
	net.Conn
	read chan<- struct{}
	once sync.Once
}

func (c *readConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if n > 0 {
		c.once.Do(func() { c.read <- struct{}{} })
	}
	return n, err
}

func TestInterruptedPage(t *testing.T) {
	t.Parallel()
	if p := pageOf(stored{}, context.Canceled); p != callback.Over {
		t.Errorf("page: %+v", p)
	}
}
