package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nrepo-cli/nrepo/pkg/nrepotest"
)

// review runs "nrepo review args…" with JSON output.
func review(t *testing.T, server *nrepotest.Server, args string) (stdout, stderr string, code int) {
	t.Helper()
	return server.Execute(nrepotest.Command{Name: "review", Run: run, Args: strings.Fields(args), Vars: []string{"NEURALREPO_OUTPUT=json"}})
}

// dueNow returns the numbers of the ideas that are due after 0 days.
func dueNow(t *testing.T, server *nrepotest.Server) (numbers []string) {
	t.Helper()
	stdout, stderr, code := review(t, server, "list --days 0")
	var ideas []struct{ Number json.Number }
	if err := json.Unmarshal([]byte(stdout), &ideas); code != 0 || err != nil {
		t.Fatalf("exit code %d, %v, %s", code, err, stderr)
	}
	for _, idea := range ideas {
		numbers = append(numbers, idea.Number.String())
	}
	return numbers
}

func TestReview(t *testing.T) {
	t.Parallel()
	server := nrepotest.Config{Seed: "demo"}.NewServer(t)
	before := dueNow(t, server)
	if len(before) < 3 {
		t.Fatalf("due are %q", before)
	}
	for _, tt := range []struct {
		args string
		code int
		out  string // text in stdout or stderr
		left int    // the number of ideas that are due afterwards
	}{
		{"list --days 9999", 0, "[]", len(before)},
		{"keep #" + before[0] + " --dry-run", 0, "would_change", len(before)},
		{"keep #" + before[0] + " " + before[0], 0, before[0], len(before) - 1},
		{"keep 4711", 1, "http_404", len(before) - 1},
		{"keep x", 2, "usage", len(before) - 1},
		{"shelve --days 0", 2, "terminal", len(before) - 1}, // there is no terminal to ask on
		{"shelve --days 0 --dry-run", 0, before[1], len(before) - 1},
		{"shelve --yes --days 9999", 0, "[]", len(before) - 1},
		{"days 0", 0, `"days": 0`, len(before) - 1},
		{"days", 0, `"days": 0`, len(before) - 1},
		{"shelve --yes", 0, before[1], 0},
		{"days -1", 2, "usage", 0},
		{"list --days x", 2, "usage", 0},
		{"list --yes", 2, "usage", 0},
		{"list x", 2, "usage", 0},
		{"", 2, "usage", 0},
	} {
		stdout, stderr, code := review(t, server, tt.args)
		if code != tt.code || !strings.Contains(stdout+stderr, tt.out) {
			t.Errorf("%q: exit code %d, stdout %s, stderr %s", tt.args, code, stdout, stderr)
		}
		if left := dueNow(t, server); len(left) != tt.left {
			t.Errorf("%q: due are %q", tt.args, left)
		}
	}
}

func TestBrokenSetting(t *testing.T) {
	t.Parallel()
	server := nrepotest.NewServer(t)
	file := filepath.Join(server.Getenv("XDG_CONFIG_HOME"), "nrepo-review", "settings.json")
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"", "{", `{"days":-1}`, `{}`} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, stderr, code := review(t, server, "list"); code != 1 || !strings.Contains(stderr, "config_error") {
			t.Errorf("%q: exit code %d, %s", text, code, stderr)
		}
	}
}

func TestServiceFails(t *testing.T) {
	t.Parallel()
	server := nrepotest.Config{Seed: "demo", Fail: []string{"PATCH /ideas/bulk 500"}}.NewServer(t)
	if stdout, stderr, code := review(t, server, "shelve --days 0 --yes"); code != 5 || stdout != "" {
		t.Errorf("exit code %d, stdout %s, stderr %s", code, stdout, stderr)
	}
}
