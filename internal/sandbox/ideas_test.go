package sandbox

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"
)

// titles returns the titles of a list of ideas, in either form, in order.
func titles(list any) string {
	if page, ok := list.(map[string]any); ok {
		list = page["ideas"]
	}
	var names []string
	for _, item := range list.([]any) {
		names = append(names, item.(map[string]any)["title"].(string))
	}
	return strings.Join(names, " ")
}

func TestListIdeas(t *testing.T) {
	t.Parallel()
	s := start(t, Options{})
	c := alice(t, s)
	for i := range 25 {
		status, tag := "captured", "odd"
		if i%5 == 0 {
			status = "building"
		}
		if i%2 == 0 {
			tag = "even"
		}
		c.want(201, "POST", "/ideas", fmt.Sprintf(`{"title":"i%d","status":%q,"tags":[%q]}`, i, status, tag))
	}
	bob(t, s).want(201, "POST", "/ideas", `{"title":"bobs","tags":["even"]}`)

	for _, row := range []struct{ query, want string }{
		{"?limit=3", "i24 i23 i22"},
		{"?limit=3&offset=3", "i21 i20 i19"},
		{"?limit=3&offset=24", "i0"},
		{"?offset=25", ""},
		{"?status=building", "i20 i15 i10 i5 i0"},
		{"?status=building&tag=even", "i20 i10 i0"},
		{"?status=building&limit=2&offset=1", "i15 i10"},
		{"?tag=nosuch", ""},
		{"?tag=" + url.QueryEscape("' OR 1=1 --"), ""},
	} {
		a := c.want(200, "GET", "/ideas"+row.query, "")
		if got := titles(a.body); got != row.want {
			t.Errorf("%s: %s, want %s", row.query, got, row.want)
		}
		if more := row.query == "?limit=3" || row.query == "?limit=3&offset=3" || row.query == "?status=building&limit=2&offset=1"; a.field("has_more") != more {
			t.Errorf("%s: has_more %v", row.query, a.field("has_more"))
		}
	}
	if n := len(c.want(200, "GET", "/ideas", "").field("ideas").([]any)); n != 20 {
		t.Errorf("%d ideas without a limit, want 20", n)
	}
}

func TestUpdateIdea(t *testing.T) {
	t.Parallel()
	clock := newClock("2026-03-24T12:00:00Z")
	s := start(t, Options{Now: clock.Now})
	c := alice(t, s)
	c.want(201, "POST", "/ideas", `{"title":"one","body":"b","tags":["x","y"],"source":"cli"}`)
	clock.Add(time.Minute)
	for _, row := range []struct{ patch, want string }{
		{`{"title":"two"}`, "two b captured [x y]"},
		{`{"body":""}`, "two  captured [x y]"},
		{`{"status":"shipped"}`, "two  shipped [x y]"},
		{`{"tags":["y","z"]}`, "two  shipped [y z]"},
		{`{"tags":[]}`, "two  shipped []"},
		{`{"source":"api","title":"three","body":"c"}`, "three c shipped []"},
	} {
		a := c.want(200, "PATCH", "/ideas/698", row.patch)
		stored := c.want(200, "GET", "/ideas/698", "")
		if fmt.Sprint(a.body) != fmt.Sprint(stored.body) {
			t.Errorf("%s answered %v, stored %v", row.patch, a.body, stored.body)
		}
		if got := fmt.Sprint(a.field("title"), " ", a.field("body"), " ", a.field("status"), " ", a.field("tags")); got != row.want {
			t.Errorf("%s made %s, want %s", row.patch, got, row.want)
		}
		if a.field("created_at") != "2026-03-24T12:00:00Z" || a.field("updated_at") != "2026-03-24T12:01:00Z" || a.field("source") != "cli" {
			t.Errorf("%s: %v", row.patch, a.body)
		}
	}
}

func TestArchive(t *testing.T) {
	t.Parallel()
	s := start(t, Options{})
	c := alice(t, s)
	c.want(201, "POST", "/ideas", `{"title":"keep","tags":["a"]}`)
	c.want(201, "POST", "/ideas", `{"title":"drop","tags":["a"],"parent_id":698}`)
	c.want(200, "DELETE", "/ideas/699", "")

	for _, call := range []struct{ method, path, body string }{
		{"GET", "/ideas/699", ""},
		{"PATCH", "/ideas/699", `{"title":"x"}`},
		{"DELETE", "/ideas/699", ""},
		{"GET", "/ideas/699/links", ""},
		{"POST", "/ideas/699/links", `{"url":"https://example.com"}`},
		{"GET", "/ideas/699/relations", ""},
		{"POST", "/ideas", `{"title":"x","parent_id":699}`},
	} {
		if a := c.want(404, call.method, call.path, call.body); a.field("error") != "Idea not found" {
			t.Errorf("%s %s: %v", call.method, call.path, a.body)
		}
	}
	if got := titles(c.want(200, "GET", "/ideas", "").body); got != "keep" {
		t.Errorf("list: %s", got)
	}
	if got := titles(c.want(200, "GET", "/ideas/search?q=drop", "").field("results")); got != "" {
		t.Errorf("search: %s", got)
	}
	if n := len(c.want(200, "GET", "/ideas/698", "").field("relations").([]any)); n != 0 {
		t.Errorf("%d relations to an archived idea", n)
	}
	tags := c.want(200, "GET", "/tags", "").field("tags").([]any)
	if n := tags[0].(map[string]any)["idea_count"]; n != 1.0 {
		t.Errorf("the tag counts %v", n)
	}
	if a := c.want(201, "POST", "/ideas", `{"title":"next"}`); a.field("id") != 700.0 || a.field("number") != 3.0 {
		t.Errorf("an id came back: %v", a.body)
	}
}

// TestOtherUser checks that a user cannot see the ideas of another.
func TestOtherUser(t *testing.T) {
	t.Parallel()
	s := start(t, Options{})
	c, other := alice(t, s), bob(t, s)
	c.want(201, "POST", "/ideas", `{"title":"secret","tags":["mine"]}`)
	c.want(201, "POST", "/ideas/698/links", `{"url":"https://example.com"}`)
	for _, call := range []struct{ method, path, body string }{
		{"GET", "/ideas/698", ""},
		{"PATCH", "/ideas/698", `{"title":"x"}`},
		{"PATCH", "/ideas/698", `{"tags":["x"]}`},
		{"DELETE", "/ideas/698", ""},
		{"GET", "/ideas/698/links", ""},
		{"POST", "/ideas/698/links", `{"url":"https://example.com"}`},
		{"DELETE", "/ideas/698/links/1", ""},
		{"GET", "/ideas/698/relations", ""},
		{"POST", "/ideas", `{"title":"x","parent_id":698}`},
	} {
		other.want(404, call.method, call.path, call.body)
	}
	if got := titles(other.want(200, "GET", "/ideas/search?q=secret", "").field("results")); got != "" {
		t.Errorf("search: %s", got)
	}
	if n := len(other.want(200, "GET", "/tags", "").field("tags").([]any)); n != 0 {
		t.Errorf("%d tags", n)
	}
	if a := other.want(201, "POST", "/ideas", `{"title":"own"}`); a.field("id") != 699.0 || a.field("number") != 1.0 {
		t.Errorf("first idea of another user: %v", a.body)
	}
	if a := c.want(200, "GET", "/ideas/698", ""); a.field("title") != "secret" || len(a.field("links").([]any)) != 1 {
		t.Errorf("changed from outside: %v", a.body)
	}
}

func TestIdeaIDs(t *testing.T) {
	t.Parallel()
	c := alice(t, start(t, Options{}))
	for _, id := range []string{"1", "0", "-1", "abc", "1.0", "99999999999999999999", "%2e%2e"} {
		c.want(404, "GET", "/ideas/"+id, "")
	}
}

// TestOddText checks that text is stored unchanged.
func TestOddText(t *testing.T) {
	t.Parallel()
	c := alice(t, start(t, Options{}))
	for _, text := range []string{"<b>&amp;</b>", "'; DROP TABLE ideas; --", "\u202egnp.exe", "a\x00b", "\x1b[31mred", "  padded ", "日本語 😀", "line\r\nline"} {
		a := c.want(201, "POST", "/ideas", `{"title":`+quote(text)+`,"body":`+quote(text)+`,"tags":[`+quote(text)+`]}`)
		a = c.want(200, "GET", fmt.Sprint("/ideas/", a.field("id")), "")
		if a.field("title") != text || a.field("body") != text || a.field("tags").([]any)[0] != text {
			t.Errorf("%q came back as %q", text, a.body)
		}
	}
}
