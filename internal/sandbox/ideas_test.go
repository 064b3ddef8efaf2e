package sandbox

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"
)

// titles returns the titles of a list of ideas, in order.
func titles(list any) string {
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
		if got := titles(c.want(200, "GET", "/ideas"+row.query, "").body); got != row.want {
			t.Errorf("%s: %s, want %s", row.query, got, row.want)
		}
	}
	if n := len(c.want(200, "GET", "/ideas", "").body.([]any)); n != 20 {
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
		a := c.want(200, "PATCH", "/ideas/1", row.patch)
		stored := c.want(200, "GET", "/ideas/1", "")
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
	c.want(201, "POST", "/ideas", `{"title":"drop","tags":["a"],"parent_id":1}`)
	c.want(200, "DELETE", "/ideas/2", "")

	for _, call := range []struct{ method, path, body string }{
		{"GET", "/ideas/2", ""},
		{"PATCH", "/ideas/2", `{"title":"x"}`},
		{"DELETE", "/ideas/2", ""},
		{"GET", "/ideas/2/links", ""},
		{"POST", "/ideas/2/links", `{"url":"https://example.com"}`},
		{"GET", "/ideas/2/relations", ""},
		{"POST", "/ideas", `{"title":"x","parent_id":2}`},
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
	if n := len(c.want(200, "GET", "/ideas/1", "").field("relations").([]any)); n != 0 {
		t.Errorf("%d relations to an archived idea", n)
	}
	tags := c.want(200, "GET", "/tags", "").field("tags").([]any)
	if n := tags[0].(map[string]any)["idea_count"]; n != 1.0 {
		t.Errorf("the tag counts %v", n)
	}
	if a := c.want(201, "POST", "/ideas", `{"title":"next"}`); a.field("id") != 3.0 || a.field("number") != 3.0 {
		t.Errorf("an id came back: %v", a.body)
	}
}

// TestOtherUser holds that a user's ideas do not exist for another.
func TestOtherUser(t *testing.T) {
	t.Parallel()
	s := start(t, Options{})
	c, other := alice(t, s), bob(t, s)
	c.want(201, "POST", "/ideas", `{"title":"secret","tags":["mine"]}`)
	c.want(201, "POST", "/ideas/1/links", `{"url":"https://example.com"}`)
	for _, call := range []struct{ method, path, body string }{
		{"GET", "/ideas/1", ""},
		{"PATCH", "/ideas/1", `{"title":"x"}`},
		{"PATCH", "/ideas/1", `{"tags":["x"]}`},
		{"DELETE", "/ideas/1", ""},
		{"GET", "/ideas/1/links", ""},
		{"POST", "/ideas/1/links", `{"url":"https://example.com"}`},
		{"DELETE", "/ideas/1/links/1", ""},
		{"GET", "/ideas/1/relations", ""},
		{"POST", "/ideas", `{"title":"x","parent_id":1}`},
	} {
		other.want(404, call.method, call.path, call.body)
	}
	if got := titles(other.want(200, "GET", "/ideas/search?q=secret", "").field("results")); got != "" {
		t.Errorf("search: %s", got)
	}
	if n := len(other.want(200, "GET", "/tags", "").field("tags").([]any)); n != 0 {
		t.Errorf("%d tags", n)
	}
	if a := other.want(201, "POST", "/ideas", `{"title":"own"}`); a.field("id") != 2.0 || a.field("number") != 1.0 {
		t.Errorf("first idea of another user: %v", a.body)
	}
	if a := c.want(200, "GET", "/ideas/1", ""); a.field("title") != "secret" || len(a.field("links").([]any)) != 1 {
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

// TestOddText holds that text is stored as it was sent.
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
