//go:build linux

package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/nrepo-cli/nrepo/internal/importfaults"
)

// imports compares import, export and log with curl for the same requests, measures their
// memory, and checks that an import loses nothing.
func (b *bench) imports() ([]row, error) {
	var rows []row
	for _, measure := range []func(*bench) ([]row, error){(*bench).transfers, (*bench).transferMemory, (*bench).faults} {
		more, err := measure(b)
		if err != nil {
			return nil, err
		}
		rows = append(rows, more...)
	}
	return rows, nil
}

const (
	listed   = 5000                  // ideas that are exported
	imported = 2000                  // ideas that are imported
	latency  = 20 * time.Millisecond // of a server on another machine
)

// transfers compares the speed, with a server that has a delay, like a server on a network, and
// with one that answers at once.
func (b *bench) transfers() ([]row, error) {
	if b.curl == "" {
		return nil, nil
	}
	near := httptest.NewServer(answers(listed))
	defer near.Close()
	far := httptest.NewServer(delayed(answers(listed)))
	defer far.Close()
	file := b.path("import.jsonl")
	var lines strings.Builder
	var posts, farPosts curlConfig
	for i := range imported {
		doc := fmt.Sprintf(`{"title":"Idea %d","body":%q,"tags":[]}`, i, sentence(60))
		fmt.Fprintln(&lines, doc)
		request := fmt.Sprintf("data = %q\nheader = \"Content-Type: application/json\"\n", doc)
		posts.add(near.URL+"/ideas", request)
		farPosts.add(far.URL+"/ideas", request)
	}
	if err := os.WriteFile(file, []byte(lines.String()), 0o600); err != nil {
		return nil, err
	}
	programs := make(map[string]program)
	for name, c := range map[string]struct {
		config curlConfig
		flags  []string
	}{
		"curl import":     {posts, []string{"--parallel", "--parallel-max", "8"}},
		"curl far import": {farPosts, []string{"--parallel", "--parallel-max", "8"}},
		"curl export":     {pages(near.URL, true), []string{"--parallel", "--parallel-max", "4"}},
		"curl far export": {pages(far.URL, true), []string{"--parallel", "--parallel-max", "4"}},
		"curl far log":    {pages(far.URL, false), nil},
	} {
		config := b.path(name + ".curl")
		if err := os.WriteFile(config, []byte(strings.Join(c.config, "next\n")), 0o600); err != nil {
			return nil, err
		}
		programs[name] = b.program(b.curl, nil, append([]string{"-s", "-K", config}, c.flags...)...)
	}
	again := "rm -f " + file + ".*; exec nrepo-ideas import " + file + " --jobs 8 --again"
	for name, c := range map[string]struct{ line, url string }{
		"import":     {again, near.URL},
		"far import": {again, far.URL},
		"export":     {"exec nrepo-ideas export --to " + b.path("export.jsonl"), near.URL},
		"far export": {"exec nrepo-ideas export --to " + b.path("far.jsonl"), far.URL},
		"far log":    {"exec nrepo-ideas log --limit 0", far.URL},
	} {
		p, err := b.loggedIn(b.program("/bin/sh", nil, "-c", c.line), c.url)
		if err != nil {
			return nil, err
		}
		programs[name] = p
	}
	few := *b
	few.rounds = max(1, b.rounds/40)
	return few.compare(programs, []ratio{
		{"import of 2,000 ideas with --jobs 8 to a server that takes 20 ms to answer, against `curl --parallel`", "far import", "", "curl far import", "", 1.25},
		{"… to a server that answers at once", "import", "", "curl import", "", 1.25},
		{"export of 5,000 ideas from a server that takes 20 ms to answer, against `curl --parallel`", "far export", "", "curl far export", "", 1.2},
		{"… from a server that answers at once", "export", "", "curl export", "", 0},
		{"`nrepo log --limit 0` of 5,000 ideas, 20 ms an answer, against curl page after page", "far log", "", "curl far log", "", 0.4},
	})
}

// delayed simulates a server on another machine.
func delayed(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-time.After(latency):
			h.ServeHTTP(w, r)
		case <-r.Context().Done():
		}
	})
}

// curlConfig are requests for curl's option -K.
type curlConfig []string

func (c *curlConfig) add(url, more string) {
	*c = append(*c, fmt.Sprintf("url = %q\nheader = %q\noutput = \"/dev/null\"\n%s", url, "X-API-Key: "+apiKey, more))
}

// pages returns the requests for a list and for the map.
func pages(url string, withMap bool) (c curlConfig) {
	if withMap {
		c.add(url+"/map", "")
	}
	for offset := 0; offset < listed; offset += 99 {
		c.add(fmt.Sprintf("%s/ideas?limit=100&offset=%d", url, offset), "")
	}
	return c
}

// transferMemory measures the peak of an export and an import of 100,000 ideas of 2 kB.
func (b *bench) transferMemory() ([]row, error) {
	const many = 100_000
	body := strings.Repeat("0123456789", 200)
	server := httptest.NewServer(withBody(answers(many), body))
	defer server.Close()
	file := b.path("many.jsonl")
	f, err := os.Create(file)
	if err != nil {
		return nil, err
	}
	out := bufio.NewWriter(f)
	for i := range many {
		fmt.Fprintf(out, `{"title":"Idea %d","body":%q}`+"\n", i, body)
	}
	if err := errors.Join(out.Flush(), f.Close()); err != nil {
		return nil, err
	}
	var rows []row
	for _, c := range []struct {
		what string
		args []string
	}{
		{"peak memory of an export of 100,000 ideas of 2 kB, MB", []string{"export", "--to", b.path("many-export.jsonl")}},
		{"peak memory of an import of the same, MB", []string{"import", file, "--jobs", "8", "--again"}},
	} {
		p, err := b.loggedIn(b.program(b.path("bin", "nrepo-ideas"), nil, c.args...), server.URL)
		if err != nil {
			return nil, err
		}
		peak, err := b.peak(p)
		if err != nil {
			return nil, err
		}
		rows = append(rows, limited(c.what, peak, 32, "%.1f", ""))
	}
	return rows, nil
}

// withBody gives the ideas of a list a body.
func withBody(h http.Handler, body string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet || r.URL.Path != "/ideas" {
			h.ServeHTTP(w, r)
			return
		}
		reply := httptest.NewRecorder()
		h.ServeHTTP(reply, r)
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, strings.ReplaceAll(reply.Body.String(), `"body":""`, `"body":"`+body+`"`))
	})
}

// faults imports 200 ideas 500 times, or as often as there are rounds, each killed up to
// ten times, through a server that loses every twentieth answer.
func (b *bench) faults() ([]row, error) {
	runs := min(500, b.rounds*5/4)
	var all importfaults.Outcome
	for seed := range runs {
		dir, err := os.MkdirTemp(b.dir, "faults-")
		if err != nil {
			return nil, err
		}
		one, err := importfaults.Run(importfaults.Options{
			Program: filepath.Join(b.bin, "nrepo-ideas"), Dir: dir, Seed: uint64(seed), Ideas: 200, Kills: 10, Drop: 20, Docs: seed%2 == 1,
		})
		if err != nil {
			return nil, fmt.Errorf("import %d: %w", seed, err)
		}
		all.Kills, all.Lost = all.Kills+one.Kills, all.Lost+one.Lost
		if err := os.RemoveAll(dir); err != nil {
			return nil, err
		}
	}
	what := fmt.Sprintf("%d imports of 200 ideas with %d kills and %d lost answers: ideas that are missing or there twice", runs, all.Kills, all.Lost)
	return []row{limited(what, 0, 0, "%.0f", "")}, nil
}
