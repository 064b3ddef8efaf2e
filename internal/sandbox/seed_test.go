package sandbox

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestSeedDemo(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "x.db")
	for range 2 { // the second time, the database has ideas and is not changed
		s, err := Start(Options{Seed: DemoSeed, DB: file})
		if err != nil {
			t.Fatal(err)
		}
		c := alice(t, s)
		m := c.want(200, "GET", "/map", "").body
		if nodes, edges := at(m, "nodes").([]any), at(m, "edges").([]any); len(nodes) != 10 || len(edges) < 8 {
			t.Errorf("%d nodes, %d edges", len(nodes), len(edges))
		}
		d := c.want(200, "GET", "/ideas/duplicates", "").body
		if n := len(at(d, "duplicates").([]any)); n != 1 || at(d, "duplicates", 0, "idea_number") != 9.0 || at(d, "duplicates", 0, "duplicate_number") != 2.0 {
			t.Errorf("%v", d)
		}
		statuses := map[any]bool{}
		for _, idea := range c.want(200, "GET", "/ideas", "").field("ideas").([]any) {
			statuses[at(idea, "status")] = true
		}
		if len(statuses) != 5 {
			t.Errorf("statuses %v", statuses)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestSeedFile(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "ideas.jsonl")
	lines := "\ufeff" + `{"title":"last"}

{"id":7,"number":12,"title":"two","body":"b","status":"shipped","source":"cli","source_url":null,"tags":["x"],"created_at":"2026-01-02T03:04:05+01:00","parent_id":3,"links":[{"id":1,"url":"https://example.com","title":null,"link_type":"url","created_at":"2026-01-02T00:00:00Z"}],"relations":[{"id":1,"source_idea_id":3,"target_idea_id":7,"relation_type":"parent","note":"n"},{"id":2,"source_idea_id":7,"target_idea_id":99,"relation_type":"related"}],"unknown":{}}
{"id":3,"number":4,"title":"one","relations":[{"id":1,"source_idea_id":3,"target_idea_id":7,"relation_type":"parent"}]}
`
	if err := os.WriteFile(file, []byte(lines), 0o600); err != nil {
		t.Fatal(err)
	}
	c := alice(t, start(t, Options{Seed: file}))
	a := c.want(200, "GET", "/ideas/699", "")
	got := fmt.Sprint(a.field("number"), a.field("title"), a.field("status"), a.field("tags"), a.field("created_at"), a.field("parent_id"), len(a.field("links").([]any)), len(a.field("relations").([]any)))
	if got != "12twoshipped[x]2026-01-02T02:04:05Z698 1 1" {
		t.Error(got)
	}
	if a := c.want(200, "GET", "/ideas/700", ""); a.field("number") != 13.0 || a.field("title") != "last" {
		t.Errorf("%v", a.body)
	}
	if a := c.want(201, "POST", "/ideas", `{"title":"next"}`); a.field("number") != 14.0 {
		t.Errorf("%v", a.body)
	}
}

func TestSeedErrors(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for line, want := range map[string]string{
		"{": "bad.jsonl:2: must be a JSON object", "[]": "JSON object", `{"body":"x"}`: "Title", `{"title":"x","status":"done"}`: "Status", `{"title":"x","id":"a"}`: "Id",
		`{"title":"x","created_at":"yesterday"}`: "created_at", `{"title":"x","links":[{}]}`: "link", `{"title":"x","relations":[{}]}`: "relation",
		`{"title":"x","number":1}`: "the number 1", `{"title":"x","id":5}`: "the id 5",
		strings.Repeat(" ", 4<<20): "bad.jsonl:2: longer than 4 MiB",
	} {
		file := filepath.Join(dir, "bad.jsonl")
		if err := os.WriteFile(file, []byte(`{"title":"first","number":1,"id":5}`+"\n"+line+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := Start(Options{Seed: file})
		if err == nil {
			s.Close()
		}
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "bad.jsonl") {
			t.Errorf("%s: %v", line, err)
		}
	}
	for _, file := range []string{dir, filepath.Join(dir, "nosuch")} {
		var unreadable *SeedError
		if _, err := Start(Options{Seed: file}); !errors.As(err, &unreadable) || unreadable.File != file {
			t.Errorf("%s: %v", file, err)
		}
	}
}
