package neuralrepo

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

	"github.com/nrepo-cli/nrepo/pkg/output"
	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

// script answers the nth request by its nth step, and every later one by the
// last.
func script(steps ...http.HandlerFunc) http.HandlerFunc {
	var n atomic.Int64
	return func(w http.ResponseWriter, r *http.Request) {
		steps[min(int(n.Add(1)), len(steps))-1](w, r)
	}
}

// hangUp ends the connection without a reply.
func hangUp(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

// cut ends the connection within the reply.
func cut(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Length", "1000")
	io.WriteString(w, "{")
	w.(http.Flusher).Flush()
	panic(http.ErrAbortHandler)
}

// busy answers with a status and Retry-After.
func busy(status int, retryAfter string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Retry-After", retryAfter)
		reply(status, `{"error":"busy"}`)(w, r)
	}
}

func TestRetry(t *testing.T) {
	t.Parallel()
	done := reply(200, alice)
	const second = time.Second
	for name, tt := range map[string]struct {
		method      string
		service     http.HandlerFunc
		requests    int
		least, most time.Duration // from the first request to the end
		want        failure
	}{
		"success":            {"GET", done, 1, 0, 0, failure{}},
		"429 once":           {"GET", script(reply(429, ""), done), 2, second / 2, 3 * second / 2, failure{}},
		"503 once":           {"GET", script(reply(503, ""), done), 2, second / 2, 3 * second / 2, failure{}},
		"lost once":          {"GET", script(hangUp, done), 2, second / 2, 3 * second / 2, failure{}},
		"cut once":           {"GET", script(cut, done), 2, second / 2, 3 * second / 2, failure{}},
		"three times":        {"GET", script(hangUp, reply(503, ""), cut, done), 4, 7 * second / 2, 21 * second / 2, failure{}},
		"429 for ever":       {"GET", reply(429, ""), 4, 7 * second / 2, 21 * second / 2, failure{"http_429", 429}},
		"503 for ever":       {"GET", reply(503, ""), 4, 7 * second / 2, 21 * second / 2, failure{"http_503", 503}},
		"lost for ever":      {"GET", hangUp, 4, 7 * second / 2, 21 * second / 2, failure{"network_error", 0}},
		"PUT":                {"PUT", script(reply(503, ""), done), 2, second / 2, 3 * second / 2, failure{}},
		"DELETE":             {"DELETE", script(reply(429, ""), done), 2, second / 2, 3 * second / 2, failure{}},
		"HEAD":               {"HEAD", script(reply(429, ""), done), 2, second / 2, 3 * second / 2, failure{}},
		"asked to wait":      {"GET", script(busy(429, "7"), done), 2, 7 * second, 7 * second, failure{}},
		"asked to wait, 503": {"GET", script(busy(503, "10"), done), 2, 10 * second, 10 * second, failure{}},
		"asked too much":     {"GET", busy(429, "11"), 1, 0, 0, failure{"http_429", 429}},
		"asked for an hour":  {"GET", busy(503, "3600"), 1, 0, 0, failure{"http_503", 503}},
		"asked for ages":     {"GET", busy(429, "99999999999999"), 1, 0, 0, failure{"http_429", 429}},
		"asked until a date": {"GET", script(busy(429, "Sat, 01 Jan 2000 00:00:04 GMT"), done), 2, 4 * second, 4 * second, failure{}}, // a bubble begins at 2000-01-01
		"asked for nonsense": {"GET", script(busy(429, "soon"), done), 2, second / 2, 3 * second / 2, failure{}},
		"500":                {"GET", reply(500, ""), 1, 0, 0, failure{"http_500", 500}},
		"502":                {"GET", reply(502, ""), 1, 0, 0, failure{"http_502", 502}},
		"504":                {"GET", reply(504, ""), 1, 0, 0, failure{"http_504", 504}},
		"401":                {"GET", reply(401, ""), 1, 0, 0, failure{"http_401", 401}},
		"POST, 429":          {"POST", reply(429, ""), 1, 0, 0, failure{"http_429", 429}},
		"POST, 503":          {"POST", busy(503, "1"), 1, 0, 0, failure{"http_503", 503}},
		"POST, lost":         {"POST", hangUp, 1, 0, 0, failure{"network_error", 0}},
		"POST, cut":          {"POST", cut, 1, 0, 0, failure{"network_error", 0}},
		"PATCH, lost":        {"PATCH", hangUp, 1, 0, 0, failure{"network_error", 0}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inMemory(t, tt.service, func(t *testing.T, c *Client, got *log) {
				began := time.Now()
				r := Request{Method: tt.method, Path: "/x"}
				if tt.method == "POST" || tt.method == "PUT" {
					r.Body = []byte(`{"a":1}`)
				}
				_, err := c.Do(context.Background(), r)
				took := time.Since(began)
				if failureOf(err) != tt.want {
					t.Errorf("error %v", err)
				}
				if n := len(got.all()); n != tt.requests {
					t.Errorf("%d requests, want %d", n, tt.requests)
				}
				if took < tt.least || took > tt.most {
					t.Errorf("took %v, want %v to %v", took, tt.least, tt.most)
				}
				for _, request := range got.all() {
					if request.body != string(r.Body) {
						t.Errorf("body %q", request.body)
					}
				}
				if tt.want.code == output.CodeNetwork && strings.Contains(hintOf(err), "look before you repeat it") == idempotent(tt.method) {
					t.Errorf("hint %q", hintOf(err))
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
					c := newClient("https://neuralrepo.example:8443/api/v1", apiKey)
					var dials atomic.Int64
					c.http.Transport.(*http.Transport).DialContext = func(context.Context, string, string) (net.Conn, error) {
						dials.Add(1)
						return nil, tt.err
					}
					_, err := c.Do(context.Background(), Request{Method: method, Path: "/x?token=s3cr3t"})
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
					if !errors.Is(err, tt.err) || !isNoReply(err) || plugin.ExitCode(err) != plugin.ExitUnavailable {
						t.Errorf("error %#v", err)
					}
					if hintOf(err) != hintNetwork {
						t.Errorf("hint %q", hintOf(err))
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
				inMemory(t, service, func(t *testing.T, c *Client, got *log) {
					began := time.Now()
					_, err := c.Do(context.Background(), Request{Method: method, Path: "/x"})
					if took := time.Since(began); took != attemptLimit || len(got.all()) != 1 {
						t.Errorf("%d requests in %v", len(got.all()), took)
					}
					if failureOf(err).code != output.CodeNetwork || !strings.HasSuffix(err.Error(), ": no complete answer within 30 seconds") {
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
		"while waiting to repeat":     busy(429, "9"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inMemory(t, service, func(t *testing.T, c *Client, got *log) {
				ctx, cancel := context.WithCancelCause(context.Background())
				began := time.Now()
				time.AfterFunc(5*time.Second, func() { cancel(stop) })
				_, err := c.Me(ctx)
				if took := time.Since(began); !errors.Is(err, stop) || took != 5*time.Second || len(got.all()) != 1 {
					t.Errorf("error %v after %v and %d requests", err, took, len(got.all()))
				}
			})
		})
	}
	inMemory(t, reply(200, alice), func(t *testing.T, c *Client, got *log) {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		if _, err := c.Me(ctx); !errors.Is(err, context.Canceled) || len(got.all()) != 0 {
			t.Errorf("ended before it began: %v, %d requests", err, len(got.all()))
		}
	})
}

func TestNotify(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		service http.HandlerFunc
		want    string
	}{
		"fast": {reply(200, alice), ""},
		"slow": {func(w http.ResponseWriter, r *http.Request) {
			time.Sleep(1500 * time.Millisecond)
			reply(200, alice)(w, r)
		}, "waiting for http://127.0.0.1"},
		"repeated": {script(busy(429, "1"), reply(200, alice)), "busy; trying again in 1s"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inMemory(t, tt.service, func(t *testing.T, c *Client, _ *log) {
				said := make(chan string, 10)
				c.opts.Notify = func(text string) { said <- text }
				if _, err := c.Me(context.Background()); err != nil {
					t.Fatal(err)
				}
				got := ""
				if len(said) > 0 {
					got = <-said
				}
				if got != tt.want {
					t.Errorf("told %q, want %q", got, tt.want)
				}
			})
		})
	}
}

// A key that is gone when a lost request is repeated was revoked by the lost
// one; otherwise it never was there.
func TestRevokeAfterLostReply(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		service http.HandlerFunc
		want    failure
	}{
		"lost, then gone":       {script(hangUp, reply(404, "")), failure{}},
		"lost, busy, then gone": {script(cut, reply(503, ""), reply(404, "")), failure{}},
		"lost, then done":       {script(hangUp, reply(204, "")), failure{}},
		"done with a body":      {reply(200, `{"success":true}`), failure{}},
		"done without a body":   {reply(200, ""), failure{}},
		"done with more":        {reply(200, `{"id":2,"label":"ci"}`), failure{}},
		"page of a network":     {reply(200, `<html>`), failure{"network_error", 0}},
		"page that is not said to be one": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			io.WriteString(w, "<html>")
		}, failure{"network_error", 0}},
		"text":                 {reply(200, `done`), failure{"network_error", 0}},
		"another kind of JSON": {reply(200, `null`), failure{"unknown", 0}},
		"a list":               {reply(200, `[]`), failure{"unknown", 0}},
		"no success":           {reply(200, `{"success":false}`), failure{"unknown", 0}},
		"not there":            {reply(404, ""), failure{"http_404", 404}},
		"busy, then not there": {script(reply(503, ""), reply(404, "")), failure{"http_404", 404}},
		"lost, then another's": {script(hangUp, reply(403, "")), failure{"http_403", 403}},
		"lost for ever":        {hangUp, failure{"network_error", 0}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inMemory(t, tt.service, func(t *testing.T, c *Client, _ *log) {
				if err := c.RevokeAPIKey(context.Background(), "2"); failureOf(err) != tt.want {
					t.Errorf("error %v", err)
				}
			})
		})
	}
	inMemory(t, script(hangUp, reply(404, "")), func(t *testing.T, c *Client, _ *log) {
		if resp, err := c.Do(context.Background(), Request{Method: "DELETE", Path: "/x"}); failureOf(err).status != 404 || resp == nil {
			t.Errorf("Do hides the reply: %v", err)
		}
	})
}

// A key may have been made though its reply was lost; one that was never asked
// for was not.
func TestCreateAPIKeyLost(t *testing.T) {
	t.Parallel()
	for name, service := range map[string]http.HandlerFunc{"no reply": hangUp, "cut": cut, "no key": reply(201, `{"id":1}`)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inMemory(t, service, func(t *testing.T, c *Client, got *log) {
				_, err := c.CreateAPIKey(context.Background(), "ci")
				if err == nil || !strings.Contains(hintOf(err), "nrepo key list") || len(got.all()) != 1 {
					t.Errorf("%v, hint %q, %d requests", err, hintOf(err), len(got.all()))
				}
			})
		})
	}
	c := newClient("http://127.0.0.1:1", apiKey)
	if _, err := c.CreateAPIKey(context.Background(), "ci"); err == nil || strings.Contains(hintOf(err), "nrepo key list") {
		t.Errorf("nothing sent: %v, hint %q", err, hintOf(err))
	}
}

// Nor does net/http itself repeat what may have been done, though it repeats
// what a connection that it had kept did not bear.
func TestLostOnAKeptConnection(t *testing.T) {
	t.Parallel()
	for _, method := range []string{"POST", "PATCH"} {
		t.Run(method, func(t *testing.T) {
			t.Parallel()
			inMemory(t, script(reply(200, alice), hangUp), func(t *testing.T, c *Client, got *log) {
				if _, err := c.Me(context.Background()); err != nil {
					t.Fatal(err)
				}
				_, err := c.Do(context.Background(), Request{Method: method, Path: "/x", Body: []byte("{}")})
				if n := len(got.all()); n != 2 || hintOf(err) != hintDone {
					t.Errorf("%d requests, error %v, hint %q", n, err, hintOf(err))
				}
			})
		})
	}
}
