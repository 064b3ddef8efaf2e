package neuralrepo

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/nrepo-cli/nrepo/internal/apihttp/apihttptest"
	"github.com/nrepo-cli/nrepo/pkg/output"
)

func TestParseRef(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]Ref{
		"12": {Number: "12"}, "#12": {Number: "12"}, "id:698": {ID: "698"}, "007": {Number: "7"}, "#010": {Number: "10"},
		"id:0698": {ID: "698"}, "123456789012345678": {Number: "123456789012345678"},
		"": {}, "#": {}, "0": {}, "#000": {}, "id:": {}, "id:#1": {}, "##1": {}, "-1": {}, "+1": {}, "1.0": {}, "1e3": {}, "0x1": {}, "1_0": {},
		" 12": {}, "12 ": {}, "12,13": {}, "ID:1": {}, "abc": {}, "１２": {}, "1234567890123456789": {}, "id:a": {},
		"\x1b[2J": {}, strings.Repeat("x", 500): {}, apiKey: {},
	} {
		got, err := ParseRef(text)
		if want == (Ref{}) {
			if apihttptest.Outcome(err) != output.CodeUsage || got != want || utf8.RuneCountInString(err.Error()) > 120 ||
				strings.Contains(err.Error(), apiKey[8:20]) || !strings.Contains(err.Error(), "id:698") {
				t.Errorf("%q: %v, %v", text, got, err)
			}
			continue
		}
		if err != nil || got != want {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
}

// FuzzParseRef checks that the result is an id or a number, never both, and that its String
// parses to the same result.
func FuzzParseRef(f *testing.F) {
	for _, text := range []string{"12", "#12", "id:698", "007", "id:#1", "-1", "", "#", "１２", "id:\x00", "18446744073709551616"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r, err := ParseRef(text)
		if err != nil {
			wantShort(t, err)
			return
		}
		if again, err := ParseRef(r.String()); again != r || err != nil || (r.ID == "") == (r.Number == "") {
			t.Errorf("%q: %+v, again %+v, %v", text, r, again, err)
		}
		if id := orID(r.ID, r.Number); strings.Trim(string(id), "0123456789") != "" || id[0] == '0' {
			t.Errorf("%q: %+v", text, r)
		}
	})
}

// numbered is a service with the ideas 1 to 9, whose ids are 698 to 690. Without lookUp it has no
// route for numbers.
func numbered(t *testing.T, lookUp bool) (*Client, *apihttptest.Log) {
	apiURL, got := apihttptest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
		name := strings.TrimPrefix(r.URL.Path, "/api/v1/ideas/")
		var id int
		switch fmt.Sscan(name, &id); {
		case name == "by-number" && lookUp:
			var pairs []string
			for _, n := range strings.Split(r.URL.Query().Get("numbers"), ",") {
				if len(n) == 1 {
					pairs = append(pairs, fmt.Sprintf(`{"number":%s,"id":%d}`, n, 699-int(n[0]-'0')))
				}
			}
			fmt.Fprintf(w, `{"results":[%s]}`, strings.Join(pairs, ","))
		case name == "by-number":
			apihttptest.Reply(400, `{"error":"Invalid id"}`)(w, r)
		case id >= 690 && id <= 698:
			fmt.Fprintf(w, `{"id":%d,"number":%d}`, id, 699-id)
		default:
			apihttptest.Reply(404, `{"error":"Idea not found"}`)(w, r)
		}
	})
	return newClient(apiURL, apiKey), got
}

func TestResolve(t *testing.T) {
	t.Parallel()
	c, got := numbered(t, true)
	ids, err := c.Resolve(t.Context(), Ref{Number: "3"}, Ref{ID: "5"}, Ref{Number: "1"}, Ref{Number: "3"})
	if err != nil || !slices.Equal(ids, []ID{"696", "5", "698", "696"}) || len(got.All()) != 1 {
		t.Errorf("%v, %v, %d requests", ids, err, len(got.All()))
	}
	ids, err = c.Resolve(t.Context(), Ref{Number: "99"}, Ref{Number: "2"}, Ref{Number: "98"}, Ref{Number: "99"})
	if apihttptest.Outcome(err) != "http_404" || ids != nil || !strings.Contains(err.Error(), "#99, #98") {
		t.Errorf("%v, %v", ids, err)
	}
	if ids, err := c.Resolve(t.Context(), Ref{ID: "5"}); err != nil || len(ids) != 1 || len(got.All()) != 2 {
		t.Errorf("%v, %v, %d requests", ids, err, len(got.All()))
	}
	var many []Ref
	for n := range 250 {
		many = append(many, Ref{Number: ID(fmt.Sprint(n + 1000))})
	}
	if _, err := c.Resolve(t.Context(), many...); len(got.All()) != 5 || len(err.Error()) > 120 || !strings.Contains(err.Error(), "and 240 more") {
		t.Errorf("%v, %d requests", err, len(got.All()))
	}
}

func TestIdeasByRef(t *testing.T) {
	t.Parallel()
	c, got := numbered(t, true)
	ideas, err := c.IdeasByRef(t.Context(), Ref{Number: "3"}, Ref{ID: "698"}, Ref{Number: "1"})
	if err != nil || len(ideas) != 2 || ideas[0].Number != "3" || ideas[1].Number != "1" {
		t.Errorf("%v, %v", ideas, err)
	}
	if ideas, err := c.IdeasByRef(t.Context()); ideas != nil || err != nil {
		t.Errorf("of nothing: %v, %v", ideas, err)
	}
	for want, refs := range map[string][]Ref{
		"id:5, id:6 not":  {{ID: "5"}, {Number: "1"}, {ID: "6"}},
		"#98, #99 not":    {{Number: "98"}, {ID: "5"}, {Number: "99"}},
		"idea id:5 not":   {{ID: "5"}},
		"idea id:6 not f": {{ID: "698"}, {ID: "6"}, {ID: "6"}},
	} {
		if ideas, err := c.IdeasByRef(t.Context(), refs...); apihttptest.Outcome(err) != "http_404" || ideas != nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v, %v", refs, ideas, err)
		}
	}
	var many []Ref
	for n := range 50 {
		many = append(many, Ref{ID: ID(fmt.Sprint(n + 1000))})
	}
	before := len(got.All())
	if _, err := c.IdeasByRef(t.Context(), many...); apihttptest.Outcome(err) != "http_404" || len(got.All())-before != 10 {
		t.Errorf("%v, %d requests", err, len(got.All())-before)
	}
}

// Without a route for numbers, a number is used as an id only if the idea has this number.
func TestResolveWithoutNumbers(t *testing.T) {
	t.Parallel()
	c, _ := numbered(t, false)
	if ids, err := c.Resolve(t.Context(), Ref{Number: "695"}); err == nil || ids != nil || !strings.Contains(err.Error(), "id:695 is idea #4") ||
		!strings.Contains(apihttptest.HintOf(err), "id:695") {
		t.Errorf("%v, %v, hint %q", ids, err, apihttptest.HintOf(err))
	}
	if _, err := c.Resolve(t.Context(), Ref{Number: "1"}, Ref{Number: "2"}); err == nil || !strings.Contains(err.Error(), "#1, #2") || !strings.Contains(apihttptest.HintOf(err), "id:") {
		t.Errorf("%v", err)
	}
	apiURL, got := apihttptest.Serve(t, func(w http.ResponseWriter, r *http.Request) { // the documented form has no numbers at all
		if strings.HasSuffix(r.URL.Path, "/by-number") {
			apihttptest.Reply(404, `{"error":"Route not found"}`)(w, r)
			return
		}
		io.WriteString(w, `{"id":12,"title":"T"}`)
	})
	documented := newClient(apiURL, apiKey)
	if ids, err := documented.Resolve(t.Context(), Ref{Number: "12"}); err != nil || ids[0] != "12" {
		t.Errorf("%v, %v", ids, err)
	}
	if idea, err := documented.IdeaByRef(t.Context(), Ref{Number: "12"}); err != nil || idea.Title != "T" || len(got.All()) != 4 {
		t.Errorf("%+v, %v, %d requests", idea, err, len(got.All()))
	}
}

func TestIdeaByRef(t *testing.T) {
	t.Parallel()
	c, _ := numbered(t, true)
	for ref, want := range map[Ref]ID{{Number: "3"}: "696", {ID: "696"}: "696"} {
		if idea, err := c.IdeaByRef(t.Context(), ref); err != nil || idea.ID != want || idea.Number != "3" {
			t.Errorf("%v: %+v, %v", ref, idea, err)
		}
	}
	for _, ref := range []Ref{{Number: "99"}, {ID: "3"}} {
		if _, err := c.IdeaByRef(t.Context(), ref); apihttptest.Outcome(err) != "http_404" || !strings.Contains(err.Error(), ref.String()) {
			t.Errorf("%v: %v", ref, err)
		}
	}
	apiURL, _ := apihttptest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/by-number") {
			io.WriteString(w, `{"results":[{"number":3,"id":5},{"number":4,"id":6}]}`)
			return
		}
		io.WriteString(w, `{"id":5,"number":7}`)
	})
	if idea, err := newClient(apiURL, apiKey).IdeaByRef(t.Context(), Ref{Number: "3"}); err == nil || idea.ID != "" {
		t.Errorf("another idea: %+v, %v", idea, err)
	}
}
