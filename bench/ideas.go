//go:build linux

package main

import (
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
)

// nodeClient is a minimal Node program that makes the same request as curl.
const nodeClient = `require('node:http').get(process.argv[1], {headers: {'X-API-Key': process.argv[2]}}, r => {
  let text = ''
  r.on('data', d => text += d)
  r.on('end', () => { const idea = JSON.parse(text); console.log(idea.title ?? idea.results[0].title) })
})`

// ideas compares commands with one request, and completion, which has none.
func (b *bench) ideas() ([]row, error) {
	server := httptest.NewServer(answers(10_000))
	defer server.Close()
	at := func(args ...string) (program, error) { return b.loggedIn(b.nrepo(nil, args...), server.URL) }
	show, err := at("show", "id:12")
	if err != nil {
		return nil, err
	}
	search, err := at("search", "list")
	if err != nil {
		return nil, err
	}
	tab, err := at("__complete", "--", "show", "12")
	if err != nil {
		return nil, err
	}
	if err := b.fillCache(tab); err != nil {
		return nil, err
	}
	programs := map[string]program{
		"show": show, "search": search, "tab": tab,
		"nop": b.nrepo([]string{b.path("nop")}, "nop"),
	}
	const searched = "/ideas/search?limit=20&q=list"
	if b.curl != "" {
		programs["curl show"] = b.program(b.curl, nil, "-s", "-H", "X-API-Key: "+apiKey, server.URL+"/ideas/12")
		programs["curl search"] = b.program(b.curl, nil, "-s", "-H", "X-API-Key: "+apiKey, server.URL+searched)
	}
	rows, err := b.compare(programs, []ratio{
		{"`nrepo show id:12`, against `curl -s` of the same URL", "show", "", "curl show", "", 0.60},
		{"`nrepo search`, against `curl -s` of the same URL", "search", "", "curl search", "", 0.60},
		{"TAB on an idea's number, 10,000 ideas in the cache, against `nrepo nop`", "tab", "", "nop", "", 4},
	})
	if node := b.find("node"); err == nil && node != "" {
		var more []row
		more, err = b.compare(map[string]program{
			"show": show, "search": search,
			"node show":   b.program(node, nil, "-e", nodeClient, server.URL+"/ideas/12", apiKey),
			"node search": b.program(node, nil, "-e", nodeClient, server.URL+searched, apiKey),
		}, []ratio{
			{"`nrepo show id:12`, against a small program for Node", "show", "", "node show", "", 0.10},
			{"`nrepo search`, against a small program for Node", "search", "", "node search", "", 0.10},
		})
		rows = append(rows, more...)
	}
	return rows, err
}

// fillCache fills the cache of p's user by listing all ideas, and checks that p completes from
// it.
func (b *bench) fillCache(p program) error {
	list := exec.Command(b.path("bin", "nrepo-log"), "--limit", "0")
	list.Env, list.Dir = p.env, p.dir
	if out, err := list.CombinedOutput(); err != nil {
		return fmt.Errorf("nrepo-log: %w: %.200s", err, out)
	}
	complete := exec.Command(p.path, p.args[1:]...)
	complete.Env, complete.Dir = p.env, p.dir
	out, err := complete.Output()
	if err == nil && !strings.Contains(string(out), "of the list") {
		err = fmt.Errorf("completes nothing: %.200q", out)
	}
	return err
}

// ideasMemory measures the peak of the commands that read many ideas.
func (b *bench) ideasMemory() ([]row, error) {
	list, err := b.listPeak(10_000)
	if err != nil {
		return nil, err
	}
	graph := httptest.NewServer(answers(100_000))
	defer graph.Close()
	p, err := b.loggedIn(b.program(b.path("bin", "nrepo-graph"), nil, "1"), graph.URL)
	if err != nil {
		return nil, err
	}
	drawn, err := b.peak(p)
	return []row{
		limited("peak memory of `nrepo log --limit 0`, 10,000 ideas, MB", list, 20, "%.1f", ""),
		limited("peak memory of `nrepo graph`, a map of 100,000 ideas, MB", drawn, 64, "%.1f", ""),
	}, err
}

// listPeak returns the peak memory of listing n ideas, in MB.
func (b *bench) listPeak(n int) (float64, error) {
	server := httptest.NewServer(answers(n))
	defer server.Close()
	p, err := b.loggedIn(b.program(b.path("bin", "nrepo-log"), nil, "--limit", "0"), server.URL)
	if err != nil {
		return 0, err
	}
	return b.peak(p)
}

// withLinks gives the commands of nrepo-ideas their names.
func (b *bench) withLinks() error {
	for _, name := range []string{"graph", "log", "search", "show"} {
		if err := os.Symlink("nrepo-ideas", b.path("bin", "nrepo-"+name)); err != nil {
			return err
		}
	}
	return nil
}
