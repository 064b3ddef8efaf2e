package e2e

import (
	"bufio"
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nrepo-cli/nrepo/pkg/nrepotest"
)

// loggingIn is a running `nrepo login` that waits for approval.
type loggingIn struct {
	t      *testing.T
	server *nrepotest.Server
	cmd    *exec.Cmd
	url    string // the first line of its stderr
	stdout bytes.Buffer
	rest   chan string // the rest of its stderr
}

// environ returns the environment of a user who is not logged in at the server.
func environ(server *nrepotest.Server) []string {
	return slices.DeleteFunc(server.Environ(), func(entry string) bool {
		name, _, _ := strings.Cut(entry, "=")
		return slices.Contains([]string{"NEURALREPO_API_KEY", "CI", "BROWSER", "DISPLAY", "WAYLAND_DISPLAY"}, name)
	})
}

func startLogin(t *testing.T, server *nrepotest.Server, args ...string) *loggingIn {
	t.Helper()
	l := &loggingIn{t: t, server: server, rest: make(chan string, 1)}
	l.cmd = exec.Command(filepath.Join(binaries(t), "nrepo"), append([]string{"login", "--no-browser"}, args...)...)
	l.cmd.Env = environ(server)
	l.cmd.Stdout = &l.stdout
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	l.cmd.Stderr = write
	if err := l.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	write.Close()
	t.Cleanup(func() { l.cmd.Process.Kill() })
	stderr := bufio.NewReader(read)
	if l.url, err = stderr.ReadString('\n'); err != nil {
		t.Fatalf("no first line on stderr: %v", err)
	}
	l.url = strings.TrimSpace(l.url)
	go func() {
		defer read.Close()
		text, _ := io.ReadAll(stderr)
		l.rest <- string(text)
	}()
	return l
}

// end waits for the program and checks its exit code and stdout.
func (l *loggingIn) end(code int, stdout string) {
	l.t.Helper()
	rest := <-l.rest
	l.cmd.Wait()
	wantNoSecret(l.t, l.server, l.stdout.String(), rest)
	if got := l.cmd.ProcessState.ExitCode(); got != code || l.stdout.String() != stdout {
		l.t.Errorf("exit code %d, want %d; stdout %q, want %q; stderr %q", got, code, l.stdout.String(), stdout, rest)
	}
}

// auth returns the credential headers of the requests to /user/me after the first n
// requests.
func auth(server *nrepotest.Server, n int) (headers [][]string) {
	for _, r := range server.Requests()[n:] {
		if strings.HasSuffix(r.Path, "/user/me") {
			headers = append(headers, r.Auth)
		}
	}
	return headers
}

func nrepo(t *testing.T, server *nrepotest.Server, args ...string) (stdout string, code int) {
	t.Helper()
	cmd := exec.Command(filepath.Join(binaries(t), "nrepo"), args...)
	cmd.Env = environ(server)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, _ := cmd.Output()
	wantNoSecret(t, server, string(out), stderr.String())
	return string(out), cmd.ProcessState.ExitCode()
}

func TestOAuthLogin(t *testing.T) {
	t.Parallel()
	server := nrepotest.NewServer(t)
	l := startLogin(t, server)
	if err := server.Deny(t.Context(), l.url); err != nil {
		t.Fatal(err)
	}
	l.end(3, "")
	if _, err := os.Stat(server.Config); err == nil {
		t.Error("a denied login stored something")
	}

	l = startLogin(t, server)
	if err := server.Approve(t.Context(), l.url); err != nil {
		t.Fatal(err)
	}
	l.end(0, "Logged in as alice@example.com\n")

	// The default format of such a login is human, and its only header is Bearer.
	before := len(server.Requests())
	stdout, code := nrepo(t, server, "whoami")
	if code != 0 || !strings.HasPrefix(stdout, "Logged in as alice@example.com\n") {
		t.Errorf("whoami: exit code %d, %s", code, stdout)
	}
	if got := auth(server, before); len(got) != 1 || !slices.Equal(got[0], []string{"Authorization"}) {
		t.Errorf("whoami sent %v", got)
	}
	if stdout, code := nrepo(t, server, "logout", "--json"); code != 0 || !strings.Contains(stdout, `"revoked": true`) {
		t.Errorf("logout: exit code %d, %s", code, stdout)
	}
}

func TestHandoffLogin(t *testing.T) {
	t.Parallel()
	server := nrepotest.Config{Handoff: true}.NewServer(t)
	l := startLogin(t, server)
	if err := server.Approve(t.Context(), l.url); err != nil {
		t.Fatal(err)
	}
	l.end(0, "Logged in as alice@example.com\n")
	before := len(server.Requests())
	if stdout, code := nrepo(t, server, "whoami"); code != 0 || !strings.Contains(strings.Join(strings.Fields(stdout), " "), "Login: oauth") {
		t.Errorf("whoami: exit code %d, %s", code, stdout)
	}
	if got := auth(server, before); len(got) != 1 || !slices.Equal(got[0], []string{"X-API-Key"}) {
		t.Errorf("whoami sent %v", got)
	}
}

// TestOneRefresh runs ten commands at once with an expired session.
func TestOneRefresh(t *testing.T) {
	t.Parallel()
	var later atomic.Int64 // how far the server's clock is ahead
	server := nrepotest.Config{Now: func() time.Time { return time.Now().Add(time.Duration(later.Load())) }}.NewServer(t)
	l := startLogin(t, server)
	if err := server.Approve(t.Context(), l.url); err != nil {
		t.Fatal(err)
	}
	l.end(0, "Logged in as alice@example.com\n")
	before := len(server.Requests())
	later.Store(int64(48 * time.Hour))
	refreshes := func() (n int) {
		for _, r := range server.Requests()[before:] {
			if r.Method == "POST" {
				n++
			}
		}
		return n
	}

	// A shell does not wait long, so completion does not renew a session.
	if stdout, code := nrepo(t, server, "__complete", "--", "key", "revoke", ""); code != 0 || stdout != "" || refreshes() > 0 {
		t.Errorf("completion: exit code %d, %q, %d refreshes", code, stdout, refreshes())
	}
	var commands sync.WaitGroup
	for range 10 {
		commands.Go(func() {
			if stdout, code := nrepo(t, server, "whoami"); code != 0 {
				t.Errorf("whoami: exit code %d, %s", code, stdout)
			}
		})
	}
	commands.Wait()
	if n := refreshes(); n != 1 {
		t.Errorf("%d refreshes, want 1", n)
	}
}

// events is the output of `nrepo login --device --json`, read line by line.
type events struct{ stdout *bufio.Reader }

func startDevice(t *testing.T, server *nrepotest.Server) events {
	t.Helper()
	cmd := exec.Command(filepath.Join(binaries(t), "nrepo"), "login", "--device", "--json")
	cmd.Env = environ(server)
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	return events{bufio.NewReader(stdout)}
}

func (e events) line(t *testing.T) string {
	t.Helper()
	line, err := e.stdout.ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	wantNoSecret(t, nil, line)
	return line
}
