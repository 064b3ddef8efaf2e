//go:build unix

package e2e

import (
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nrepo-cli/nrepo/pkg/nrepotest"
)

// Ctrl-Z at the prompt for a key restores the terminal for the shell, and fg shows the
// prompt again.
func TestPromptInAShell(t *testing.T) {
	t.Parallel()
	for shell, args := range map[string][]string{
		"bash": {"--norc", "--noprofile", "--noediting", "-i"}, // restores the terminal itself
		"dash": {"-i"},                                         // does not
	} {
		t.Run(shell, func(t *testing.T) {
			t.Parallel()
			if !haveShell(t, shell) {
				return
			}
			server := nrepotest.NewServer(t)
			s := startTerminal(t, withoutKey(server, "PS1=$ ", "ENV=", "PATH="+binaries(t)+":/usr/bin:/bin"), shell, args...)
			s.write("nrepo login --api-key\n")
			s.await(keyPrompt)
			s.write(server.APIKey[:10])
			s.await(keyPrompt + strings.Repeat("*", 10))
			prompts := strings.Count(s.text(), "$ ")
			s.write("\x1a")
			s.await("Stopped")
			s.awaitTimes("$ ", prompts+1)
			s.write("echo the sh''ell goes on\n")
			s.await("echo the sh''ell goes on") // typed text is shown again
			s.await("\nthe shell goes on")
			s.write("fg\n")
			s.awaitTimes(keyPrompt+strings.Repeat("*", 10), 2)
			s.write(server.APIKey[10:] + "\r")
			s.await("Logged in as alice@example.com")

			// Ctrl-C also restores the terminal.
			s.write("nrepo login --api-key\n")
			s.awaitTimes(keyPrompt, 3)
			prompts = strings.Count(s.text(), "$ ")
			s.write("\x03")
			s.awaitTimes("$ ", prompts+1)
			s.write("echo $? e''nd\n")
			s.await("echo $? e''nd")
			s.await("\n130 end")
			s.write("exit\n")
			if code := s.end().ExitCode(); code != 0 {
				t.Errorf("exit code %d; screen %q", code, s.text())
			}
		})
	}
}

// Text from a server cannot control a terminal, even if it is not JSON and a pipe would
// get it unchanged.
func TestTerminalObeysNothing(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/title" {
			io.WriteString(w, `{"title":"red \u001b[31m and \u202eback"}`)
			return
		}
		w.Header().Set("X-Odd", "a\u009b2J")
		io.WriteString(w, "one\x1b[2Jtwo\u009b31m\u202ethree\x07\r\nend\xff\n")
	}))
	defer server.Close()
	sandbox := nrepotest.NewServer(t)
	environ := withoutKey(sandbox, "NEURALREPO_API_KEY="+sandbox.APIKey, "NEURALREPO_API_URL="+server.URL)
	s := startTerminal(t, environ, filepath.Join(binaries(t), "nrepo"), "api", "/x", "-i")
	s.await(`one\u001b[2Jtwo\u009b31m\u202ethree\u0007\u000d`)
	s.await(`end\xff`)
	s.end()
	filtered := startTerminal(t, environ, filepath.Join(binaries(t), "nrepo"), "api", "/title", "--jq", ".title")
	filtered.await(`red \u001b[31m and \u202eback`)
	filtered.end()
	environ = withoutKey(sandbox, "NEURALREPO_API_KEY="+sandbox.APIKey)
	runNrepo(t, "", environ, "push", "red \x1b[31m")
	table := startTerminal(t, environ, filepath.Join(binaries(t), "nrepo"), "export", "--format", "csv")
	table.await(`red \u001b[31m`)
	table.end()
	if text := s.text() + filtered.text() + table.text(); strings.ContainsAny(text, "\x1b\x07\u009b\u202e") {
		t.Errorf("the terminal was sent %q", text)
	}
}
