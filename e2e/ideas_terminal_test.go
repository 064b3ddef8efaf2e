//go:build unix

package e2e

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/clipperhouse/displaywidth"
	"github.com/creack/pty"

	"github.com/nrepo-cli/nrepo/pkg/nrepotest"
)

// ideaHome is the home of a user with three ideas and a terminal.
type ideaHome struct {
	t       *testing.T
	server  *nrepotest.Server
	environ []string
	dir     string
}

func newIdeaHome(t *testing.T, config nrepotest.Config) *ideaHome {
	t.Helper()
	h := &ideaHome{t: t, server: config.NewServer(t), dir: t.TempDir()}
	h.environ = append(h.server.Environ(), "HOME="+h.dir, "PATH="+binaries(t)+":/usr/bin:/bin", "NEURALREPO_OUTPUT=human",
		"XDG_STATE_HOME="+h.dir+"/state", "XDG_CACHE_HOME="+h.dir+"/cache", "TERM=xterm", "LC_ALL=C.UTF-8", "VISUAL=")
	return h
}

// sh runs a line in a shell without a terminal and returns its output.
func (h *ideaHome) sh(line string, vars ...string) string {
	h.t.Helper()
	cmd := exec.Command("sh", "-c", line)
	cmd.Env = slices.Concat(h.environ, vars)
	out, err := cmd.CombinedOutput()
	if err != nil {
		h.t.Fatalf("%s: %v %s", line, err, out)
	}
	return string(out)
}

// editor writes a shell script that edits the file $1.
func (h *ideaHome) editor(script string) string {
	h.t.Helper()
	path := filepath.Join(h.t.TempDir(), "editor")
	if err := writeProgram(path, []byte("#!/bin/sh\n"+script+"\n")); err != nil {
		h.t.Fatal(err)
	}
	return "EDITOR='" + path + "'"
}

// terminal runs nrepo on a terminal and returns its exit code and the screen.
func (h *ideaHome) terminal(vars []string, args ...string) (code int, screen string) {
	h.t.Helper()
	for i, v := range vars {
		vars[i] = strings.ReplaceAll(v, "'", "")
	}
	s := startTerminal(h.t, slices.Concat(h.environ, vars), filepath.Join(binaries(h.t), "nrepo"), args...)
	code = s.end().ExitCode()
	return code, s.text()
}

func TestEditor(t *testing.T) {
	t.Parallel()
	slow := "sleep 1.2; " // people need longer than an editor that only opens a window
	for name, tt := range map[string]struct {
		script string
		config nrepotest.Config
		code   int
		screen string // text on the screen
		title  string // the title afterwards
		kept   bool   // whether the text is kept
	}{
		"changed":      {`sed -i 's/^title: .*/title: "Uno"/; s/text/more text/' "$1"`, nrepotest.Config{}, 0, "body 4 → 9 characters", "Uno", false},
		"by rename":    {`sed 's/One/Uno/' "$1" > "$1.new"; mv "$1.new" "$1"`, nrepotest.Config{}, 0, "Updated", "Uno", false},
		"unchanged":    {slow + `true`, nrepotest.Config{}, 0, "Nothing to change", "One", false},
		"at once":      {`true`, nrepotest.Config{}, 1, "at once", "One", true},
		"emptied":      {`: > "$1"`, nrepotest.Config{}, 3, "cancelled", "One", false},
		"removed":      {`rm "$1"`, nrepotest.Config{}, 3, "cancelled", "One", false},
		"fails":        {`echo more >> "$1"; exit 1`, nrepotest.Config{}, 1, "--resume", "One", true},
		"fault":        {`grep -q '# error' "$1" && sed -i 's/done/shipped/; /# error/d' "$1" || sed -i 's/^status: .*/status: done/' "$1"`, nrepotest.Config{}, 0, "status captured → shipped", "One", false},
		"fault again":  {`printf -- '---\ntitle: Uno\nx: 1\n---\n' > "$1"`, nrepotest.Config{}, 1, "your text is in", "One", true},
		"not UTF-8":    {`printf '\377\376' > "$1"`, nrepotest.Config{}, 1, "UTF-16", "One", true},
		"fault stays":  {`sed -i 's/^title: .*/title: a: b/' "$1"`, nrepotest.Config{}, 1, "double quotes", "One", true},
		"always worse": {`printf '\377' >> "$1"`, nrepotest.Config{}, 1, "your text is in", "One", true},
		"no front":     {`grep -q '# error' "$1" && sed -i '/# error/d' "$1" || echo new > "$1"`, nrepotest.Config{}, 0, "body 4 → 3", "One", false},
		"service down": {`sed -i s/One/Uno/ "$1"`, nrepotest.Config{Fail: []string{"PATCH /ideas/* 500"}}, 5, "your text is in", "One", true},
		"refused":      {`sed -i s/One/Uno/ "$1"`, nrepotest.Config{Fail: []string{"PATCH /ideas/* 400"}}, 1, "your text is in", "One", true},
		"conflict":     {`nrepo edit 1 --title Eins </dev/null >/dev/null; sed -i s/One/Uno/ "$1"`, nrepotest.Config{}, 1, "+Uno", "Eins", true},
		"other field":  {`nrepo edit 1 --status building </dev/null >/dev/null; sed -i s/One/Uno/ "$1"`, nrepotest.Config{}, 0, "Updated", "Uno", false},
		"archived":     {`nrepo rm 1 >/dev/null; sed -i s/One/Uno/ "$1"`, nrepotest.Config{}, 1, "nrepo import ", "", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newIdeaHome(t, tt.config)
			h.sh("nrepo push One --body text")
			code, screen := h.terminal([]string{h.editor(tt.script)}, "edit", "1")
			if code != tt.code || !strings.Contains(screen, tt.screen) {
				t.Errorf("exit code %d, want %d; %q lacks %q", code, tt.code, screen, tt.screen)
			}
			if tt.title != "" {
				if got := h.sh("nrepo show 1"); !strings.HasPrefix(got, "#1 "+tt.title+"\n") {
					t.Errorf("the idea is %q", got)
				}
			}
			drafts, err := filepath.Glob(filepath.Join(h.dir, "state/nrepo/drafts/*/*.md"))
			if err != nil || (len(drafts) == 1) != tt.kept {
				t.Errorf("kept %q, %v", drafts, err)
			}
		})
	}
}

// If the editor cannot be run, no file is left.
func TestEditorCannotBeRun(t *testing.T) {
	t.Parallel()
	h := newIdeaHome(t, nrepotest.Config{})
	h.sh("nrepo push One")
	for _, args := range [][]string{{"edit", "1"}, {"push"}} {
		if code, screen := h.terminal([]string{"EDITOR=no-such-editor"}, args...); code != 2 || !strings.Contains(screen, "EDITOR=no-such-editor") {
			t.Errorf("%v: exit code %d, %q", args, code, screen)
		}
	}
	for _, pattern := range []string{"state/nrepo/push-*", "state/nrepo/drafts/*"} {
		if left, err := filepath.Glob(filepath.Join(h.dir, pattern)); err != nil || left != nil {
			t.Errorf("left %q, %v", left, err)
		}
	}
}

// If a text could not be sent, it can be opened and sent again.
func TestEditResume(t *testing.T) {
	t.Parallel()
	h := newIdeaHome(t, nrepotest.Config{Fail: []string{"PATCH /ideas/* 503 1"}})
	h.sh("nrepo push One --body text")
	if got := h.sh("nrepo edit --resume"); got != "No unsent texts.\n" {
		t.Error(got)
	}
	if code, screen := h.terminal([]string{h.editor(`sed -i s/One/Uno/ "$1"`)}, "edit", "1"); code != 5 {
		t.Fatalf("%d %s", code, screen)
	}
	if got := h.sh("nrepo edit --resume"); !strings.Contains(got, `#1 "One"`) || !strings.Contains(got, "idea-1.md") {
		t.Error(got)
	}
	if code, screen := h.terminal([]string{h.editor(`sed -i '2i# seen' "$1"`)}, "edit", "1", "--resume"); code != 0 || !strings.Contains(screen, `title "Uno"`) {
		t.Errorf("%d %q", code, screen)
	}
	if got := h.sh("nrepo edit --resume"); got != "No unsent texts.\n" {
		t.Error(got)
	}
}

// The command that opens the text again names the profile.
func TestEditResumeOfProfile(t *testing.T) {
	t.Parallel()
	h := newIdeaHome(t, nrepotest.Config{})
	h.sh("nrepo push One")
	vars := []string{"NEURALREPO_API_KEY=", "NEURALREPO_CONFIG=", "XDG_CONFIG_HOME=" + h.dir, "KEY=" + h.server.APIKey}
	h.sh(`echo "$KEY" | nrepo --profile work login --api-key`, vars...)
	code, screen := h.terminal(append(vars, h.editor(`echo more >>"$1"; exit 1`)), "--profile", "work", "edit", "1")
	if code != 1 || !strings.Contains(screen, "nrepo --profile work edit 1 --resume") {
		t.Errorf("%d %q", code, screen)
	}
}

// Ctrl-C belongs to the editor while it runs.
func TestEditorGetsInterrupts(t *testing.T) {
	t.Parallel()
	h := newIdeaHome(t, nrepotest.Config{})
	h.sh("nrepo push One")
	editor := strings.ReplaceAll(h.editor(`trap 'sed -i s/One/Uno/ "$1"; exit 0' INT; echo ready; while :; do sleep 0.05; done`), "'", "")
	s := startTerminal(t, append(h.environ, editor), filepath.Join(binaries(t), "nrepo"), "edit", "1")
	s.await("ready")
	s.write("\x03")
	s.await("Updated #1")
	if code := s.end().ExitCode(); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

// Ctrl-C while the text is sent keeps it in a file, and a message names the file.
func TestEditInterrupted(t *testing.T) {
	t.Parallel()
	h := newIdeaHome(t, nrepotest.Config{})
	h.sh("nrepo push One")
	slow := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPatch {
			io.Copy(io.Discard, r.Body) // otherwise the server does not notice that the client disconnected
			<-r.Context().Done()
			return
		}
		io.WriteString(w, `{"id":698,"number":1,"title":"One","body":"","status":"captured","tags":[]}`)
	}))
	t.Cleanup(slow.Close)
	editor := strings.ReplaceAll(h.editor(`sed -i s/One/Uno/ "$1"`), "'", "")
	s := startTerminal(t, append(h.environ, editor, "NEURALREPO_API_URL="+slow.URL), filepath.Join(binaries(t), "nrepo"), "edit", "id:698")
	s.await("waiting for")
	s.write("\x03")
	status := s.end().Sys().(syscall.WaitStatus)
	if !status.Signaled() || status.Signal() != syscall.SIGINT || !strings.Contains(s.text(), "your text is in") {
		t.Errorf("%#x %q", status, s.text())
	}
}

func TestListOnATerminal(t *testing.T) {
	t.Parallel()
	h := newIdeaHome(t, nrepotest.Config{})
	h.sh(`for i in $(seq 21); do nrepo push "An idea with a title that does not fit a narrow terminal, $i" --tag alpha --tag beta >/dev/null; done`)
	code, screen := h.terminal([]string{"PAGER=cat"}, "log")
	if code != 0 || strings.Count(screen, "captured") != 20 || !strings.Contains(screen, "--limit 0") {
		t.Errorf("%d %q", code, screen)
	}
	code, screen = h.terminal([]string{"PAGER=cat"}, "log", "--limit", "21")
	if code != 0 || strings.Count(screen, "captured") != 21 || strings.Contains(screen, "--limit 0") {
		t.Errorf("%d %q", code, screen)
	}
	if got := strings.Count(h.sh("nrepo log"), "narrow terminal, "); got != 21 {
		t.Errorf("%d rows in a pipe", got)
	}

	h.sh("nrepo link 1 2; nrepo link 2 3 --type blocks; nrepo edit 2 --title '概念概念概念概念概念概念概念概念概念概念概念'")
	for _, args := range [][]string{{"log"}, {"search", "title"}, {"links", "2"}, {"graph", "1", "--depth", "2"}} {
		s := startTerminalOf(t, 44, append(h.environ, "PAGER=cat", "NO_COLOR=1"), args...)
		s.end()
		screen = s.text()
		for line := range strings.Lines(screen) {
			if n := displaywidth.String(strings.TrimRight(line, "\r\n")); n > 44 && !strings.HasPrefix(line, "nrepo log: ") {
				t.Errorf("%q: %d columns: %q", args, n, line)
			}
		}
		if !strings.Contains(screen, "…") || strings.Contains(screen, "\x1b[") {
			t.Errorf("%q: %q", args, screen)
		}
		if args[0] == "graph" || args[0] == "links" {
			if text := h.sh("nrepo " + strings.Join(args, " ")); strings.Contains(text, "…") {
				t.Errorf("%q in a pipe: %q", args, text)
			}
		}
	}
}

// startTerminalOf starts nrepo on a terminal with a number of columns.
func startTerminalOf(t *testing.T, columns uint16, environ []string, args ...string) *terminal {
	t.Helper()
	s := startTerminal(t, environ, "sh", append([]string{"-c", `read go; exec nrepo "$@"`, "sh"}, args...)...)
	if err := pty.Setsize(s.pty, &pty.Winsize{Rows: 24, Cols: columns}); err != nil {
		t.Fatal(err)
	}
	s.write("\n")
	return s
}

func TestPagerOfLists(t *testing.T) {
	t.Parallel()
	h := newIdeaHome(t, nrepotest.Config{})
	file := filepath.Join(h.dir, "paged")
	if code, screen := h.terminal([]string{"PAGER=cat >" + file}, "log"); code != 0 || !strings.Contains(screen, "No ideas") {
		t.Errorf("no rows: %d %q", code, screen)
	}
	if _, err := os.Stat(file); err == nil {
		t.Error("a pager for no rows")
	}
	h.sh("nrepo push One; nrepo push Two")
	for _, args := range [][]string{{"log"}, {"search", "one"}, {"show", "1"}, {"diff", "1", "2"}, {"graph", "1"}, {"tag", "--no-pager"}} {
		os.Remove(file)
		code, screen := h.terminal([]string{"PAGER=cat >" + file}, args...)
		_, err := os.Stat(file)
		if paged := err == nil; code != 0 || paged == slices.Contains(args, "--no-pager") {
			t.Errorf("%q: %d, paged %v, %q", args, code, paged, screen)
		}
	}
	for _, pager := range []string{"true", "false", "head -1", "/nonexistent/pager"} {
		if code, screen := h.terminal([]string{"PAGER=" + pager}, "log"); code != 0 {
			t.Errorf("%s: %d %q", pager, code, screen)
		}
	}
	s := startTerminal(t, append(h.environ, "PAGER=less", "LESS="), filepath.Join(binaries(t), "nrepo"), "log")
	s.await("(END)")
	s.write("\x03")
	s.awaitTimes("(END)", 2) // less ignores keys that were typed earlier
	s.write("q")
	if code := s.end().ExitCode(); code != 0 {
		t.Errorf("Ctrl-C in less: %d %q", code, s.text())
	}
}

// Ctrl-C ends every command that waits for the service with the signal itself.
func TestInterruptedIdeaCommands(t *testing.T) {
	t.Parallel()
	h := newIdeaHome(t, nrepotest.Config{Delay: time.Hour})
	if err := os.WriteFile(filepath.Join(h.dir, "a.txt"), []byte("a\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{
		"search x", "log", "show 1", "edit 1 --title x", "move 1 shipped", "tag", "link 1 2", "unlink 1 2", "links 1", "graph 1", "diff 1 2",
		"branch 1", "merge 1 2", "rm 1", "pull 1", "status", "duplicate", "export", "import " + h.dir + "/a.txt", "import -", "move - shipped",
	} {
		name, _, _ := strings.Cut(line, " ")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := startTerminal(t, h.environ, filepath.Join(binaries(t), "nrepo"), strings.Fields(line)...)
			if strings.Contains(line, " -") && !strings.Contains(line, "--") {
				s.await("Ctrl-D") // it reads from the terminal
			} else {
				s.await("waiting for") // the request was sent
			}
			s.write("\x03")
			state := s.end()
			if status := state.Sys().(syscall.WaitStatus); !status.Signaled() || status.Signal() != syscall.SIGINT {
				t.Errorf("%v: %q", state, s.text())
			}
		})
	}
}
