package sandbox

import (
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestSearch(t *testing.T) {
	t.Parallel()
	c := alice(t, start(t, Options{}))
	for _, idea := range []string{
		`{"title":"garden","body":"plan the garden, then the garden fence"}`,
		`{"title":"fence","body":"paint it, it is next to a garden with a very long list of other things around it"}`,
		`{"title":"café","body":"AND OR NOT near"}`,
	} {
		c.want(201, "POST", "/ideas", idea)
	}
	for _, row := range []struct{ q, want string }{
		{"garden", "garden fence"}, // best first
		{"GARDEN", "garden fence"},
		{"paint garden", "fence"}, // every word
		{"gard", ""},
		{"cafe", "café"},
		{"AND", "café"}, // a word, not an operator
		{"title:garden", ""},
		{"garden OR café", ""},
		{`"garden`, "garden fence"},
		{"*", ""},
		{"(", ""},
		{"garden\x00fence", "garden fence"},
	} {
		a := c.want(200, "GET", "/ideas/search?mode=keyword&q="+url.QueryEscape(row.q), "")
		if got := titles(a.field("results")); got != row.want {
			t.Errorf("%q found %q, want %q", row.q, got, row.want)
		}
	}
	if got := titles(c.want(200, "GET", "/ideas/search?q=garden&limit=1&offset=1", "").field("results")); got != "fence" {
		t.Errorf("second page: %s", got)
	}
	c.want(200, "PATCH", "/ideas/698", `{"title":"meadow","body":""}`)
	if got := titles(c.want(200, "GET", "/ideas/search?q=garden", "").field("results")); got != "fence" {
		t.Errorf("after a change the old words find %s", got)
	}
	if got := titles(c.want(200, "GET", "/ideas/search?q=meadow", "").field("results")); got != "meadow" {
		t.Errorf("the new ones %q", got)
	}
}

// Any of the words is enough, and the best idea has the score 1.
func TestSemanticSearch(t *testing.T) {
	t.Parallel()
	c := alice(t, start(t, Options{}))
	for _, title := range []string{"garden", "garden fence", "gate"} {
		c.want(201, "POST", "/ideas", `{"title":`+quote(title)+`}`)
	}
	a := c.want(200, "GET", "/ideas/search?q=fence+garden", "")
	results := a.field("results").([]any)
	if a.field("query") != "fence garden" || a.field("search_type") != "semantic" || titles(a.field("results")) != "garden fence garden" {
		t.Fatalf("%v", a.body)
	}
	best, other := results[0].(map[string]any)["score"].(float64), results[1].(map[string]any)["score"].(float64)
	if best != 1 || other <= 0 || other >= 1 {
		t.Errorf("scores %v and %v", best, other)
	}
}

// FuzzSearch checks that no text causes an error in the search.
func FuzzSearch(f *testing.F) {
	for _, q := range []string{`"`, `""`, `a"b`, "*", "a*", "^a", "NEAR(a b)", "a AND", "-a", "title:a", "{a b}:c", "a\x00b", "\x00", "(", "+", "\xff", "'", `\`, "a\u2028b"} {
		f.Add(q)
	}
	s := start(f, Options{RateLimit: 1 << 40})
	alice(f, s).want(201, "POST", "/ideas", `{"title":"a b c"}`)
	f.Fuzz(func(t *testing.T, q string) {
		if tooLong(q) {
			return
		}
		want := 200
		if n := utf8.RuneCountInString(q); n > 500 || strings.TrimSpace(q) == "" {
			want = 400
		}
		client{t, s, s.APIKey()}.want(want, "GET", "/ideas/search?q="+url.QueryEscape(q), "")
	})
}

// FuzzCreate checks that no body causes an internal error.
func FuzzCreate(f *testing.F) {
	for _, body := range []string{`{"title":"x"}`, `{"title":null,"tags":[1,{}]}`, `{"title":"\ud800","tags":["a","a"]}`, `[]`, `{"parent_id":1e3}`, `{"title":"x","source_url":"http://[::1"}`} {
		f.Add(body)
	}
	s := start(f, Options{RateLimit: 1 << 40})
	f.Fuzz(func(t *testing.T, body string) {
		if body == "" {
			body = " "
		}
		switch a := (client{t, s, s.APIKey()}).do("POST", "/ideas", body); a.status {
		case 201, 400, 404, 413:
		default:
			t.Errorf("%q: status %d %v", body, a.status, a.body)
		}
	})
}
