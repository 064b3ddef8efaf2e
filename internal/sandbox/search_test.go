package sandbox

import (
	"database/sql"
	"fmt"
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
		a := c.want(200, "GET", "/ideas/search?q="+url.QueryEscape(row.q), "")
		if got := titles(a.field("results")); got != row.want {
			t.Errorf("%q found %q, want %q", row.q, got, row.want)
		}
	}
	if got := titles(c.want(200, "GET", "/ideas/search?q=garden&limit=1&offset=1", "").field("results")); got != "fence" {
		t.Errorf("second page: %s", got)
	}
	c.want(200, "PATCH", "/ideas/1", `{"title":"meadow","body":""}`)
	if got := titles(c.want(200, "GET", "/ideas/search?q=garden", "").field("results")); got != "fence" {
		t.Errorf("after a change the old words find %s", got)
	}
	if got := titles(c.want(200, "GET", "/ideas/search?q=meadow", "").field("results")); got != "meadow" {
		t.Errorf("the new ones %q", got)
	}
}

// TestSearchBound holds that of more ideas than are ranked the newest are, the
// best of them first.
func TestSearchBound(t *testing.T) {
	t.Parallel()
	s := start(t, Options{})
	c := alice(t, s)
	c.want(201, "POST", "/ideas", `{"title":"garden"}`)
	add := func(n int) {
		err := s.store.write(func(tx *sql.Tx) error {
			for range n {
				if _, err := tx.Exec(`INSERT INTO ideas (user_id, number, title, body, status, source, created_at, updated_at)
					SELECT user_id, max(number) + 1, 'x', 'a long text about a garden', 'captured', 'api', created_at, updated_at FROM ideas`); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	first := func() string {
		return titles(c.want(200, "GET", "/ideas/search?q=garden&limit=1", "").field("results"))
	}
	add(maxRanked - 1)
	if got := first(); got != "garden" {
		t.Errorf("of %d: %q", maxRanked, got)
	}
	add(1)
	if got := first(); got != "x" {
		t.Errorf("of one more: %q", got)
	}
	if got := titles(c.want(200, "GET", fmt.Sprintf("/ideas/search?q=garden&offset=%d", maxRanked), "").field("results")); got != "" {
		t.Errorf("beyond the bound: %q", got)
	}
}

// BenchmarkSearch looks for words that are each in a third of 20,000 ideas.
func BenchmarkSearch(b *testing.B) {
	s := start(b, Options{RateLimit: 1 << 40})
	alice(b, s).want(201, "POST", "/ideas", `{"title":"first"}`)
	err := s.store.write(func(tx *sql.Tx) error {
		_, err := tx.Exec(`WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
			INSERT INTO ideas (user_id, number, title, body, status, source, created_at, updated_at)
			SELECT user_id, n.i, 'idea ' || n.i, concat_ws(' ', iif(n.i % 3 = 0, 'garden'), iif(n.i % 9 < 3, 'fence'),
				iif(n.i % 5 < 2, 'paint'), iif(n.i % 7 < 3, 'gate'), 'and more words'), 'captured', 'api', created_at, created_at
			FROM ideas, n`)
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	for _, words := range []string{"garden", "garden fence", "garden fence paint gate"} {
		b.Run(words, func(b *testing.B) {
			c := client{b, s, s.APIKey()}
			for b.Loop() {
				c.want(200, "GET", "/ideas/search?q="+url.QueryEscape(words), "")
			}
		})
	}
}

// FuzzSearch holds that no text of a person is an error of the search.
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

// FuzzCreate holds that a body is taken or refused, and is never our error.
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
