package neuralrepo

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/nrepo-cli/nrepo/pkg/authcfg"
	"github.com/nrepo-cli/nrepo/pkg/output"
)

const (
	apiKey  = "nrp_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	session = "s3ss10n-t0ken"
	alice   = `{"id":"user_1","email":"alice@example.com","display_name":"Alice","plan":"pro","new":[1]}`
)

// received is a request as a service got it.
type received struct {
	method, uri, body string
	header            http.Header
}

// log keeps what a service received.
type log struct {
	mu       sync.Mutex
	requests []received
}

func (l *log) handler(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		l.mu.Lock()
		l.requests = append(l.requests, received{r.Method, r.RequestURI, string(body), r.Header})
		l.mu.Unlock()
		next(w, r)
	}
}

func (l *log) all() []received {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.requests
}

// serve starts a service that answers with handler.
func serve(t testing.TB, handler http.HandlerFunc) (apiURL string, got *log) {
	t.Helper()
	got = &log{}
	server := httptest.NewServer(got.handler(handler))
	t.Cleanup(server.Close)
	return server.URL + "/api/v1", got
}

// reply answers every request in the same way.
func reply(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		io.WriteString(w, body)
	}
}

func newClient(apiURL string, secret authcfg.Secret) *Client {
	return NewWithCredential(authcfg.Credential{Secret: secret, APIURL: apiURL, Source: authcfg.FromConfig}, Options{})
}

// inMemory runs test in a bubble of fake time with a client whose service is
// handler, reached without a network. Panics of a handler cut its reply.
func inMemory(t *testing.T, handler http.HandlerFunc, test func(t *testing.T, c *Client, got *log)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		got := &log{}
		listener := &pipeListener{conns: make(chan net.Conn), closed: make(chan struct{})}
		var handlers sync.WaitGroup
		handlers.Add(1) // for this function, so that the count is not 0 before the end
		server := &http.Server{Handler: got.handler(func(w http.ResponseWriter, r *http.Request) {
			handlers.Add(1)
			defer handlers.Done()
			handler(w, r)
		})}
		go server.Serve(listener)
		c := newClient("http://127.0.0.1/api/v1", apiKey)
		transport := c.http.Transport.(*http.Transport)
		transport.DialContext = listener.dial
		test(t, c, got)
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

// failure is what a command makes of an error.
type failure struct {
	code   string
	status int
}

func failureOf(err error) failure {
	if err == nil {
		return failure{}
	}
	e := output.AsError(err)
	return failure{e.Code, e.Status}
}

func hintOf(err error) string { return output.AsError(err).Hint }

func isNoReply(err error) bool {
	noReply := (*noReplyError)(nil)
	return errors.As(err, &noReply)
}
