// Package importfaults tests imports under bad conditions: the import is killed at random
// moments and started again, and answers are lost after the service did the work. In the
// end, every idea must exist exactly once. A test and the benchmarks use it.
package importfaults

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/nrepo-cli/nrepo/internal/sandbox"
)

// Options say what to import, and how often to kill the import and lose answers.
type Options struct {
	Program string // nrepo-ideas
	Dir     string // an empty working directory
	Seed    uint64 // seed of the random numbers
	Ideas   int    // lines of the file
	Kills   int    // maximum number of kills of an import
	Drop    int    // every Drop-th answer is lost; 0 for none
	Docs    bool   // the service answers in the documented form
}

// Outcome counts what happened to an import.
type Outcome struct {
	Runs, Kills, Lost int
}

// maxRuns limits how often an import is started again after the last kill.
const maxRuns = 10

// Run imports one file. The error says which ideas are missing or exist twice, or how an
// import ended that should have been complete.
func Run(opts Options) (Outcome, error) {
	var out Outcome
	rnd := rand.New(rand.NewPCG(opts.Seed, 17))
	service, err := sandbox.Start(sandbox.Options{RateLimit: 1 << 30, Docs: opts.Docs})
	if err != nil {
		return out, err
	}
	defer service.Close()
	file := filepath.Join(opts.Dir, "ideas.jsonl")
	lines := makeLines(rnd, opts.Ideas)
	if err := os.WriteFile(file, encode(lines), 0o600); err != nil {
		return out, err
	}
	c := client{service.APIURL(), service.APIKey()}
	if err := c.seed(lines); err != nil {
		return out, err
	}
	proxy := newProxy(service.APIURL(), opts.Drop)
	defer proxy.close()
	jobs := []int{1, 1, 2, 8}[rnd.IntN(4)]
	kills := rnd.IntN(opts.Kills + 1)
	for left := maxRuns; left > 0; out.Runs++ {
		cmd := exec.Command(opts.Program, "import", file, "--jobs", strconv.Itoa(jobs))
		cmd.Env = append(os.Environ(), "HOME="+opts.Dir, "NEURALREPO_API_URL="+proxy.url(), "NEURALREPO_API_KEY="+service.APIKey())
		var text bytes.Buffer
		cmd.Stdout, cmd.Stderr = &text, &text
		proxy.plan(nil)
		if kills > 0 {
			kills--
			proxy.plan(&kill{at: rnd.IntN(1 + opts.Ideas/3), when: moment(rnd.IntN(3)), now: func() { cmd.Process.Kill() }})
		} else {
			left--
		}
		if err := proxy.started(cmd.Start); err != nil {
			return out, err
		}
		err := cmd.Wait()
		proxy.drain()
		switch code := cmd.ProcessState.ExitCode(); {
		case code == -1:
			out.Kills++
		case code == 0 && kills == 0:
			out.Lost = proxy.lost()
			return out, c.compare(lines)
		case code != 0 && code != 1 && code != 5:
			return out, fmt.Errorf("%w\n%s", err, text.Bytes())
		case left == 0:
			return out, fmt.Errorf("not finished after %d runs: %w\n%s", out.Runs+1, err, text.Bytes())
		}
	}
	return out, errors.New("not reached")
}

// line is a line of the file.
type line struct {
	ID        int        `json:"id"`
	Title     string     `json:"title"`
	Body      string     `json:"body,omitempty"`
	Tags      []string   `json:"tags,omitempty"`
	ParentID  int        `json:"parent_id,omitempty"`
	Relations []relation `json:"relations,omitempty"`
}

type relation struct {
	Source int    `json:"source_idea_id"`
	Target int    `json:"target_idea_id"`
	Type   string `json:"relation_type"`
}

// makeLines returns ideas. Some are equal, some have a parent, which may come later, and
// some have a relation.
func makeLines(rnd *rand.Rand, n int) []line {
	lines := make([]line, n)
	for i := range lines {
		l := line{ID: i + 1, Title: fmt.Sprintf("Idea %d", i+1), Tags: []string{"import"}}
		if rnd.IntN(2) == 0 {
			l.Body = fmt.Sprintf("Body %d\n\nof %d", i+1, rnd.IntN(1000))
		}
		switch {
		case i > seeded && rnd.IntN(10) == 0:
			l.Title, l.Body = lines[i-1].Title, lines[i-1].Body
		case rnd.IntN(20) == 0:
			l.ParentID = 1 + rnd.IntN(n)
			if l.ParentID == l.ID || lines[l.ParentID-1].ParentID != 0 { // avoid cycles
				l.ParentID = 0
			}
		case i > 0 && rnd.IntN(10) == 0:
			l.Relations = []relation{{1 + rnd.IntN(i), l.ID, "related"}}
		}
		lines[i] = l
	}
	return lines
}

func encode(lines []line) []byte {
	var b bytes.Buffer
	for _, l := range lines {
		doc, _ := json.Marshal(l) // this cannot fail
		b.Write(append(doc, '\n'))
	}
	return b.Bytes()
}

// seeded is how many ideas of the file exist before the import.
const seeded = 5

// client requests ideas from the service directly, not through the proxy.
type client struct{ url, key string }

func (c client) seed(lines []line) error {
	for _, l := range lines[:min(seeded, len(lines))] {
		if l.ParentID == 0 && l.Relations == nil {
			doc, _ := json.Marshal(map[string]any{"title": l.Title, "body": l.Body, "tags": l.Tags})
			if err := c.ask(http.MethodPost, "/ideas", doc, nil); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c client) ask(method, path string, body []byte, out any) error {
	r, err := http.NewRequest(method, c.url+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("X-API-Key", c.key)
	r.Header.Set("Content-Type", "application/json")
	reply, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer reply.Body.Close()
	doc, err := io.ReadAll(reply.Body)
	if err == nil && reply.StatusCode >= 300 {
		err = fmt.Errorf("%s %s: %s %.200s", method, path, reply.Status, doc)
	}
	if err != nil || out == nil {
		return err
	}
	return json.Unmarshal(doc, out)
}

// compare checks that each line exists once, with its parent and its relations.
func (c client) compare(lines []line) error {
	var m struct {
		Nodes []struct {
			ID int `json:"id"`
		} `json:"nodes"`
		Edges []struct {
			Source int    `json:"source"`
			Target int    `json:"target"`
			Type   string `json:"relation_type"`
		} `json:"edges"`
	}
	if err := c.ask(http.MethodGet, "/map", nil, &m); err != nil {
		return err
	}
	want, got := map[string]int{}, map[string]int{}
	names := map[int]string{}
	for _, node := range m.Nodes {
		var idea struct {
			Title string `json:"title"`
			Body  string `json:"body"`
		}
		if err := c.ask(http.MethodGet, "/ideas/"+strconv.Itoa(node.ID), nil, &idea); err != nil {
			return err
		}
		names[node.ID] = idea.Title + "\x00" + idea.Body
		got[names[node.ID]]++
	}
	name := func(id int) string { return lines[id-1].Title + "\x00" + lines[id-1].Body }
	for _, l := range lines {
		want[name(l.ID)]++
		if l.ParentID != 0 {
			want[name(l.ID)+" below "+name(l.ParentID)]++
		}
		for _, r := range l.Relations {
			want[name(r.Source)+" to "+name(r.Target)]++
		}
	}
	for _, e := range m.Edges {
		switch e.Type {
		case "parent":
			got[names[e.Target]+" below "+names[e.Source]]++
		case "related":
			got[names[e.Source]+" to "+names[e.Target]]++
		}
	}
	var wrong []string
	for text, n := range want {
		if got[text] != n {
			wrong = append(wrong, fmt.Sprintf("%q exists %d times and should exist %d times", text, got[text], n))
		}
		delete(got, text)
	}
	for text, n := range got {
		wrong = append(wrong, fmt.Sprintf("%q exists %d times and should not exist", text, n))
	}
	if len(wrong) > 0 {
		return errors.New(strings.Join(wrong, "\n"))
	}
	return nil
}
