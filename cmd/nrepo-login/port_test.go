package main

import (
	"fmt"
	"net"
	"net/url"
	"os"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"github.com/nrepo-cli/nrepo/cmd/nrepo-login/internal/callback"
)

// The port is closed at the end, however the login ended.
func TestPortClosed(t *testing.T) {
	t.Parallel()
	for name, act := range map[string]func(t *testing.T, s *fakeServer, r *session, callback string){
		"success": func(t *testing.T, _ *fakeServer, _ *session, callback string) { visit(t, callback) },
		"denial": func(t *testing.T, _ *fakeServer, _ *session, callback string) {
			denied := strings.Replace(callback, "code=", "error=access_denied&was=", 1)
			visit(t, denied)
		},
		"interrupt": func(_ *testing.T, _ *fakeServer, r *session, _ string) { r.cancel() },
		"half a request": func(t *testing.T, _ *fakeServer, r *session, callback string) {
			u, err := url.Parse(callback)
			if err != nil {
				t.Fatal(err)
			}
			conn, err := net.Dial("tcp", u.Host)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { conn.Close() })
			fmt.Fprint(conn, "GET /callback HTTP/1.1\r\n")
			r.cancel()
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newService(t)
			r := newSession(t, s)
			callback := callbackOf(t, r.begin(t))
			act(t, s, r, callback)
			r.end(t)
			r.wantClosed(t, 1)
		})
	}
	t.Run("time-out", func(t *testing.T) {
		t.Parallel()
		r := newSession(t, newService(t), "--timeout", "100ms")
		r.begin(t)
		r.wantExit(t, 3)
		r.wantClosed(t, 1)
	})
}

// TestPort tests a port in use, and a machine without a loopback address.
func TestPort(t *testing.T) {
	t.Parallel()
	t.Run("given", func(t *testing.T) {
		t.Parallel()
		ln, err := net.Listen("tcp", "127.0.0.1:0") // stays open, so that no other test takes the port
		if err != nil {
			t.Fatal(err)
		}
		_, port, _ := net.SplitHostPort(ln.Addr().String())
		r := newSession(t, newService(t), "--callback-port", port)
		r.login.listen = func(_, address string) (net.Listener, error) {
			if address != ln.Addr().String() {
				t.Errorf("listens at %s", address)
			}
			return ln, nil
		}
		if address := r.begin(t); !strings.Contains(address, "127.0.0.1%3A"+port) {
			t.Errorf("address: %s", address)
		}
		r.cancel()
		r.end(t)
	})
	t.Run("busy", func(t *testing.T) {
		t.Parallel()
		ln, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer ln.Close()
		_, port, _ := net.SplitHostPort(ln.Addr().String())
		r := newSession(t, newService(t), "--callback-port", port)
		got := r.alone(t)
		if got != 1 || !strings.Contains(r.err.Error(), port) {
			t.Errorf("exit code %d: %v", got, r.err)
		}
		if self := fmt.Sprintf("(process %d)", os.Getpid()); runtime.GOOS == "linux" && !strings.Contains(r.err.Error(), self) {
			t.Errorf("the error does not name this process, %s: %v", self, r.err)
		}
		if len(r.opened) != 0 {
			t.Errorf("opened %q", r.opened)
		}
	})
	t.Run("no IPv4", func(t *testing.T) {
		t.Parallel()
		var asked []string
		l := newSession(t, newService(t)).login
		l.listen = func(network, address string) (net.Listener, error) {
			asked = append(asked, address)
			if strings.HasPrefix(address, "127.") {
				return nil, &net.OpError{Op: "listen", Err: syscall.EADDRNOTAVAIL}
			}
			return fakeListener{}, nil
		}
		_, host, err := l.listenLoopback(false)
		if err != nil || host != "[::1]:4711" || len(asked) != 2 {
			t.Errorf("%q %v, asked %q", host, err, asked)
		}
	})
	t.Run("no loopback", func(t *testing.T) {
		t.Parallel()
		r := newSession(t, newService(t))
		r.login.listen = func(string, string) (net.Listener, error) {
			return nil, &net.OpError{Op: "listen", Err: syscall.EADDRNOTAVAIL}
		}
		if got := r.alone(t); got != 1 {
			t.Errorf("exit code %d: %v", got, r.err)
		}
		r.login.env.Report(r.err)
		if !strings.Contains(r.stderr.String(), "--device") {
			t.Errorf("stderr: %s", r.stderr.String())
		}
	})
}

// A browser may try 127.0.0.1 or [::1] first for localhost. The key of a handoff must
// reach nrepo, and not another program that listens on the other address.
func TestHandoffTakesBothLoopbacks(t *testing.T) {
	t.Parallel()
	t.Run("both", func(t *testing.T) {
		t.Parallel()
		if ln, err := net.Listen("tcp", "[::1]:0"); err != nil {
			if os.Getenv("CI") != "" {
				t.Fatal(err)
			}
			t.Skip("no IPv6")
		} else {
			ln.Close()
		}
		s := newService(t)
		s.handoff = true
		r := newSession(t, s)
		_, back, _ := strings.Cut(r.begin(t), "localhost%3A")
		port, _, _ := strings.Cut(back, "%2F")
		for _, ip := range []string{"127.0.0.1", "[::1]"} {
			if status, _ := visit(t, "http://"+ip+":"+port+callback.Path); status != 400 {
				t.Errorf("%s: status %d", ip, status)
			}
		}
		r.cancel()
		r.end(t)
		r.wantClosed(t, 2)
	})
	busy := &net.OpError{Op: "listen", Err: syscall.EADDRINUSE}
	t.Run("one of them busy", func(t *testing.T) {
		t.Parallel()
		r := newSession(t, newService(t))
		listen, asked := r.login.listen, []string(nil)
		r.login.listen = func(network, address string) (net.Listener, error) {
			switch asked = append(asked, address); len(asked) {
			case 2:
				return nil, busy
			case 4:
				return fakeListener{}, nil
			}
			return listen(network, address)
		}
		lns, host, err := r.login.listenLoopback(true)
		if err != nil || len(lns) != 2 {
			t.Fatalf("%v %v", lns, err)
		}
		lns[0].Close()
		r.wantClosed(t, 2) // the first address was closed again
		if _, port, _ := net.SplitHostPort(host); asked[3] != "[::1]:"+port {
			t.Errorf("%s, asked %q", host, asked)
		}
	})
	t.Run("the given one busy", func(t *testing.T) {
		t.Parallel()
		s := newService(t)
		s.handoff = true
		r := newSession(t, s, "--callback-port", "4711")
		r.login.listen = func(_, address string) (net.Listener, error) {
			if strings.HasPrefix(address, "[::1]") {
				return nil, busy
			}
			return fakeListener{}, nil
		}
		if got := r.alone(t); got != 1 || len(r.opened) != 0 {
			t.Errorf("exit code %d: %v, opened %q", got, r.err, r.opened)
		}
	})
}

type fakeListener struct{ net.Listener }

func (fakeListener) Close() error   { return nil }
func (fakeListener) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv6loopback, Port: 4711} }
