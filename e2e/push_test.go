//go:build unix

package e2e

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/nrepo-cli/nrepo/pkg/nrepotest"
)

// pushInEditor starts "nrepo push" on a terminal. editor is a shell command that edits
// the file "$1". state is the directory for a text that was not captured.
func pushInEditor(t *testing.T, server *nrepotest.Server, editor, apiURL string, args ...string) (s *terminal, state string) {
	t.Helper()
	dir := t.TempDir()
	program := filepath.Join(dir, "editor")
	if err := writeProgram(program, []byte("#!/bin/sh\n"+editor+"\n")); err != nil {
		t.Fatal(err)
	}
	state = filepath.Join(dir, "nrepo")
	environ := []string{
		"PATH=" + binaries(t) + ":/usr/local/bin:/usr/bin:/bin", "TERM=xterm", "HOME=" + dir, "XDG_STATE_HOME=" + dir, "EDITOR=" + program,
		"NEURALREPO_CONFIG=" + server.Config, "NEURALREPO_API_URL=" + apiURL, "NEURALREPO_API_KEY=" + server.APIKey, "NEURALREPO_OUTPUT=human",
	}
	return startTerminal(t, environ, filepath.Join(binaries(t), "nrepo"), append([]string{"push"}, args...)...), state
}

// kept returns the path and the text of the only file in a state directory, or "" if
// there is none.
func kept(t *testing.T, state string) (path, text string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(state, "*"))
	if err != nil || len(files) > 1 {
		t.Fatalf("%q, %v", files, err)
	}
	if len(files) == 0 {
		return "", ""
	}
	doc, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	return files[0], string(doc)
}

// An idea written in an editor is captured, or its text is kept.
func TestPushInEditor(t *testing.T) {
	t.Parallel()
	server := nrepotest.NewServer(t)
	broken := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) }))
	defer broken.Close()
	const write = `text=$(cat "$1"); printf 'Bus stops\n\n# Solar\n\nA panel\n%s' "$text" >"$1"`
	for name, tt := range map[string]struct {
		editor, apiURL string
		args           []string
		shown          string
		code           int
		kept           string // text in the file afterwards; "" if there is no file
	}{
		"captured":       {write, server.APIURL, []string{"--tag", "energy"}, `"Bus stops"`, 0, ""},
		"empty":          {`: >"$1"`, server.APIURL, nil, "empty", 3, ""},
		"removed":        {`rm "$1"`, server.APIURL, nil, "empty", 3, ""},
		"always worse":   {`text=$(cat "$1"); printf '%0201d%s' 0 "$text" >"$1"`, server.APIURL, nil, "limit is 200", 2, strings.Repeat("0", 201)},
		"blank":          {`text=$(cat "$1"); printf ' \n%s' "$text" >"$1"`, server.APIURL, nil, "empty", 3, ""},
		"too long":       {`printf '%0201d\n' 0 >"$1"`, server.APIURL, nil, "limit is 200", 2, strings.Repeat("0", 201)},
		"corrected":      {`grep -q '^Not captured: ' "$1" && echo Ferries >"$1" || printf '%0201d\n' 0 >"$1"`, server.APIURL, nil, `"Ferries"`, 0, ""},
		"service fails":  {write, broken.URL, nil, "HTTP 500", 5, "# Solar"},
		"cannot rerun":   {`rm "$0"; printf '%0201d\n' 0 >"$1"`, server.APIURL, nil, "cannot be run", 2, strings.Repeat("0", 201)},
		"editor fails":   {write + "; exit 1", server.APIURL, nil, "the editor failed", 1, "# Solar"},
		"below the line": {`text=$(cat "$1"); printf 'Roofs\n%s\nmore\n' "$text" >"$1"`, server.APIURL, nil, `"Roofs"`, 0, "more"},
		"no such parent": {write, server.APIURL, []string{"--parent", "99"}, "#99", 1, ""},
		"wrong status":   {write, server.APIURL, []string{"--status", "done"}, "status", 2, ""},
		"with a body":    {write, server.APIURL, []string{"--body", "B"}, "needs one title", 2, ""},
	} {
		s, state := pushInEditor(t, server, tt.editor, tt.apiURL, tt.args...)
		code := s.end().ExitCode()
		s.await(tt.shown)
		if code != tt.code {
			t.Errorf("%s: exit code %d, want %d: %s", name, code, tt.code, s.text())
		}
		path, text := kept(t, state)
		s.await(path)
		if !strings.Contains(text, tt.kept) || (tt.kept == "") != (path == "") {
			t.Errorf("%s: %q has %q; the screen shows %q", name, path, text, s.text())
		}
		if path != "" {
			if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
				t.Errorf("%s: the mode of the file is %v, %v", name, info.Mode(), err)
			}
		}
	}
	r := runNrepo(t, "", append(server.Environ(), "PATH="+binaries(t)), "api", "--paginate", "/ideas", "--jq", `.[] | select(.title == "Bus stops") | .body, .tags[]`)
	if want := "# Solar\n\nA panel\nenergy\n"; r.stdout != want {
		t.Errorf("the service has %q, want %q", r.stdout, want)
	}
}

// After a signal, the text is kept, and a message names its file.
func TestPushInEditorEnded(t *testing.T) {
	t.Parallel()
	server := nrepotest.NewServer(t)
	s, state := pushInEditor(t, server, `echo Unfinished >"$1"; echo ready; trap 'exit 1' TERM; while :; do sleep 0.1; done`, server.APIURL)
	s.await("ready")
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	status := s.end().Sys().(syscall.WaitStatus)
	path, text := kept(t, state)
	s.await(path)
	if !status.Signaled() || status.Signal() != syscall.SIGTERM || text != "Unfinished\n" {
		t.Errorf("status %#x; %q has %q; the screen shows %q", status, path, text, s.text())
	}
}

// If the text comes from the keyboard, a message says how to end it.
func TestPushFromKeyboard(t *testing.T) {
	t.Parallel()
	server := nrepotest.NewServer(t)
	for _, args := range [][]string{{"T", "--body", "-"}, {"T", "--body-file", "-"}} {
		s, _ := pushInEditor(t, server, "exit 1", server.APIURL, args...)
		s.await("Ctrl-D")
		s.write("typed\r\x04")
		s.await("Captured idea")
		if code := s.end().ExitCode(); code != 0 {
			t.Errorf("%q: exit code %d: %s", args, code, s.text())
		}
	}
}
