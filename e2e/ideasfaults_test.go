//go:build unix

package e2e

import (
	"bufio"
	"io"
	"net/http"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/nrepo-cli/nrepo/pkg/nrepotest"
)

// A change of several ideas or relations reports which changes were made. If one idea
// fails, the others are still changed; an error that affects all of them ends it.
func TestChangesThatFailInPart(t *testing.T) {
	t.Parallel()
	const both = "nrepo link 1 2 >/dev/null; nrepo link 1 2 --type blocks >/dev/null; "
	for name, tt := range map[string]struct {
		fail, line string
		code       int
		words      []string // words on the screen; ! means that the word is not there
	}{
		"one is refused":   {"DELETE /ideas/699 404", "nrepo rm 1 2 3", 1, []string{"Archived #1", "Archived #3", "#2: ", "1 of 3"}},
		"one fails":        {"DELETE /ideas/699 500", "nrepo rm 1 2 3", 1, []string{"Archived #1", "Archived #3", "#2: "}},
		"logged out":       {"DELETE /ideas/699 401", "nrepo rm 1 2 3", 4, []string{"Archived #1", "after 1 of 3 ideas", "!Archived #3"}},
		"limit":            {"DELETE /ideas/699 429", "nrepo rm 1 2 3", 5, []string{"Archived #1", "after 1 of 3 ideas", "!Archived #3", "try again"}},
		"limit at once":    {"DELETE /ideas/* 429", "nrepo rm 1 2 3", 5, []string{"!Archived", "!after", "!#2"}},
		"JSON of a part":   {"DELETE /ideas/699 429", "nrepo rm 1 2 3 --json", 5, []string{`"archived": 698`, "!700", "after 1 of 3 ideas"}},
		"a relation fails": {"DELETE /map/relations/2 500", both + "nrepo unlink 1 2", 5, []string{"Unlinked #1", "after 1 of 2 relations"}},
		"no cycle":         {"POST /map/relations 409", "nrepo link 1 2", 1, []string{"409", "!--force"}},
		"perhaps a cycle":  {"POST /map/relations 409", "nrepo link 1 2 --type blocks", 1, []string{"409", "--force"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newIdeaHome(t, nrepotest.Config{Fail: []string{tt.fail}})
			h.sh("for t in One Two Three; do nrepo push $t; done")
			cmd := exec.Command("sh", "-c", tt.line)
			cmd.Env = h.environ
			out, _ := cmd.CombinedOutput()
			if code := cmd.ProcessState.ExitCode(); code != tt.code {
				t.Errorf("exit code %d, want %d: %s", code, tt.code, out)
			}
			for _, word := range tt.words {
				text, not := strings.CutPrefix(word, "!")
				if strings.Contains(string(out), text) == not {
					t.Errorf("%q: %s", word, out)
				}
			}
		})
	}
}

// If a page fails, a list shows the earlier pages. Its JSON array stays open, so that
// nobody mistakes it for a complete one.
func TestListThatBreaks(t *testing.T) {
	t.Parallel()
	s := (&shelf{old: 350, hinder: func(w http.ResponseWriter, r *http.Request) bool {
		broken := r.URL.Path == "/ideas" && len(r.URL.Query().Get("offset")) > 2
		if broken {
			w.WriteHeader(http.StatusInternalServerError)
		}
		return broken
	}}).start(t)
	for _, args := range [][]string{{"log"}, {"log", "-q"}, {"log", "--json"}} {
		cmd := s.command(t, t.TempDir(), args...)
		var stderr strings.Builder
		cmd.Stderr = &stderr
		out, _ := cmd.Output()
		code, closed := cmd.ProcessState.ExitCode(), strings.HasSuffix(string(out), "]\n")
		if code != 5 || !strings.Contains(string(out), "350") || closed || !strings.Contains(stderr.String(), "500") {
			t.Errorf("%v: exit code %d, closed %v, %q", args, code, closed, stderr.String())
		}
	}
}

// The first rows are printed before the second page arrives.
func TestListComesAsItIsRead(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"log"}, {"log", "-q"}, {"log", "--json"}} {
		seen := make(chan struct{})
		s := (&shelf{old: 350, hinder: func(w http.ResponseWriter, r *http.Request) bool {
			if r.URL.Query().Get("offset") != "" {
				<-seen
			}
			return false
		}}).start(t)
		cmd := s.command(t, t.TempDir(), args...)
		out, err := cmd.StdoutPipe()
		if err != nil || cmd.Start() != nil {
			t.Fatal(err)
		}
		text := bufio.NewReader(out)
		for line := ""; !strings.Contains(line, "350"); {
			if line, err = text.ReadString('\n'); err != nil {
				t.Fatal(args, err)
			}
		}
		close(seen)
		if rest, err := io.ReadAll(text); err != nil || cmd.Wait() != nil || strings.Count(string(rest), "\n") < 349 {
			t.Errorf("%v: %v, %d lines", args, err, strings.Count(string(rest), "\n"))
		}
	}
}

// Messages name ideas by number, however the user named them.
func TestIdeasNamedByID(t *testing.T) {
	t.Parallel()
	h := newIdeaHome(t, nrepotest.Config{})
	h.sh("for t in One Two Three; do nrepo push $t; done")
	for line, want := range map[string]string{
		"nrepo move id:698 id:699 shipped": "Moved #1 \"One\": captured → shipped\nMoved #2 \"Two\": captured → shipped\n",
		"nrepo link id:700 1":              "Linked #3 \"Three\" related to #1 \"One\"\n",
		"nrepo tag 1 2024 '#2' id:700":     "Tagged #1 \"One\": +2024\nTagged #2 \"Two\": +2024\nTagged #3 \"Three\": +2024\n",
	} {
		if got := h.sh(line); got != want {
			t.Errorf("%s: %q, want %q", line, got, want)
		}
		h.sh("rm -rf cache") // so that the next command requests the numbers
	}
}

// An export whose list or map fails does not wait for the other of the two.
func TestExportStopsAtOnce(t *testing.T) {
	t.Parallel()
	for refused, waiting := range map[string]string{"/ideas": "/map", "/map": "/ideas"} {
		t.Run(refused, func(t *testing.T) {
			t.Parallel()
			asked, given := make(chan bool), make(chan bool)
			s := (&shelf{old: 10, hinder: func(w http.ResponseWriter, r *http.Request) bool {
				if r.URL.Path == refused {
					<-asked
					http.Error(w, `{"error":"no"}`, http.StatusForbidden)
					return true
				}
				close(asked)
				select {
				case <-r.Context().Done():
				case <-time.After(10 * time.Second):
					t.Errorf("the export waits for %s", waiting)
				}
				close(given)
				return true
			}}).start(t)
			if code, out := exitCode(t, s.command(t, t.TempDir(), "export", "--to", "all.jsonl")); code != 1 || !strings.Contains(out, "no") {
				t.Errorf("exit code %d: %s", code, out)
			}
			<-given
		})
	}
}
