package sandbox

import (
	"fmt"
	"strings"
	"testing"
)

// The ids of the first ideas of a sandbox.
const one, two, three = 698, 699, 700

// withIdeas starts a sandbox with ideas of these titles, the first with the
// number 1.
func withIdeas(t *testing.T, opts Options, titles ...string) client {
	t.Helper()
	c := alice(t, start(t, opts))
	for _, title := range titles {
		c.want(201, "POST", "/ideas", `{"title":`+quote(title)+`}`)
	}
	return c
}

func relationOf(source, target int, kind string) string {
	return fmt.Sprintf(`{"source_idea_id":%d,"target_idea_id":%d,"relation_type":%q}`, source, target, kind)
}

// at returns the value at a path of names and indexes in a body.
func at(body any, path ...any) any {
	for _, step := range path {
		switch step := step.(type) {
		case string:
			body = body.(map[string]any)[step]
		case int:
			body = body.([]any)[step]
		}
	}
	return body
}

func TestNumbersAreNotIDs(t *testing.T) {
	t.Parallel()
	c := withIdeas(t, Options{}, "a", "b")
	c.want(200, "DELETE", fmt.Sprint("/ideas/", two), "")
	a := c.want(200, "GET", "/ideas/by-number?numbers=99,1,1,2", "")
	if got := fmt.Sprint(a.body); got != "map[results:[map[id:698 number:1]]]" {
		t.Error(got)
	}
	hundred := strings.TrimSuffix(strings.Repeat("7,", 99), ",")
	c.want(200, "GET", "/ideas/by-number?numbers="+hundred+",1", "")
	var many []string
	for i := range 101 {
		many = append(many, fmt.Sprint(i+1))
	}
	for _, numbers := range []string{"", "x", "0", "1,,2", "#1", strings.Join(many, ",")} {
		c.want(400, "GET", "/ideas/by-number?numbers="+strings.ReplaceAll(numbers, "#", "%23"), "")
	}
}

func TestRelations(t *testing.T) {
	t.Parallel()
	for _, docs := range []bool{false, true} {
		c := withIdeas(t, Options{Docs: docs}, "a", "b", "c")
		made := c.want(201, "POST", "/map/relations", `{"source_idea_id":698,"target_idea_id":699,"relation_type":"blocks","note":"first"}`).body
		both := c.want(200, "GET", "/ideas/699/relations", "").body
		own := c.want(200, "GET", "/ideas/699", "").body
		changed := c.want(200, "PATCH", "/map/relations/1", `{"relation_type":"inspires","note":""}`).body
		if docs {
			if at(made, "relation_type") != "blocks" || at(both, "incoming", 0, "source_idea_id") != 698.0 || at(both, "incoming", 0, "idea_id") != nil ||
				at(own, "relations", 0, "related_idea_title") != nil || at(changed, "relation_type") != "inspires" {
				t.Errorf("docs: %v %v %v %v", made, both, own, changed)
			}
		} else {
			want := map[string]any{"idea_id": 698.0, "idea_number": 1.0, "idea_title": "a", "idea_status": "captured", "relation_type": "blocks", "note": "first", "score": nil, "id": 1.0}
			for name, value := range want {
				if got := at(both, "incoming", 0, name); got != value {
					t.Errorf("%s is %v, want %v", name, got, value)
				}
			}
			if at(made, "relation", "note") != "first" || at(own, "relations", 0, "related_idea_title") != "a" || at(own, "relations", 0, "related_idea_number") != 1.0 ||
				at(changed, "relation", "note") != "" || at(own, "parent_id") != nil {
				t.Errorf("%v %v %v", made, own, changed)
			}
		}
		// An existing relation is returned, and not created twice.
		c.want(201, "POST", "/map/relations", relationOf(one, two, "inspires"))
		if n := len(at(c.want(200, "GET", "/map", "").body, "edges").([]any)); n != 1 {
			t.Errorf("%d edges", n)
		}
		status := 200
		if docs {
			status = 204
		}
		c.want(status, "DELETE", "/map/relations/1", "")
		c.want(404, "DELETE", "/map/relations/1", "")
		c.want(404, "PATCH", "/map/relations/1", `{"note":"x"}`)
	}
}

func TestRelationRefusals(t *testing.T) {
	t.Parallel()
	c := withIdeas(t, Options{}, "a", "b", "c")
	other := bob(t, c.s)
	other.want(201, "POST", "/ideas", `{"title":"bobs"}`)
	for body, status := range map[string]int{
		`{}`: 400, `{"source_idea_id":698}`: 400, `{"source_idea_id":"698","target_idea_id":699}`: 400,
		relationOf(one, one, "related"): 400, relationOf(one, two, "duplicate"): 400, relationOf(one, two, "x"): 400,
		`{"source_idea_id":698,"target_idea_id":699,"note":` + quote(strings.Repeat("n", 501)) + `}`: 400,
		relationOf(one, 1, "related"): 404, relationOf(1, one, "related"): 404, relationOf(one, 701, "related"): 404,
		`{"links":[]}`: 400, `{"links":{}}`: 400, `{"links":[{}]}`: 400, `{"links":[1]}`: 400,
		`{"source_idea_id":698,"target_idea_id":699,"type":"parent"}`: 201, // as on one page of the documentation
	} {
		c.want(status, "POST", "/map/relations", body)
	}
	other.want(404, "PATCH", "/map/relations/1", `{"note":"x"}`)
	other.want(404, "DELETE", "/map/relations/1", "")
	c.want(400, "PATCH", "/map/relations/1", `{}`)
	if edges := at(other.want(200, "GET", "/map", "").body, "edges").([]any); len(edges) != 0 {
		t.Errorf("another's edges: %v", edges)
	}
}

// Three types allow no cycle, unless force is set.
func TestCycles(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"blocks", "parent", "supersedes", "related", "inspires"} {
		c := withIdeas(t, Options{}, "a", "b", "c")
		c.want(201, "POST", "/map/relations", relationOf(one, two, kind))
		c.want(201, "POST", "/map/relations", relationOf(two, three, kind))
		back := relationOf(three, one, kind)
		if kind == "related" || kind == "inspires" {
			c.want(201, "POST", "/map/relations", back)
			continue
		}
		a := c.want(409, "POST", "/map/relations", back)
		if a.field("code") != "cycle_detected" {
			t.Errorf("%v", a.body)
		}
		c.want(201, "POST", "/map/relations", relationOf(three, one, "related"))
		c.want(409, "PATCH", "/map/relations/3", `{"relation_type":`+quote(kind)+`}`)
		c.want(201, "POST", "/map/relations?force=true", back)
	}
}

func TestBulkRelations(t *testing.T) {
	t.Parallel()
	c := withIdeas(t, Options{}, "a", "b")
	a := c.want(200, "POST", "/map/relations", `{"links":[`+relationOf(one, two, "blocks")+`,`+relationOf(two, one, "blocks")+`,`+
		relationOf(one, 5, "related")+`,{"source_idea_id":699,"target_idea_id":698}]}`)
	var got []string
	for _, r := range a.field("results").([]any) {
		got = append(got, fmt.Sprint(at(r, "source_idea_id"), at(r, "relation_type"), at(r, "status"), at(r, "relation_id"), at(r, "error")))
	}
	want := "[698blockscreated1 <nil> 699blockserror<nil>Relation would create a cycle 698relatederror<nil>Idea not found 699relatedcreated2 <nil>]"
	if a.field("linked") != 2.0 || a.field("errors") != 2.0 || fmt.Sprint(got) != want {
		t.Errorf("%v\n%v", a.body, got)
	}
}

func TestBulkUpdate(t *testing.T) {
	t.Parallel()
	c := withIdeas(t, Options{}, "a", "b")
	c.want(200, "PATCH", "/ideas/698", `{"tags":["x","y"]}`)
	c.want(200, "PATCH", "/ideas/699", `{"tags":["1","2","3","4","5","6","7","8","9","10","11","12","13","14","15","16","17","18","19","20"]}`)
	a := c.want(200, "PATCH", "/ideas/bulk", `{"ids":[698,12,699],"status":"building","add_tags":["x","new"],"remove_tags":["y"]}`)
	if got := fmt.Sprint(a.body); got != "map[errors:2 results:[map[id:698 status:updated] map[error:Idea not found id:12 status:error] map[error:Tags must be at most 20 id:699 status:error]] updated:1]" {
		t.Error(got)
	}
	if idea := c.want(200, "GET", "/ideas/698", ""); fmt.Sprint(idea.field("status"), idea.field("tags")) != "building[x new]" {
		t.Errorf("%v", idea.body)
	}
	if idea := c.want(200, "GET", "/ideas/699", ""); idea.field("status") != "captured" {
		t.Errorf("one that was refused is %v", idea.body)
	}
	for _, body := range []string{`{}`, `{"ids":[]}`, `{"ids":[698]}`, `{"ids":["698"],"status":"shipped"}`, `{"ids":[0],"status":"shipped"}`, `{"ids":[698],"status":"x"}`, `{"ids":[698],"add_tags":"x"}`} {
		c.want(400, "PATCH", "/ideas/bulk", body)
	}
}

func TestMap(t *testing.T) {
	t.Parallel()
	c := withIdeas(t, Options{}, "a", "b", "c")
	c.want(200, "PATCH", "/ideas/698", `{"tags":["x"]}`)
	c.want(201, "POST", "/map/relations", relationOf(one, two, "blocks"))
	c.want(201, "POST", "/map/relations", relationOf(two, three, "blocks"))
	c.want(200, "DELETE", "/ideas/700", "")
	want := "map[edges:[map[id:1 note:<nil> relation_type:blocks source:698 target:699]] " +
		"nodes:[map[id:698 status:captured tags:[x] title:a] map[id:699 status:captured tags:[] title:b]]]"
	if got := fmt.Sprint(c.want(200, "GET", "/map", "").body); got != want {
		t.Error(got)
	}
}

func TestMerge(t *testing.T) {
	t.Parallel()
	c := withIdeas(t, Options{}, "keep", "absorb", "third")
	c.want(200, "PATCH", "/ideas/698", `{"body":"one","tags":["a","b"]}`)
	c.want(200, "PATCH", "/ideas/699", `{"body":"two","tags":["b","c"]}`)
	c.want(201, "POST", "/ideas/699/links", `{"url":"https://example.com"}`)
	c.want(201, "POST", "/map/relations", relationOf(two, three, "blocks"))
	c.want(201, "POST", "/map/relations", relationOf(two, one, "related"))
	a := c.want(200, "POST", "/ideas/698/merge", `{"absorb_id":699}`)
	if a.field("body") != "one\n\n---\n\ntwo" || fmt.Sprint(a.field("tags")) != "[a b c]" || len(a.field("links").([]any)) != 1 ||
		len(a.field("relations").([]any)) != 1 || at(a.body, "relations", 0, "related_idea_title") != "third" {
		t.Errorf("%v", a.body)
	}
	c.want(404, "GET", "/ideas/699", "")
	c.want(409, "POST", "/ideas/698/merge", `{"absorb_id":699}`)
	c.want(409, "POST", "/ideas/699/merge", `{"absorb_id":698}`)
	c.want(404, "POST", "/ideas/698/merge", `{"absorb_id":1}`)
	c.want(404, "POST", "/ideas/1/merge", `{"absorb_id":698}`)
	for _, body := range []string{`{}`, `{"absorb_id":"1"}`, `{"absorb_id":698}`} {
		c.want(400, "POST", "/ideas/698/merge", body)
	}
}

func TestDuplicates(t *testing.T) {
	t.Parallel()
	for _, docs := range []bool{false, true} {
		c := withIdeas(t, Options{Docs: docs}, "Bus stops", "other", "bus STOPS", "Bus stops", "bus stops")
		list := func() []any { return c.want(200, "GET", "/ideas/duplicates", "").field("duplicates").([]any) }
		all := list()
		if len(all) != 3 || at(all[0], "idea_id") != 700.0 || at(all[0], "duplicate_of_id") != 698.0 || at(all[0], "status") != "pending" || at(all[0], "similarity_score") != 1.0 {
			t.Fatalf("%v", all)
		}
		if number := at(all[0], "idea_number"); docs != (number == nil) {
			t.Errorf("docs %v: number %v", docs, number)
		}
		c.want(200, "POST", "/ideas/duplicates/1/dismiss", "")
		c.want(404, "POST", "/ideas/duplicates/1/dismiss", "")
		c.want(200, "POST", "/ideas/duplicates/2/merge", "")
		c.want(404, "POST", "/ideas/duplicates/2/merge", "")
		c.want(404, "GET", "/ideas/701", "")
		if left := list(); len(left) != 1 || at(left[0], "id") != 3.0 {
			t.Errorf("%v", left)
		}
		c.do("DELETE", "/ideas/698", "")
		if left := list(); len(left) != 0 {
			t.Errorf("with an archived side: %v", left)
		}
		c.want(409, "POST", "/ideas/duplicates/3/merge", "")
		bob(t, c.s).want(404, "POST", "/ideas/duplicates/3/dismiss", "")
	}
}

func TestParent(t *testing.T) {
	t.Parallel()
	c := withIdeas(t, Options{}, "a")
	a := c.want(201, "POST", "/ideas", `{"title":"b","parent_id":698}`)
	if a.field("parent_id") != 698.0 || at(a.body, "relations", 0, "relation_type") != "parent" {
		t.Errorf("%v", a.body)
	}
}

func TestTags(t *testing.T) {
	t.Parallel()
	for _, docs := range []bool{false, true} {
		c := withIdeas(t, Options{Docs: docs}, "a", "b")
		c.want(200, "PATCH", "/ideas/698", `{"tags":["x","y"]}`)
		c.want(200, "PATCH", "/ideas/699", `{"tags":["x"]}`)
		made := c.want(201, "POST", "/tags", `{"name":"z","color":"#0a0B0c"}`).body
		if !docs {
			made = at(made, "tag")
		}
		if at(made, "name") != "z" || at(made, "color") != "#0a0B0c" || (at(made, "idea_count") == nil) == docs {
			t.Errorf("docs %v: %v", docs, made)
		}
		c.want(409, "POST", "/tags", `{"name":"x"}`)
		c.want(400, "POST", "/tags", `{"name":"q","color":"red"}`)
		c.want(400, "POST", "/tags", `{}`)
		c.want(409, "PATCH", "/tags/3", `{"name":"x"}`)
		c.want(400, "PATCH", "/tags/3", `{}`)
		c.want(404, "PATCH", "/tags/9", `{"name":"q"}`)
		c.want(200, "PATCH", "/tags/2", `{"name":"why"}`)
		if got := fmt.Sprint(c.want(200, "GET", "/tags/similar?tag=x", "").body); got != "map[similar:[map[idea_count:1 name:why similarity:0.5]]]" {
			t.Error(got)
		}
		c.want(404, "GET", "/tags/similar?tag=nosuch", "")
		c.want(400, "GET", "/tags/similar", "")
		c.do("DELETE", "/tags/1", "")
		if idea := c.want(200, "GET", "/ideas/698", ""); fmt.Sprint(idea.field("tags")) != "[why]" {
			t.Errorf("%v", idea.field("tags"))
		}
		bob(t, c.s).want(404, "DELETE", "/tags/2", "")
	}
}

// An idea cannot be developed without a key for an AI provider.
func TestProviders(t *testing.T) {
	t.Parallel()
	c := withIdeas(t, Options{}, "a")
	c.want(403, "POST", "/ideas/698/develop", "")
	c.want(404, "POST", "/user/byok/openai/test", "")
	c.want(404, "PUT", "/user/byok/nosuch", `{"api_key":"sk-x"}`)
	c.want(400, "PUT", "/user/byok/anthropic", `{"api_key":"sk-x"}`)
	c.want(200, "PUT", "/user/byok/anthropic", `{"api_key":"sk-ant-x"}`)
	c.want(200, "POST", "/user/byok/anthropic/test", "")
	if me := c.want(200, "GET", "/user/me", ""); me.field("has_anthropic_key") != true || me.field("has_openai_key") != false {
		t.Errorf("%v", me.body)
	}
	c.want(200, "POST", "/ideas/698/develop", "")
	c.want(404, "POST", "/ideas/1/develop", "")
	c.want(200, "DELETE", "/user/byok/anthropic", "")
	c.want(404, "DELETE", "/user/byok/anthropic", "")
	if got := fmt.Sprint(c.want(200, "GET", "/user/mcp-tokens", "").body); got != "map[tokens:[]]" {
		t.Error(got)
	}
}
