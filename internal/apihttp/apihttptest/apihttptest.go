// Package apihttptest has servers for the tests of package apihttp and of packages
// that use it.
package apihttptest

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/nrepo-cli/nrepo/pkg/output"
)

// Received is a request that a server received.
type Received struct {
	Method, URI, Body string
	Header            http.Header
}

// Log records the requests that a server receives.
type Log struct {
	mu       sync.Mutex
	requests []Received
}

// Handler records each request and passes it to next.
func (l *Log) Handler(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		l.mu.Lock()
		l.requests = append(l.requests, Received{r.Method, r.RequestURI, string(body), r.Header})
		l.mu.Unlock()
		next(w, r)
	}
}

// All returns the requests so far.
func (l *Log) All() []Received {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.requests
}

// Serve starts a server that answers with handler.
func Serve(t testing.TB, handler http.HandlerFunc) (apiURL string, got *Log) {
	t.Helper()
	got = &Log{}
	server := httptest.NewServer(got.Handler(handler))
	t.Cleanup(server.Close)
	return server.URL + "/api/v1", got
}

// Reply answers every request with the same response.
func Reply(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		io.WriteString(w, body)
	}
}

// Script answers the nth request with its nth step, and all later requests with
// the last one.
func Script(steps ...http.HandlerFunc) http.HandlerFunc {
	var n atomic.Int64
	return func(w http.ResponseWriter, r *http.Request) {
		steps[min(int(n.Add(1)), len(steps))-1](w, r)
	}
}

// HangUp closes the connection without a response.
func HangUp(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

// Cut closes the connection in the middle of the response.
func Cut(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Length", "1000")
	io.WriteString(w, "{")
	w.(http.Flusher).Flush()
	panic(http.ErrAbortHandler)
}

// Busy answers with a status and the header Retry-After.
func Busy(status int, retryAfter string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Retry-After", retryAfter)
		Reply(status, `{"error":"busy"}`)(w, r)
	}
}

// InMemory runs test with a fake clock (package testing/synctest). The transport
// connects in memory to a server that answers with handler. If handler panics, the
// connection is closed.
func InMemory(t *testing.T, handler http.HandlerFunc, test func(t *testing.T, transport *http.Transport, got *Log)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		got := &Log{}
		listener := &pipeListener{conns: make(chan net.Conn), closed: make(chan struct{})}
		var handlers sync.WaitGroup
		handlers.Add(1) // keeps the count above 0 until the test has ended
		server := &http.Server{Handler: got.Handler(func(w http.ResponseWriter, r *http.Request) {
			handlers.Add(1)
			defer handlers.Done()
			handler(w, r)
		})}
		go server.Serve(listener)
		transport := &http.Transport{DialContext: listener.dial}
		test(t, transport, got)
		transport.CloseIdleConnections()
		server.Close()
		handlers.Done()
		handlers.Wait()
	})
}

type pipeListener struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func (l *pipeListener) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	client, server := net.Pipe()
	select {
	case l.conns <- server:
		return client, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (l *pipeListener) Accept() (net.Conn, error) {
	select {
	case conn := <-l.conns:
		return conn, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *pipeListener) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}

func (l *pipeListener) Addr() net.Addr { return &net.TCPAddr{} }

// Outcome returns the code that a command reports for err, and the HTTP status
// unless it is part of the code, such as "network_error 403". It returns "" for
// nil.
func Outcome(err error) string {
	if err == nil {
		return ""
	}
	e := output.AsError(err)
	if e.Status == 0 || e.Code == output.HTTPCode(e.Status) {
		return e.Code
	}
	return fmt.Sprintf("%s %d", e.Code, e.Status)
}

// HintOf returns the hint of err.
func HintOf(err error) string { return output.AsError(err).Hint }
