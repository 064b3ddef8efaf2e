package main

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/nrepo-cli/nrepo/pkg/neuralrepo"
	"github.com/nrepo-cli/nrepo/pkg/nrepotest"
	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

// newEnv returns the environment for "nrepo stale args…", with a sandbox that has three
// ideas, one of them shipped.
func newEnv(t *testing.T, args ...string) (env *plugin.Env, stdout, stderr *bytes.Buffer) {
	t.Helper()
	server := nrepotest.NewServer(t)
	stdout, stderr = new(bytes.Buffer), new(bytes.Buffer)
	env = &plugin.Env{Name: "nrepo stale", Args: args, Stdout: stdout, Stderr: stderr, Getenv: server.Getenv}
	client, err := neuralrepo.New(env.Auth(), neuralrepo.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, idea := range []neuralrepo.NewIdea{{Title: "Bus stops"}, {Title: "Ferries", Status: "exploring"}, {Title: "Bikes", Status: "shipped"}} {
		if _, err := client.CreateIdea(t.Context(), idea); err != nil {
			t.Fatal(err)
		}
	}
	return env, stdout, stderr
}

func TestStale(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		args   string
		want   []string // titles
		stderr string
		code   int
	}{
		{"--days 0", []string{"Bus stops", "Ferries"}, "", 0},
		{"--days 1", nil, "", 0},
		{"", nil, "", 0},
		{"--days 0 --status exploring", []string{"Ferries"}, "", 0},
		{"--days 0 --status shipped", []string{"Bikes"}, "", 0},
		{"--days -1", nil, "--days must be 0 or more", 2},
		{"--status done", nil, "captured,", 2},
		{"extra", nil, "takes no arguments", 2},
	} {
		env, stdout, stderr := newEnv(t, append(strings.Fields(tt.args), "--json")...)
		code := env.Report(run(context.Background(), env))
		if code != tt.code || !strings.Contains(stderr.String(), tt.stderr) {
			t.Errorf("%q: exit code %d, stderr %q", tt.args, code, stderr)
		}
		var result struct{ Ideas []neuralrepo.Idea }
		if code == 0 && json.Unmarshal(stdout.Bytes(), &result) != nil {
			t.Errorf("%q printed %s", tt.args, stdout)
		}
		var titles []string
		for _, idea := range result.Ideas {
			titles = append(titles, idea.Title)
		}
		if strings.Join(titles, "|") != strings.Join(tt.want, "|") {
			t.Errorf("%q lists %q, want %q", tt.args, titles, tt.want)
		}
	}
}

// TestSince checks that an idea of exactly the limit is stale.
func TestSince(t *testing.T) {
	t.Parallel()
	env, stdout, _ := newEnv(t)
	client, err := neuralrepo.New(env.Auth(), neuralrepo.Options{})
	if err != nil {
		t.Fatal(err)
	}
	first, err := client.Ideas(t.Context(), neuralrepo.IdeaFilter{Status: "captured"})
	if err != nil {
		t.Fatal(err)
	}
	at := first.Ideas[0].UpdatedAt.Time
	for since, want := range map[time.Time]bool{at: true, at.Add(-time.Second): false, at.Add(time.Hour): true} {
		stdout.Reset()
		if err := list(t.Context(), env, since, "captured"); err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(stdout.String(), "Bus stops"); got != want {
			t.Errorf("since %v: listed %v, want %v", since.Sub(at), got, want)
		}
	}
}

func TestHuman(t *testing.T) {
	t.Parallel()
	env, stdout, _ := newEnv(t, "--human", "--days", "0")
	if code := env.Report(run(context.Background(), env)); code != 0 {
		t.Fatal(code)
	}
	lines := strings.Split(stdout.String(), "\n")
	if len(lines) != 5 || strings.Join(strings.Fields(lines[0]), " ") != "Idea Last moved Status Title" ||
		!strings.HasPrefix(lines[1], "#1 ") || !strings.HasSuffix(lines[1], "Bus stops") || lines[3] != "2 stale" {
		t.Errorf("%s", stdout)
	}
}
