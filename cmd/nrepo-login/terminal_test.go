//go:build linux || darwin

package main

import (
	"errors"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
	"golang.org/x/term"

	"github.com/nrepo-cli/nrepo/internal/teststart"
	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

// TestMain runs the command itself in a process that a test started for that.
func TestMain(m *testing.M) {
	if os.Getenv("NREPO_LOGIN_TEST_PROCESS") != "" {
		os.Exit(plugin.Main("login", runLogin))
	}
	os.Exit(teststart.Run(m))
}

// process is the command in a separate process with its own terminal.
type process struct {
	cmd    *exec.Cmd
	master *os.File
	config string
	before term.State
	screen *strings.Builder
	slave  *os.File
}

func startProcess(t *testing.T, s *fakeServer, args ...string) *process {
	t.Helper()
	master, slave, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { master.Close(); slave.Close() })
	p := &process{master: master, slave: slave, config: filepath.Join(t.TempDir(), "config.json"), screen: &strings.Builder{}}
	before, err := term.GetState(int(slave.Fd()))
	if err != nil {
		t.Fatal(err)
	}
	p.before = *before
	p.cmd = exec.Command(os.Args[0], append([]string{"--no-browser"}, args...)...)
	p.cmd.Env = append(os.Environ(), "NREPO_LOGIN_TEST_PROCESS=1", "NEURALREPO_API_URL="+s.api(), "NEURALREPO_CONFIG="+p.config,
		"NEURALREPO_API_KEY=", "NEURALREPO_OUTPUT=", "CI=true")
	p.cmd.Stdin, p.cmd.Stdout, p.cmd.Stderr = slave, slave, slave
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.cmd.Process.Kill() })
	return p
}

// until reads the screen up to a text and returns everything read so far.
func (p *process) until(t *testing.T, text string) string {
	t.Helper()
	p.master.SetReadDeadline(time.Now().Add(30 * time.Second))
	buf := make([]byte, 4096)
	for from := 0; ; {
		if i := strings.Index(p.screen.String()[from:], text); i >= 0 {
			all := p.screen.String()
			rest := all[from+i+len(text):]
			p.screen.Reset()
			p.screen.WriteString(rest)
			return all[:len(all)-len(rest)]
		}
		n, err := p.master.Read(buf)
		p.screen.Write(buf[:n])
		if err != nil && n == 0 {
			t.Fatalf("no %q on the screen: %v\n%s", text, err, p.screen)
		}
	}
}

// waiting waits until the prompt is open and returns the address.
func (p *process) waiting(t *testing.T) string {
	t.Helper()
	text := p.until(t, pastePrompt)
	address, _, _ := strings.Cut(text, "\r\n")
	if !strings.HasPrefix(address, "http://127.0.0.1:") {
		t.Fatalf("the first line is not an address: %s", text)
	}
	return address
}

func (p *process) typeText(t *testing.T, text string) {
	t.Helper()
	if _, err := p.master.WriteString(text); err != nil {
		t.Fatal(err)
	}
}

func (p *process) wait(t *testing.T) syscall.WaitStatus {
	t.Helper()
	err := p.cmd.Wait()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return p.cmd.ProcessState.Sys().(syscall.WaitStatus)
}

// wantTerminalBack checks that the terminal has its original mode.
func (p *process) wantTerminalBack(t *testing.T) {
	t.Helper()
	after, err := term.GetState(int(p.slave.Fd()))
	if err != nil {
		t.Fatal(err)
	}
	if *after != p.before {
		t.Error("the terminal has a different mode")
	}
}

func (p *process) wantNothingStored(t *testing.T) {
	t.Helper()
	if _, err := os.Stat(p.config); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("something was stored: %v", err)
	}
}

func wantClosed(t *testing.T, address string) {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	back, err := url.Parse(u.Query().Get("redirect_uri"))
	if err != nil {
		t.Fatal(err)
	}
	if conn, err := net.Dial("tcp", back.Host); err == nil {
		conn.Close()
		t.Error("the port is still open")
	}
}

// TestPaste pastes the answer on a terminal.
func TestPaste(t *testing.T) {
	t.Parallel()
	codeIn := func(t *testing.T, callback string) string {
		u, err := url.Parse(callback)
		if err != nil {
			t.Fatal(err)
		}
		return u.Query().Get("code")
	}
	for name, paste := range map[string]func(t *testing.T, callback string) string{
		"url":               func(_ *testing.T, callback string) string { return callback },
		"code":              codeIn,
		"bracketed, quoted": func(_ *testing.T, callback string) string { return "\x1b[200~ '" + callback + "' \x1b[201~" },
		"code#state": func(t *testing.T, callback string) string {
			u, err := url.Parse(callback)
			if err != nil {
				t.Fatal(err)
			}
			return u.Query().Get("code") + "#" + u.Query().Get("state")
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newService(t)
			p := startProcess(t, s)
			callback := callbackOf(t, p.waiting(t))
			p.typeText(t, paste(t, callback)+"\r")
			text := p.until(t, "Logged in as alice@example.com")
			if status := p.wait(t); status.ExitStatus() != 0 {
				t.Errorf("status %v", status)
			}
			if strings.Contains(text, codeIn(t, callback)) {
				t.Error("the code was shown")
			}
			p.wantTerminalBack(t)
			if storedLogin(t, p.config).APIKey != "access-1" || s.exchanged() != 1 {
				t.Errorf("%d exchanges", s.exchanged())
			}
		})
	}
}

// After a wrong paste, the prompt asks again, and the callback still works.
func TestWrongPaste(t *testing.T) {
	t.Parallel()
	s := newService(t)
	p := startProcess(t, s)
	callback := callbackOf(t, p.waiting(t))
	p.typeText(t, strings.Replace(callback, "state=", "state=x", 1)+"\r")
	p.until(t, "not belong")
	p.until(t, pastePrompt)
	p.typeText(t, "garbage!\r") // it looks like a code, so the server refuses it
	p.until(t, "not accept")
	p.until(t, pastePrompt)
	p.typeText(t, "\x04") // end of file
	p.until(t, "\n")
	if status, page := visit(t, callback); status != 200 || !strings.Contains(page, "You are logged in") {
		t.Errorf("page: %d %s", status, page)
	}
	p.until(t, "Logged in as alice@example.com")
	if status := p.wait(t); status.ExitStatus() != 0 {
		t.Errorf("status %v", status)
	}
	p.wantTerminalBack(t)
}

// If a paste and the callback arrive at once, only one of them is exchanged.
func TestPasteAndCallback(t *testing.T) {
	t.Parallel()
	s := newService(t)
	asked := make(chan struct{})
	s.token = func(w http.ResponseWriter, r *http.Request) {
		asked <- struct{}{}
		reply(w, 200, sessionReply())
	}
	p := startProcess(t, s)
	callback := callbackOf(t, p.waiting(t))
	p.typeText(t, callback+"\r")
	pages := make(chan string, 1)
	go func() {
		resp, err := http.Get(callback)
		if err != nil { // the request came after the end
			pages <- ""
			return
		}
		pages <- readAll(t, resp)
	}()
	<-asked
	if page := <-pages; page != "" && !strings.Contains(page, "You are logged in") {
		t.Errorf("page: %s", page)
	}
	p.until(t, "Logged in as")
	if p.wait(t).ExitStatus() != 0 || s.exchanged() != 1 {
		t.Errorf("%d exchanges", s.exchanged())
	}
}

// TestSignals sends signals while the login waits.
func TestSignals(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		act  func(t *testing.T, p *process)
		want syscall.Signal
	}{
		"Ctrl-C":        {func(t *testing.T, p *process) { p.typeText(t, "\x03") }, syscall.SIGINT},
		"SIGINT":        {func(_ *testing.T, p *process) { p.cmd.Process.Signal(syscall.SIGINT) }, syscall.SIGINT},
		"SIGTERM":       {func(_ *testing.T, p *process) { p.cmd.Process.Signal(syscall.SIGTERM) }, syscall.SIGTERM},
		"SIGHUP":        {func(_ *testing.T, p *process) { p.cmd.Process.Signal(syscall.SIGHUP) }, syscall.SIGHUP},
		"window closed": {func(_ *testing.T, p *process) { p.slave.Close(); p.master.Close() }, syscall.SIGHUP},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := startProcess(t, newService(t))
			address := p.waiting(t)
			test.act(t, p)
			if status := p.wait(t); !status.Signaled() || status.Signal() != test.want {
				t.Errorf("status %v, want %v", status, test.want)
			}
			wantClosed(t, address)
			p.wantNothingStored(t)
			if name != "window closed" {
				p.wantTerminalBack(t)
			}
		})
	}
}

// After a timeout, the exit code is 3 and the terminal is restored.
func TestTimeOut(t *testing.T) {
	t.Parallel()
	p := startProcess(t, newService(t), "--timeout", "300ms")
	address := p.waiting(t)
	p.until(t, "within 300ms")
	if status := p.wait(t); status.ExitStatus() != 3 {
		t.Errorf("status %v", status)
	}
	wantClosed(t, address)
	p.wantNothingStored(t)
	p.wantTerminalBack(t)
}

// On a terminal, a login works without a listener: the user pastes the address of the
// page that the browser could not open.
func TestPasteOnly(t *testing.T) {
	t.Parallel()
	master, slave, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer master.Close()
	defer slave.Close()
	s := newService(t)
	r := newSession(t, s)
	r.login.env.Stdin = slave
	r.login.listen = func(string, string) (net.Listener, error) {
		return nil, &net.OpError{Op: "listen", Err: syscall.EADDRNOTAVAIL}
	}
	if line := r.begin(t); !strings.Contains(line, "warning") {
		t.Errorf("first line: %s", line)
	}
	r.stderr.until(pastePrompt)
	address := regexp.MustCompile(`(?m)^http.*$`).FindString(r.stderr.String())
	if _, err := master.WriteString(callbackOf(t, address) + "\r"); err != nil {
		t.Fatal(err)
	}
	r.wantLoggedIn(t, "access-1")
}
