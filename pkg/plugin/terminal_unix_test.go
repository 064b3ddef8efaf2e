//go:build unix

package plugin

import (
	"bytes"
	"fmt"
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
)

// screen is a command on a terminal of 40 columns.
type screen struct {
	*exec.Cmd
	terminal *os.File
	mu       sync.Mutex
	shown    bytes.Buffer
	ended    chan struct{}
}

// onScreen starts "helper args…" on a terminal. Its environment is vars and the usual
// variables, without a pager and an editor.
func onScreen(t *testing.T, vars []string, args ...string) *screen {
	t.Helper()
	s := &screen{Cmd: exec.Command(os.Args[0], args...), ended: make(chan struct{})}
	s.Env = append([]string{"NREPO_TEST_HELPER=terminal", "NEURALREPO_OUTPUT=human", "PATH=" + os.Getenv("PATH"), "TERM=xterm", "HOME=" + t.TempDir(), "GOCOVERDIR=" + os.Getenv("GOCOVERDIR")}, vars...)
	var err error
	if s.terminal, err = pty.StartWithSize(s.Cmd, &pty.Winsize{Rows: 10, Cols: 40}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Process.Kill(); s.terminal.Close() })
	go func() {
		defer close(s.ended)
		b := make([]byte, 1024)
		for {
			n, err := s.terminal.Read(b)
			s.mu.Lock()
			s.shown.Write(b[:n])
			s.mu.Unlock()
			if err != nil {
				return
			}
		}
	}()
	return s
}

func (s *screen) text() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.ReplaceAll(s.shown.String(), "\r\n", "\n")
}

// sees waits until the screen contains text.
func (s *screen) sees(t *testing.T, text string) {
	t.Helper()
	for deadline := time.After(20 * time.Second); ; {
		if strings.Contains(s.text(), text) {
			return
		}
		select {
		case <-deadline:
			t.Fatalf("no %q on the screen: %q", text, s.text())
		case <-time.After(5 * time.Millisecond):
		}
	}
}

func (s *screen) types(keys string) { io.WriteString(s.terminal, keys) }

// end waits for the end and returns the exit code and the screen.
func (s *screen) end(t *testing.T) (code int, text string) {
	t.Helper()
	s.Wait()
	<-s.ended
	if status := s.ProcessState.Sys().(syscall.WaitStatus); status.Signaled() {
		return 128 + int(status.Signal()), s.text()
	}
	return s.ProcessState.ExitCode(), s.text()
}

func TestConfirm(t *testing.T) {
	t.Parallel()
	for keys, want := range map[string]int{
		"y\n": ExitOK, "YES\n": ExitOK, " y \n": ExitOK,
		"\n": ExitCancelled, "n\n": ExitCancelled, "yep\n": ExitCancelled, "\x04": ExitCancelled, "y\x04\x04": ExitCancelled,
		"\x03": 130,
	} {
		t.Run(fmt.Sprintf("%q", keys), func(t *testing.T) {
			t.Parallel()
			s := onScreen(t, nil, "confirm")
			s.sees(t, `Remove\u001b it? [y/N] `)
			s.types(keys)
			code, text := s.end(t)
			if code != want || strings.Contains(text, "done") != (want == ExitOK) {
				t.Errorf("exit code %d, want %d: %q", code, want, text)
			}
			if want == ExitCancelled && !strings.Contains(text, "\nnrepo helper: cancelled\n") {
				t.Errorf("shown: %q", text)
			}
		})
	}
	for _, stdin := range []string{"y\n", ""} {
		p := newProcess(t, nil)
		p.Stdin = strings.NewReader(stdin)
		if err := p.Confirm(t.Context(), "Sure?"); ExitCode(err) != ExitUsage || p.stderr.Len() > 0 {
			t.Errorf("without a terminal: %v, %q", err, &p.stderr)
		}
	}
}

// The bar appears without further calls, a warning has its own line, and the bar is
// removed at the end.
func TestBar(t *testing.T) {
	t.Parallel()
	s := onScreen(t, nil, "bar")
	s.sees(t, "counting  1/4")
	s.types("\x04")
	code, text := s.end(t)
	lines := strings.Split(text, "\n")
	if code != ExitOK || len(lines) != 4 {
		t.Fatalf("exit code %d, %q", code, text)
	}
	for i, want := range []string{"nrepo helper: warning: careful", "nrepo helper: over", "done"} {
		if line := lines[i][strings.LastIndex(lines[i], "\r")+1:]; line != want {
			t.Errorf("line %d is %q, want %q", i, line, want)
		}
	}
}

// script writes a program for use as the editor or the pager.
func script(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a program")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+text), 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestEdit is not parallel because it runs files that it has just written.
func TestEdit(t *testing.T) {
	writer := script(t, `for last; do :; done; echo "edited $1" >"$last"`)
	byRename := script(t, `echo edited >"$1.new" && mv "$1.new" "$1"`)
	for name, tt := range map[string]struct {
		vars []string
		code int
		text string // in the file afterwards
		word string // on the screen
	}{
		"EDITOR with options":     {[]string{"EDITOR='" + writer + "' -x"}, ExitOK, "edited -x\n", "done"},
		"a variable":              {[]string{"ED=" + writer, `EDITOR="$ED" y`}, ExitOK, "edited y\n", "done"},
		"an assignment":           {[]string{"EDITOR=A=1 sh -c 'echo a$A >$1' x"}, ExitOK, "a1\n", "done"},
		"NREPO_EDITOR first":      {[]string{"NREPO_EDITOR='" + writer + "' n", "VISUAL=false", "EDITOR=false"}, ExitOK, "edited n\n", "done"},
		"VISUAL before EDITOR":    {[]string{"VISUAL='" + writer + "' v", "EDITOR=false"}, ExitOK, "edited v\n", "done"},
		"VISUAL not when dumb":    {[]string{"VISUAL=false", "EDITOR='" + writer + "' e", "TERM=dumb"}, ExitOK, "edited e\n", "done"},
		"empty is unset":          {[]string{"NREPO_EDITOR=", "VISUAL=", "EDITOR='" + writer + "' e"}, ExitOK, "edited e\n", "done"},
		"by rename":               {[]string{"EDITOR='" + byRename + "'"}, ExitOK, "edited\n", "done"},
		"dumb and none":           {[]string{"TERM=dumb", "VISUAL=vi"}, ExitUsage, "text\n", "set EDITOR"},
		"missing":                 {[]string{"EDITOR=no-such-editor"}, ExitUsage, "text\n", "EDITOR=no-such-editor"},
		"missing, with an option": {[]string{"EDITOR=no-such-editor -x"}, ExitUsage, "text\n", "editor cannot be run"},
		"a directory":             {[]string{"EDITOR=/"}, ExitUsage, "text\n", "editor cannot be run"},
		"missing at the end":      {[]string{"EDITOR=sh -c 'echo new >$1; no-such-program' x"}, ExitFailure, "new\n", "text is in "},
		"fails":                   {[]string{"EDITOR=sh -c 'exit 1'"}, ExitFailure, "text\n", "text is in "},
		"at once":                 {[]string{"EDITOR=true"}, ExitFailure, "text\n", "--wait"},
		"no terminal":             {nil, ExitUsage, "text\n", "must be a terminal"},
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "idea 1.md")
			if err := os.WriteFile(file, []byte("text\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			var code int
			var shown string
			if name == "no terminal" {
				p := newProcess(t, []string{"EDITOR=" + writer})
				code = p.Report(p.Edit(t.Context(), file))
				shown = p.stderr.String()
			} else {
				code, shown = onScreen(t, tt.vars, "edit", file).end(t)
			}
			if text, err := os.ReadFile(file); code != tt.code || string(text) != tt.text || err != nil {
				t.Errorf("exit code %d, %q in the file, %v: %q", code, text, err, shown)
			}
			if !strings.Contains(strings.ReplaceAll(shown, "\n", ""), tt.word) {
				t.Errorf("no %q on the screen: %q", tt.word, shown)
			}
		})
	}
}

// Ctrl-C goes to the editor and does not end the command, whether or not the command
// catches signals. SIGTERM ends both.
func TestEditInterrupted(t *testing.T) {
	editor := script(t, `trap 'echo ours >"$1"; exit 0' INT; trap 'exit 1' TERM; echo ready; while :; do sleep 0.1; done`)
	for _, notify := range []string{"", "1"} {
		file := filepath.Join(t.TempDir(), "idea.md")
		if err := os.WriteFile(file, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		vars := []string{"NOTIFY=" + notify, "EDITOR='" + editor + "'"}
		s := onScreen(t, vars, "edit", file)
		s.sees(t, "ready")
		s.types("\x03")
		if code, text := s.end(t); code != ExitOK || !strings.HasSuffix(text, "done\n") {
			t.Errorf("Ctrl-C: exit code %d, %q", code, text)
		}
		if text, err := os.ReadFile(file); string(text) != "ours\n" {
			t.Errorf("the editor wrote %q, %v", text, err)
		}
		s = onScreen(t, vars, "edit", file)
		s.sees(t, "ready")
		s.Process.Signal(syscall.SIGTERM)
		if code, _ := s.end(t); code != 128+int(syscall.SIGTERM) {
			t.Errorf("SIGTERM: exit code %d", code)
		}
	}
}

// TestPage is not parallel because it runs files that it has just written.
func TestPage(t *testing.T) {
	mark := script(t, `echo "pager $1 $LESS $LV $COLUMNS"; cat`)
	const rows = "width 40 color %t\n%sone\ntwo\n"
	plain := fmt.Sprintf(rows, true, "")
	charset := "NREPO_PAGER=echo charset $LESSCHARSET; cat >/dev/null"
	for name, tt := range map[string]struct {
		vars []string
		want string
	}{
		"no locale":        {[]string{charset}, "charset utf-8\n"},
		"a locale":         {[]string{charset, "LANG=C"}, "charset\n"},
		"PAGER":            {[]string{"PAGER='" + mark + "' a"}, fmt.Sprintf(rows, false, "pager a FRX -c 40\n")},
		"NREPO_PAGER":      {[]string{"NREPO_PAGER='" + mark + "' b", "PAGER=false"}, fmt.Sprintf(rows, false, "pager b FRX -c 40\n")},
		"colour wanted":    {[]string{"NREPO_PAGER_COLOR=1", "PAGER='" + mark + "' a"}, fmt.Sprintf(rows, true, "pager a FRX -c 40\n")},
		"LESS is kept":     {[]string{"LESS=", "LV=x", "PAGER='" + mark + "' a"}, fmt.Sprintf(rows, false, "pager a  x 40\n")},
		"a pipe":           {[]string{"PAGER=sed s/^/+/ | cat"}, fmt.Sprintf("width 40 color %t\n+one\n+two\n", false)},
		"empty":            {[]string{"PAGER="}, plain},
		"cat":              {[]string{"PAGER=cat"}, plain},
		"missing":          {[]string{"PAGER=no-such-pager -x"}, plain},
		"JSON":             {[]string{"NEURALREPO_OUTPUT=json", "PAGER='" + mark + "'"}, `{"warning":"` + "width 40 color true\"}\none\ntwo\n"},
		"ends at once":     {[]string{"PAGER=true"}, "width 40 color false\n"},
		"fails":            {[]string{"PAGER=false"}, "width 40 color false\n"},
		"NREPO_PAGER none": {[]string{"NREPO_PAGER=", "PAGER='" + mark + "'"}, plain},
	} {
		code, text := onScreen(t, tt.vars, "page", "one", "two").end(t)
		if code != ExitOK || !strings.HasSuffix(text, tt.want) {
			t.Errorf("%s: exit code %d, %q, want %q", name, code, text, tt.want)
		}
		if warned := strings.Contains(text, "cannot run the pager"); warned != (name == "missing") {
			t.Errorf("%s: %q", name, text)
		}
	}
	// Without output, there is no pager.
	if _, text := onScreen(t, []string{"PAGER='" + mark + "'"}, "page").end(t); strings.Contains(text, "pager") {
		t.Errorf("without rows: %q", text)
	}
	// If stdout is not a terminal, there is no pager.
	p := newProcess(t, []string{"PAGER=" + mark})
	stdout := p.Stdout
	if p.Page(t.Context())(); p.Stdout != stdout {
		t.Error("a buffer is paged")
	}
}

// If the user quits the pager, the command ends without a message.
func TestPageLeft(t *testing.T) {
	t.Parallel()
	if code, text := onScreen(t, []string{"PAGER=head -1"}, "endless").end(t); code != ExitOK || text != "row\n" {
		t.Errorf("exit code %d, %q", code, text)
	}
}

// Ctrl-C goes to the pager.
func TestPageInterrupted(t *testing.T) {
	pager := script(t, `trap 'echo interrupted; exit' INT; echo ready; while :; do sleep 0.1; done`)
	for _, notify := range []string{"", "1"} {
		s := onScreen(t, []string{"PAGER='" + pager + "'", "NOTIFY=" + notify}, "page", "one")
		s.sees(t, "ready")
		s.types("\x03")
		if code, text := s.end(t); code != ExitOK || !strings.HasSuffix(text, "interrupted\n") {
			t.Errorf("exit code %d, %q", code, text)
		}
	}
}

// less can show colour, unless its options prevent it.
func TestPagerShowsColor(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		line string
		vars []string
		want bool
	}{
		{"less", nil, true},
		{"/usr/bin/less -i", nil, true},
		{"less", []string{"LESS=-i"}, false},
		{"less", []string{"LESS=iR"}, true},
		{"less -R", []string{"LESS=-i"}, true},
		{"bat -p", nil, true},
		{"more", nil, false},
		{"less | cat", nil, true},
		{"cat | less", nil, false},
	} {
		if got := newProcess(t, tt.vars).pagerShowsColor(tt.line); got != tt.want {
			t.Errorf("%s with %q: %t", tt.line, tt.vars, got)
		}
	}
}
