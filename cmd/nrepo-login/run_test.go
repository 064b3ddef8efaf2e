package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nrepo-cli/nrepo/cmd/nrepo-login/internal/browser"
	"github.com/nrepo-cli/nrepo/pkg/authcfg"
	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

// session is one run of the command in this process.
type session struct {
	env    map[string]string
	config string // the path of config.json
	stdout safeBuffer
	stderr safeBuffer
	opened [][]string
	login  *command
	ports  []net.Listener // all that were opened
	cancel context.CancelFunc

	lines *bufio.Reader // lines of the stream with the URL
	done  chan struct{}
	err   error
}

// newSession returns a run against s that is not started yet. It has no terminal, and
// a desktop with xdg-open.
func newSession(t *testing.T, s *fakeServer, args ...string) *session {
	t.Helper()
	r := &session{config: filepath.Join(t.TempDir(), "config.json"), done: make(chan struct{})}
	r.env = map[string]string{"NEURALREPO_API_URL": s.api(), "NEURALREPO_CONFIG": r.config, "DISPLAY": ":0"}
	getenv := func(name string) string { return r.env[name] }
	r.login = &command{
		env: &plugin.Env{
			Name: "nrepo login", Args: args, Getenv: getenv,
			Stdin: strings.NewReader(""), Stdout: &r.stdout, Stderr: &r.stderr,
		},
		listen: func(network, address string) (net.Listener, error) {
			ln, err := net.Listen(network, address)
			if err == nil {
				r.ports = append(r.ports, ln)
			}
			return ln, err
		},
		desktop: browser.Desktop{
			GOOS:     "linux",
			Getenv:   getenv,
			LookPath: func(name string) (string, error) { return "/usr/bin/" + filepath.Base(name), nil },
			Exists:   func(string) bool { return false },
			Start: func(argv []string) <-chan error {
				r.opened = append(r.opened, argv)
				return nil
			},
		},
	}
	return r
}

// wantClosed checks, after the end, that n ports were opened and all are closed.
func (r *session) wantClosed(t *testing.T, n int) {
	t.Helper()
	if len(r.ports) != n {
		t.Errorf("%d ports were opened, want %d", len(r.ports), n)
	}
	for _, ln := range r.ports {
		ln.(*net.TCPListener).SetDeadline(time.Unix(1, 0))
		if _, err := ln.Accept(); !errors.Is(err, net.ErrClosed) {
			t.Errorf("%s is still open: %v", ln.Addr(), err)
		}
	}
}

// begin starts the run and returns the first line that it prints.
func (r *session) begin(t *testing.T) string {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	r.cancel = cancel
	t.Cleanup(cancel)
	out, in := io.Pipe()
	if r.login.env.Stdout == &r.stdout && contains(r.login.env.Args, "--json") {
		r.login.env.Stdout = io.MultiWriter(&r.stdout, in)
	} else {
		r.login.env.Stderr = io.MultiWriter(&r.stderr, in)
	}
	r.lines = bufio.NewReader(out)
	go func() {
		defer close(r.done)
		r.err = r.login.start(ctx)
		in.Close()
	}()
	line, err := r.lines.ReadString('\n')
	if err != nil {
		<-r.done
		t.Fatalf("ended before it waited: %v\n%s", r.err, r.stderr.String())
	}
	go io.Copy(io.Discard, r.lines)
	return strings.TrimSuffix(line, "\n")
}

// end waits for the end and returns the exit code.
func (r *session) end(t *testing.T) int {
	t.Helper()
	<-r.done
	return plugin.ExitCode(r.err)
}

// alone runs the command to its end, for runs that wait for nobody.
func (r *session) alone(t *testing.T) int {
	t.Helper()
	r.err = r.login.start(t.Context())
	return plugin.ExitCode(r.err)
}

func (r *session) wantExit(t *testing.T, want int) {
	t.Helper()
	if got := r.end(t); got != want {
		t.Errorf("exit code %d, want %d; error: %v", got, want, r.err)
	}
}

// hasLogin stores an earlier login, and returns a function that checks that it is
// unchanged.
func (r *session) hasLogin(t *testing.T, doc string) (kept func()) {
	t.Helper()
	if err := os.WriteFile(r.config, []byte(doc), 0o600); err != nil {
		t.Fatal(err)
	}
	return func() {
		t.Helper()
		if got, err := os.ReadFile(r.config); err != nil || string(got) != doc {
			t.Errorf("the earlier login is not kept: %s %v", got, err)
		}
	}
}

func (r *session) wantNothingStored(t *testing.T) {
	t.Helper()
	if _, err := os.Stat(r.config); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("something was stored: %v", err)
	}
}

func (r *session) wantLoggedIn(t *testing.T, key string) authcfg.Config {
	t.Helper()
	r.wantExit(t, 0)
	c := storedLogin(t, r.config)
	if c.APIKey.Reveal() != key || c.UserID != "user-1" || c.AuthMethod != authcfg.OAuth {
		t.Errorf("stored %s of %s by %s", c.APIKey, c.UserID, c.AuthMethod)
	}
	return c
}

func contains(list []string, s string) bool {
	for _, item := range list {
		if item == s {
			return true
		}
	}
	return false
}

func readAll(t *testing.T, resp *http.Response) string {
	t.Helper()
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// safeBuffer is a buffer that two goroutines can use.
type safeBuffer struct {
	mu    sync.Mutex
	b     bytes.Buffer
	grown chan struct{} // closed by the next Write
}

func (b *safeBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.grown != nil {
		close(b.grown)
		b.grown = nil
	}
	return b.b.Write(p)
}

// until waits until the buffer contains text.
func (b *safeBuffer) until(text string) {
	for {
		b.mu.Lock()
		found := strings.Contains(b.b.String(), text)
		if b.grown == nil {
			b.grown = make(chan struct{})
		}
		grown := b.grown
		b.mu.Unlock()
		if found {
			return
		}
		<-grown
	}
}

func (b *safeBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}
