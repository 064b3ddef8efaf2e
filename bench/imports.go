//go:build linux

package main

import (
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"

	"github.com/nrepo-cli/nrepo/internal/importfaults"
)

// imports measures import, export and log against curl with the same requests, and
// then whether an import loses anything.
func (b *bench) imports() ([]row, error) {
	if b.curl == "" {
		return nil, nil
	}
	server := httptest.NewServer(answers(listed))
	defer server.Close()
	file, posts, pages := b.path("import.jsonl"), b.path("posts.curl"), b.path("pages.curl")
	var lines, config strings.Builder
	for i := range 2000 {
		doc := fmt.Sprintf(`{"title":"Idea %d","body":%q,"tags":[]}`, i, sentence(60))
		fmt.Fprintln(&lines, doc)
		fmt.Fprintf(&config, "url = %q\nheader = \"Content-Type: application/json\"\nheader = %q\ndata = %q\noutput = \"/dev/null\"\nnext\n", server.URL+"/ideas", "X-API-Key: "+apiKey, doc)
	}
	var asked strings.Builder
	for offset := 0; offset < listed; offset += 99 {
		fmt.Fprintf(&asked, "url = \"%s/ideas?limit=100&offset=%d\"\nheader = %q\noutput = \"/dev/null\"\nnext\n", server.URL, offset, "X-API-Key: "+apiKey)
	}
	for path, text := range map[string]string{file: lines.String(), posts: strings.TrimSuffix(config.String(), "next\n"), pages: strings.TrimSuffix(asked.String(), "next\n")} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			return nil, err
		}
	}
	nrepo := func(line string) (program, error) {
		return b.loggedIn(b.program("/bin/sh", nil, "-c", line), server.URL)
	}
	programs := map[string]program{
		"curl import": b.program(b.curl, nil, "-s", "--parallel", "--parallel-max", "8", "-K", posts),
		"curl export": b.program(b.curl, nil, "-s", "--parallel", "--parallel-max", "4", "-K", pages),
	}
	for name, line := range map[string]string{
		"import": "rm -f " + file + ".*; nrepo-ideas import " + file + " --jobs 8 --again",
		"export": "nrepo-ideas export --to " + b.path("export.jsonl"),
	} {
		p, err := nrepo(line)
		if err != nil {
			return nil, err
		}
		programs[name] = p
	}
	few := *b
	few.rounds = max(1, b.rounds/40)
	rows, err := few.compare(programs, []ratio{
		{"import of 2,000 ideas with --jobs 8, against `curl --parallel`", "import", "", "curl import", "", 1.25},
		{"export of 5,000 ideas, against `curl --parallel`", "export", "", "curl export", "", 1.2},
	})
	if err != nil {
		return nil, err
	}
	lost, err := b.faults()
	return append(rows, lost), err
}

// listed is how many ideas are exported.
const listed = 5000

// faults imports 200 ideas 500 times, or as often as there are rounds, each killed up to
// ten times, through a server that loses every twentieth answer.
func (b *bench) faults() (row, error) {
	runs := min(500, b.rounds*5/4)
	var all importfaults.Outcome
	for seed := range runs {
		dir, err := os.MkdirTemp(b.dir, "faults-")
		if err != nil {
			return row{}, err
		}
		one, err := importfaults.Run(importfaults.Options{
			Program: filepath.Join(b.bin, "nrepo-ideas"), Dir: dir, Seed: uint64(seed), Ideas: 200, Kills: 10, Drop: 20, Docs: seed%2 == 1,
		})
		if err != nil {
			return row{}, fmt.Errorf("import %d: %w", seed, err)
		}
		all.Kills, all.Lost = all.Kills+one.Kills, all.Lost+one.Lost
		if err := os.RemoveAll(dir); err != nil {
			return row{}, err
		}
	}
	what := fmt.Sprintf("%d imports of 200 ideas with %d kills and %d lost answers: ideas that are missing or there twice", runs, all.Kills, all.Lost)
	return limited(what, 0, 0, "%.0f", ""), nil
}
