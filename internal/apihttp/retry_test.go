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
	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

func TestRetry(t *testing.T) {
	t.Parallel()
	done := apihttptest.Reply(200, alice)
	const second = time.Second
	for name, tt := range map[string]struct {
		method      string
		service     http.HandlerFunc
		requests    int
		least, most time.Duration // from the first request to the end
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
		"asked until a date": {"GET", apihttptest.Script(apihttptest.Busy(429, "Sat, 01 Jan 2000 00:00:04 GMT"), done), 2, 4 * second, 4 * second, ""}, // a bubble begins at 2000-01-01
		"asked for nonsense": {"GET", apihttptest.Script(apihttptest.Busy(429, "soon"), done), 2, second / 2, 3 * second / 2, ""},
		"500":                {"GET", apihttptest.Reply(500, ""), 1, 0, 0, "http_500"},
		"502":                {"GET", apihttptest.Reply(502, ""), 1, 0, 0, "http_502"},
		"504":                {"GET", apihttptest.Reply(504, ""), 1, 0, 0, "http_504"},
		"401":                {"GET", apihttptest.Reply(401, ""), 1, 0, 0, "http_401"},
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
				if tt.want == output.CodeNetwork && strings.Contains(apihttptest.HintOf(err), "look before you repeat it") == Idempotent(tt.method) {
					t.Errorf("hint %q", apihttptest.HintOf(err))
				}
			})
		})
	}
}

// A connection fails in these ways before anything is sent.
func TestNoConnection(t *testing.T) {
	t.Parallel()
	dial := func(err error) error { return &net.OpError{Op: "dial", Net: "tcp", Err: err} }
	for name, tt := range map[string]struct {
		err      error
		attempts int64
		want     string
	}{
		"refused":           {dial(syscall.ECONNREFUSED), 4, "connection refused"},
		"unreachable":       {dial(syscall.ENETUNREACH), 4, "network is unreachable"},
		"reset":             {dial(syscall.ECONNRESET), 4, "connection reset by peer"},
		"no such host":      {dial(&net.DNSError{Err: "no such host", Name: "x", Server: "192.0.2.1:53", IsNotFound: true}), 1, "no such host"},
		"resolver is down":  {dial(&net.DNSError{Err: "i/o timeout", Name: "x", Server: "192.0.2.1:53", IsTimeout: true, IsTemporary: true}), 4, "the name of the host cannot be looked up now"},
		"resolver is wrong": {dial(&net.DNSError{Err: "server misbehaving", Name: "x", Server: "192.0.2.1:53"}), 1, "the name of the host cannot be looked up now"},
		"too slow":          {dial(context.DeadlineExceeded), 4, "timed out"},
		"anything":          {errors.New("odd " + apiKey), 1, "no connection"},
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
					_, err := c.do(context.Background(), method, "/x?token=s3cr3t", "")
					want := tt.attempts
					if method == "POST" {
						want = 1
					}
					if dials.Load() != want {
						t.Errorf("%d attempts, want %d", dials.Load(), want)
					}
					if text := "cannot reach https://neuralrepo.example:8443: " + tt.want; err.Error() != text {
						t.Errorf("error %q, want %q", err, text)
					}
					if !errors.Is(err, tt.err) || AsFailure(err) == nil || plugin.ExitCode(err) != plugin.ExitUnavailable {
						t.Errorf("error %#v", err)
					}
					if apihttptest.HintOf(err) != hintNetwork {
						t.Errorf("hint %q", apihttptest.HintOf(err))
					}
				})
			})
		}
	}
}

// An attempt has thirty seconds, however the service spends them, and is not
// repeated afterwards.
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
					if apihttptest.Outcome(err) != output.CodeNetwork || !strings.HasSuffix(err.Error(), ": no complete answer within 30 seconds") {
						t.Errorf("error %v", err)
					}
				})
			})
		}
	}
}

// The caller's context ends a request and a wait at once, with its own cause.
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

// Nor does net/http itself repeat what may have been done, though it repeats
// what a connection that it had kept did not bear.
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
