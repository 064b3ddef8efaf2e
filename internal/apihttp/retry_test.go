package apihttp

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/nrepo-cli/nrepo/internal/apihttp/apihttptest"
	"github.com/nrepo-cli/nrepo/pkg/output"
)

func TestRetry(t *testing.T) {
	t.Parallel()
	done := apihttptest.Reply(200, alice)
	const second = time.Second
	for name, tt := range map[string]struct {
		method      string
		service     http.HandlerFunc
		requests    int
		least, most time.Duration // time from the first request to the end
		want        string
	}{
		"success":            {"GET", done, 1, 0, 0, ""},
		"429 once":           {"GET", apihttptest.Script(apihttptest.Reply(429, ""), done), 2, second / 2, 3 * second / 2, ""},
		"503 once":           {"GET", apihttptest.Script(apihttptest.Reply(503, ""), done), 2, second / 2, 3 * second / 2, ""},
		"lost once":          {"GET", apihttptest.Script(apihttptest.HangUp, done), 2, second / 2, 3 * second / 2, ""},
		"cut once":           {"GET", apihttptest.Script(apihttptest.Cut, done), 2, second / 2, 3 * second / 2, ""},
		"three times":        {"GET", apihttptest.Script(apihttptest.HangUp, apihttptest.Reply(503, ""), apihttptest.Cut, done), 4, 7 * second / 2, 21 * second / 2, ""},
		"429 for ever":       {"GET", apihttptest.Reply(429, ""), 4, 7 * second / 2, 21 * second / 2, "http_429"},
		"503 for ever":       {"GET", apihttptest.Reply(503, ""), 4, 7 * second / 2, 21 * second / 2, "http_503"},
		"lost for ever":      {"GET", apihttptest.HangUp, 4, 7 * second / 2, 21 * second / 2, "network_error"},
		"PUT":                {"PUT", apihttptest.Script(apihttptest.Reply(503, ""), done), 2, second / 2, 3 * second / 2, ""},
		"DELETE":             {"DELETE", apihttptest.Script(apihttptest.Reply(429, ""), done), 2, second / 2, 3 * second / 2, ""},
		"HEAD":               {"HEAD", apihttptest.Script(apihttptest.Reply(429, ""), done), 2, second / 2, 3 * second / 2, ""},
		"asked to wait":      {"GET", apihttptest.Script(apihttptest.Busy(429, "7"), done), 2, 7 * second, 7 * second, ""},
		"asked to wait, 503": {"GET", apihttptest.Script(apihttptest.Busy(503, "10"), done), 2, 10 * second, 10 * second, ""},
		"asked too much":     {"GET", apihttptest.Busy(429, "11"), 1, 0, 0, "http_429"},
		"asked for an hour":  {"GET", apihttptest.Busy(503, "3600"), 1, 0, 0, "http_503"},
		"asked for ages":     {"GET", apihttptest.Busy(429, "99999999999999"), 1, 0, 0, "http_429"},
		"asked until a date": {"GET", apihttptest.Script(apihttptest.Busy(429, "Sat, 01 Jan 2000 00:00:04 GMT"), done), 2, 4 * second, 4 * second, ""}, // the fake clock starts at 2000-01-01
		"asked for nonsense": {"GET", apihttptest.Script(apihttptest.Busy(429, "soon"), done), 2, second / 2, 3 * second / 2, ""},
		"500":                {"GET", apihttptest.Reply(500, ""), 1, 0, 0, "http_500"},
		"502":                {"GET", apihttptest.Reply(502, ""), 1, 0, 0, "http_502"},
		"504":                {"GET", apihttptest.Reply(504, ""), 1, 0, 0, "http_504"},
		"408 once":           {"GET", apihttptest.Script(apihttptest.Reply(408, ""), done), 2, second / 2, 3 * second / 2, ""},
		"425 once":           {"GET", apihttptest.Script(apihttptest.Busy(425, "3"), done), 2, 3 * second, 3 * second, ""},
		"POST, 408":          {"POST", apihttptest.Reply(408, ""), 1, 0, 0, "http_408"},
		"401":                {"GET", apihttptest.Reply(401, "{}"), 1, 0, 0, "http_401"},
		"POST, 429":          {"POST", apihttptest.Reply(429, ""), 1, 0, 0, "http_429"},
		"POST, 503":          {"POST", apihttptest.Busy(503, "1"), 1, 0, 0, "http_503"},
		"POST, lost":         {"POST", apihttptest.HangUp, 1, 0, 0, "network_error"},
		"POST, cut":          {"POST", apihttptest.Cut, 1, 0, 0, "network_error"},
		"PATCH, lost":        {"PATCH", apihttptest.HangUp, 1, 0, 0, "network_error"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inMemory(t, tt.service, func(t *testing.T, c withKey, got *apihttptest.Log) {
				began := time.Now()
				body := ""
				if tt.method == "POST" || tt.method == "PUT" {
					body = `{"a":1}`
				}
				_, err := c.do(context.Background(), tt.method, "/x", body)
				took := time.Since(began)
				if apihttptest.Outcome(err) != tt.want {
					t.Errorf("error %v", err)
				}
				if n := len(got.All()); n != tt.requests {
					t.Errorf("%d requests, want %d", n, tt.requests)
				}
				if took < tt.least || took > tt.most {
					t.Errorf("took %v, want %v to %v", took, tt.least, tt.most)
				}
				for _, request := range got.All() {
					if request.Body != body {
						t.Errorf("body %q", request.Body)
					}
				}
				if tt.want == output.CodeNetwork && strings.Contains(apihttptest.HintOf(err), "check before") == Idempotent(tt.method) {
					t.Errorf("hint %q", apihttptest.HintOf(err))
				}
			})
		})
	}
}

// A failed connection is tried again, unless nothing listens at a port of this machine.
func TestNoConnection(t *testing.T) {
	t.Parallel()
	dial := func(err error) error { return &net.OpError{Op: "dial", Net: "tcp", Err: err} }
	for name, tt := range map[string]struct {
		err      error
		attempts int64
	}{
		"refused":       {dial(syscall.ECONNREFUSED), 4},
		"refused, here": {&net.OpError{Op: "dial", Net: "tcp", Addr: &net.TCPAddr{IP: net.IPv6loopback, Port: 1}, Err: syscall.ECONNREFUSED}, 1},
		"refused, there": {&net.OpError{Op: "dial", Net: "tcp", Addr: &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1), Port: 1},
			Err: syscall.ECONNREFUSED}, 4},
		"too slow": {dial(context.DeadlineExceeded), 4},
		"anything": {errors.New("odd"), 1},
	} {
		for _, method := range []string{"GET", "POST"} {
			t.Run(name+" "+method, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					transport := newTransport()
					c := withTransport("https://neuralrepo.example:8443/api/v1", apiKey, transport)
					var dials atomic.Int64
					transport.DialContext = func(context.Context, string, string) (net.Conn, error) {
						dials.Add(1)
						return nil, tt.err
					}
					_, err := c.do(context.Background(), method, "/x", "")
					want := tt.attempts
					if method == "POST" {
						want = 1
					}
					if dials.Load() != want || !errors.Is(err, tt.err) {
						t.Errorf("%d attempts, want %d; error %v", dials.Load(), want, err)
					}
				})
			})
		}
	}
}

// If a request was never sent, its reply cannot be lost.
func TestRepeatedOnlyAfterSending(t *testing.T) {
	t.Parallel()
	apihttptest.InMemory(t, apihttptest.Reply(404, "{}"), func(t *testing.T, transport *http.Transport, _ *apihttptest.Log) {
		dial, dials := transport.DialContext, 0
		transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
			if dials++; dials == 1 {
				return nil, &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
			}
			return dial(ctx, network, address)
		}
		_, err := withTransport("http://127.0.0.1/api/v1", apiKey, transport).do(context.Background(), "DELETE", "/x", "")
		if f := AsFailure(err); dials != 2 || f == nil || f.Status != 404 || f.Repeated {
			t.Errorf("%d dials, error %v", dials, err)
		}
	})
}

// An attempt takes at most thirty seconds, however slow the service is, and is then not
// repeated.
func TestSlow(t *testing.T) {
	t.Parallel()
	drip := func(w io.Writer, r *http.Request) {
		for r.Context().Err() == nil {
			io.WriteString(w, " ")
			if f, ok := w.(http.Flusher); ok {
				f.Flush()
			}
			time.Sleep(time.Second)
		}
	}
	for name, service := range map[string]http.HandlerFunc{
		"silent":        func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
		"dripping body": func(w http.ResponseWriter, r *http.Request) { drip(w, r) },
		"dripping head": func(w http.ResponseWriter, r *http.Request) {
			conn, _, err := w.(http.Hijacker).Hijack()
			if err != nil {
				return
			}
			defer conn.Close()
			io.WriteString(conn, "HTTP/1.1 200 OK\r\nX: ")
			for {
				if _, err := io.WriteString(conn, "x"); err != nil {
					return
				}
				time.Sleep(time.Second)
			}
		},
		"early hints for ever": func(w http.ResponseWriter, r *http.Request) {
			for r.Context().Err() == nil {
				w.WriteHeader(http.StatusEarlyHints)
				time.Sleep(time.Second)
			}
		},
	} {
		for _, method := range []string{"GET", "POST"} {
			t.Run(name+" "+method, func(t *testing.T) {
				t.Parallel()
				inMemory(t, service, func(t *testing.T, c withKey, got *apihttptest.Log) {
					began := time.Now()
					_, err := c.do(context.Background(), method, "/x", "")
					if took := time.Since(began); took != attemptLimit || len(got.All()) != 1 {
						t.Errorf("%d requests in %v", len(got.All()), took)
					}
					if apihttptest.Outcome(err) != output.CodeNetwork || !strings.HasSuffix(err.Error(), "within 30 seconds") {
						t.Errorf("error %v", err)
					}
				})
			})
		}
	}
}

// The context ends a request or a wait at once, and the error is its cause.
func TestCancel(t *testing.T) {
	t.Parallel()
	stop := errors.New("stop")
	for name, service := range map[string]http.HandlerFunc{
		"while the service is silent": func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
		"while waiting to repeat":     apihttptest.Busy(429, "9"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inMemory(t, service, func(t *testing.T, c withKey, got *apihttptest.Log) {
				ctx, cancel := context.WithCancelCause(context.Background())
				began := time.Now()
				time.AfterFunc(5*time.Second, func() { cancel(stop) })
				_, err := c.do(ctx, "GET", "/x", "")
				if took := time.Since(began); !errors.Is(err, stop) || took != 5*time.Second || len(got.All()) != 1 {
					t.Errorf("error %v after %v and %d requests", err, took, len(got.All()))
				}
			})
		})
	}
	inMemory(t, apihttptest.Reply(200, alice), func(t *testing.T, c withKey, got *apihttptest.Log) {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		if _, err := c.do(ctx, "GET", "/x", ""); !errors.Is(err, context.Canceled) || len(got.All()) != 0 {
			t.Errorf("ended before it began: %v, %d requests", err, len(got.All()))
		}
	})
}

// net/http itself repeats some requests after a kept connection was lost, but none that
// may have succeeded.
func TestLostOnAKeptConnection(t *testing.T) {
	t.Parallel()
	for _, method := range []string{"POST", "PATCH"} {
		t.Run(method, func(t *testing.T) {
			t.Parallel()
			inMemory(t, apihttptest.Script(apihttptest.Reply(200, alice), apihttptest.HangUp), func(t *testing.T, c withKey, got *apihttptest.Log) {
				if err := c.get(); err != nil {
					t.Fatal(err)
				}
				_, err := c.do(context.Background(), method, "/x", "{}")
				if n := len(got.All()); n != 2 || apihttptest.HintOf(err) != hintUnknown {
					t.Errorf("%d requests, error %v, hint %q", n, err, apihttptest.HintOf(err))
				}
			})
		})
	}
}
