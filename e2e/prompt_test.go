//go:build unix

package e2e

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
	"golang.org/x/term"

	"github.com/nrepo-cli/nrepo/pkg/nrepotest"
)

const (
	keyPrompt   = "Paste your API key (nrp_<64-hex-chars>): "
	pastePrompt = "If the last page does not load, paste its address or its code: "
)

// terminal is a program on a pseudo-terminal.
type terminal struct {
	t      *testing.T
	pty    *os.File // the side of the user
	tty    *os.File // the side of the program, kept open to read its mode
	before *term.State
	cmd    *exec.Cmd

	mu     sync.Mutex
	screen bytes.Buffer
	grown  chan struct{} // gets a value when screen has grown
}

// startTerminal runs a command on a new terminal.
func startTerminal(t *testing.T, environ []string, name string, args ...string) *terminal {
	t.Helper()
	person, tty, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	before, err := term.GetState(int(tty.Fd()))
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(name, args...)
	cmd.Env = environ
	cmd.Stdin, cmd.Stdout, cmd.Stderr = tty, tty, tty
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	s := &terminal{t: t, pty: person, tty: tty, before: before, cmd: cmd, grown: make(chan struct{}, 1)}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go s.read()
	t.Cleanup(func() {
		cmd.Process.Kill()
		tty.Close()
		person.Close()
		wantNoSecret(t, nil, s.text())
	})
	return s
}

func (s *terminal) read() {
	buf := make([]byte, 4096)
	for {
		n, err := s.pty.Read(buf)
		if n == 0 && err != nil {
			return
		}
		s.mu.Lock()
		s.screen.Write(buf[:n])
		s.mu.Unlock()
		select {
		case s.grown <- struct{}{}:
		default:
		}
	}
}

func (s *terminal) text() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.screen.String()
}

// becomes reports whether wanted returns true for the screen within a time.
func (s *terminal) becomes(wanted func(screen string) bool, within time.Duration) bool {
	limit := time.After(within)
	for !wanted(s.text()) {
		select {
		case <-s.grown:
		case <-limit:
			return false
		}
	}
	return true
}

// await waits until the screen shows want.
func (s *terminal) await(want string) {
	s.t.Helper()
	s.awaitTimes(want, 1)
}

// awaitTimes waits until the screen has shown want n times. The time limit is reached
// only if the program is broken.
func (s *terminal) awaitTimes(want string, n int) {
	s.t.Helper()
	if !s.becomes(func(screen string) bool { return strings.Count(screen, want) >= n }, time.Minute) {
		s.t.Fatalf("the screen never showed %q %d times:\n%q", want, n, s.text())
	}
}

func (s *terminal) write(text string) {
	s.t.Helper()
	if _, err := io.WriteString(s.pty, text); err != nil {
		s.t.Fatal(err)
	}
}

// end waits for the program and for the rest of its output. It checks that the terminal
// has its original mode.
func (s *terminal) end() *os.ProcessState {
	s.t.Helper()
	s.cmd.Wait()
	const end = "<end of the screen>"
	if _, err := s.tty.WriteString(end); err != nil {
		s.t.Fatal(err)
	}
	s.await(end)
	s.mu.Lock()
	s.screen.Truncate(bytes.Index(s.screen.Bytes(), []byte(end)))
	s.mu.Unlock()
	after, err := term.GetState(int(s.tty.Fd()))
	if err != nil {
		s.t.Fatal(err)
	}
	if *after != *s.before {
		s.t.Error("the terminal was not restored")
	}
	return s.cmd.ProcessState
}

func login(t *testing.T) (*terminal, *nrepotest.Server) {
	t.Helper()
	server := nrepotest.NewServer(t)
	var environ []string
	for _, entry := range server.Environ() {
		if !strings.HasPrefix(entry, "NEURALREPO_API_KEY=") {
			environ = append(environ, entry)
		}
	}
	s := startTerminal(t, environ, filepath.Join(binaries(t), "nrepo"), "login", "--api-key")
	s.await(keyPrompt)
	return s, server
}

func TestPromptShowsStars(t *testing.T) {
	t.Parallel()
	s, server := login(t)
	s.write(server.APIKey[:10] + "xy\x7f\x7f") // a typing error, corrected
	s.write(server.APIKey[10:] + "\r")
	s.await("Logged in as alice@example.com")
	s.await("NEURALREPO_OUTPUT") // the hint on how to avoid JSON
	if code := s.end().ExitCode(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	if strings.Contains(s.text(), "nrp_"+server.APIKey[4:8]) {
		t.Error("the key was shown")
	}
	if !strings.Contains(s.text(), strings.Repeat("*", 10)) {
		t.Errorf("no stars: %q", s.text())
	}
	if _, err := os.Stat(server.Config); err != nil {
		t.Error(err)
	}
}

func TestPromptTakesPastedText(t *testing.T) {
	t.Parallel()
	s, server := login(t)
	s.write("\x1b[200~" + server.APIKey + "\x1b[201~\r")
	s.await("Logged in as alice@example.com")
	s.end()
}

func TestPromptEnds(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		typed  string
		signal syscall.Signal
		code   int
	}{
		"Ctrl-C":    {typed: "nrp_\x03", signal: syscall.SIGINT},
		"SIGTERM":   {signal: syscall.SIGTERM},
		"SIGHUP":    {signal: syscall.SIGHUP},
		"Ctrl-D":    {typed: "\x04", code: 3},
		"empty":     {typed: "\r", code: 2},
		"wrong key": {typed: "nrp_1234\r", code: 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, server := login(t)
			if tt.typed != "" {
				s.write(tt.typed)
			} else if err := s.cmd.Process.Signal(tt.signal); err != nil {
				t.Fatal(err)
			}
			status := s.end().Sys().(syscall.WaitStatus)
			if tt.signal != 0 && (!status.Signaled() || status.Signal() != tt.signal) {
				t.Errorf("status %#x, want death by %v; screen %q", status, tt.signal, s.text())
			}
			if tt.signal == 0 && status.ExitStatus() != tt.code {
				t.Errorf("exit code %d, want %d; screen %q", status.ExitStatus(), tt.code, s.text())
			}
			if _, err := os.Stat(server.Config); err == nil {
				t.Error("something was stored")
			}
			if strings.Contains(s.text(), "nrp_1234") {
				t.Error("typed text was shown")
			}
		})
	}
}

// TestPasteStaysInThePrompt pastes more than one line at a prompt in an interactive
// bash. The rest is not run, shown or kept in the history, whether or not the terminal
// marks pasted text.
func TestPasteStaysInThePrompt(t *testing.T) {
	t.Parallel()
	if !haveShell(t, "bash") {
		return
	}
	const (
		apiKey, browser = "login --api-key", "login --no-browser"
		rest            = "\recho RA''N\r"
		begin, end      = "\x1b[200~", "\x1b[201~"
		closed          = "\x1b[?2004l\r\n" // written when the terminal is restored
	)
	long := strings.Repeat("a", 4200)
	for name, tt := range map[string]struct {
		command, pasted, says string
	}{
		"two lines":            {apiKey, "not-a-key" + rest, "API key"},
		"two marked lines":     {apiKey, begin + "not-a-key" + rest + end, "several lines"},
		"env file":             {apiKey, "NEURALREPO_API_URL=\r\nOTHER=RA''N\r\n", "API key"},
		"marked env file":      {apiKey, begin + "\nNEURALREPO_API_URL=\nOTHER=RA''N" + end, "several lines"},
		"long":                 {apiKey, long + rest, "too long"},
		"very long":            {apiKey, long + strings.Repeat(rest, 3000), "too long"},
		"marked, very long":    {apiKey, begin + strings.Repeat(rest, 9000) + end, "several lines"},
		"end of file":          {apiKey, "\x04" + rest, "no API key was given"},
		"Ctrl-C":               {apiKey, "\x03" + rest, keyPrompt + closed},
		"browser":              {browser, "none" + rest, "not accepted"},
		"browser, marked":      {browser, begin + "not-a-code" + rest + end, "several lines"},
		"browser, long":        {browser, long + rest, "too long"},
		"browser, end of file": {browser, "\x04" + rest, pastePrompt + closed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := nrepotest.NewServer(t)
			s := startTerminal(t, withoutKey(server, "PS1=$ ", "TERM=xterm", "HISTFILE="+filepath.Join(t.TempDir(), "history"), "PATH="+binaries(t)+":/usr/bin:/bin"),
				"bash", "--norc", "--noprofile", "-i")
			s.await("$ ")
			s.write("nrepo " + tt.command + "\r")
			question := keyPrompt
			if tt.command == browser {
				question = pastePrompt
			}
			s.await(question)
			s.write(tt.pasted)
			s.await(tt.says)
			if tt.command == browser { // it still waits for the browser
				if name != "browser, end of file" {
					s.awaitTimes(question, 2)
				}
				s.write("\x03")
			}
			s.awaitTimes("$ ", 2)
			s.write("history; echo the e''nd\r")
			s.await("the end")
			s.awaitTimes("$ ", 3)
			if strings.Contains(s.text(), "RA''N") || strings.Contains(s.text(), "RAN") {
				t.Errorf("the shell received pasted text: %q", s.text())
			}
			if strings.Count(s.text(), "\x1b[?2004h") != strings.Count(s.text(), "\x1b[?2004l")+1 {
				t.Errorf("the terminal still marks pasted text: %q", s.text())
			}
		})
	}
}
