package ideafile

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
)

// pieces are texts that are difficult for YAML parsers, editors or Markdown.
var pieces = []string{
	"no", "012", "1.10", "1e3", "2024-01-01", "12:30", "1_000", "~", "null", "-5: x", "Fwd: y", "a: b", "[[Link]]", "{{date}}", "@x", "'x", `"`, `\`,
	"#1 idea", "50% # half", "- a", "? x", "%", "!!binary", "&a *a", "<<", "---", "...", "\t", " ", "\n", "\r\n", "\u0085", "\u2028", "\uFEFF", "\x00",
	"\x1b[2J", "💡", "é", "e\u0301", "=", "|", ">", "`", "a", "word", "\uFFFE", "\u00a0", "\x7f",
}

func randomText(r *rand.Rand, most int) string {
	var b strings.Builder
	for range r.IntN(most + 1) {
		b.WriteString(pieces[r.IntN(len(pieces))])
	}
	return b.String()
}

// Parse returns what Render has written, for any texts.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	for range 10_000 {
		want := Idea{
			Number: fmt.Sprint(r.IntN(1000)), ID: []string{"698", "ab_1"}[r.IntN(2)], Title: randomText(r, 6), Status: "building",
			SourceURL: randomText(r, 2), CreatedAt: "2026-03-24T12:00:00Z", Body: randomText(r, 12), Tags: []string{},
		}
		for i := range r.IntN(3) {
			if tag := strings.TrimSpace(pieces[r.IntN(len(pieces))]); tag != "" {
				want.Tags = append(want.Tags, tag+fmt.Sprint(i))
			}
		}
		if r.IntN(2) == 0 {
			want.Relations = []Relation{{"blocks", "1", "ab", randomText(r, 3)}}
		}
		doc := Render(want, "a hint", "another: one")
		got, err := Parse(doc)
		if err != nil || !reflect.DeepEqual(got.Idea, want) {
			t.Fatalf("%v\ngot  %#v\nwant %#v\nfile %q", err, got.Idea, want, doc)
		}
		if again := Render(got.Idea, "a hint", "another: one"); string(again) != string(doc) {
			t.Fatalf("another file the second time: %q, %q", again, doc)
		}
	}
}

func TestParse(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		doc, title, body string
		tags             []string
	}{
		"no front matter":        {"# A heading\n", "", "# A heading\n", nil},
		"a rule at the start":    {"---\n\ntext\n", "", "---\n\ntext\n", nil},
		"byte order mark":        {"\uFEFF---\ntitle: a\n---\nb", "a", "b", nil},
		"CRLF":                   {"---\r\ntitle: a\r\n---\r\n\r\nb\r\nc\r\n", "a", "b\nc", nil},
		"CRLF in the body alone": {"---\ntitle: a\n---\n\nb\r\nc\n", "a", "b\r\nc", nil},
		"closed by dots":         {"---\ntitle: a\n...\nb\n", "a", "b", nil},
		"rules in the body":      {"---\ntitle: a\n---\n\nb\n---\nc: d\n---\n", "a", "b\n---\nc: d\n---", nil},
		"text, not type":         {"---\ntitle: 012\ntags: [no, 1.10, 2024-01-01]\n---\n", "012", "", []string{"no", "1.10", "2024-01-01"}},
		"words as tags":          {"---\ntitle: a\ntags: b, c , b\n---\n", "a", "", []string{"b", "c"}},
		"one tag":                {"---\ntitle: a\ntag: b\n---\n", "a", "", []string{"b"}},
		"hashes":                 {"---\ntitle: a\ntags: \"#b #c\"\n---\n", "a", "", []string{"b", "c"}},
		"no tags":                {"---\ntitle: a\ntags:\n---\n", "a", "", []string{}},
		"comments":               {"---\n# hint: x\ntitle: a\n# more\n---\nb", "a", "b", nil},
		"only comments":          {"---\n# x\n---\nb", "", "b", nil},
		"empty":                  {"", "", "", nil},
	} {
		got, err := Parse([]byte(tt.doc))
		if err != nil || got.Title != tt.title || got.Body != tt.body || !reflect.DeepEqual(got.Tags, tt.tags) {
			t.Errorf("%s: %v, title %q, body %q, tags %q", name, err, got.Title, got.Body, got.Tags)
		}
	}
}

func TestFaults(t *testing.T) {
	t.Parallel()
	for doc, want := range map[string]struct {
		line int
		word string
	}{
		"---\ntitle: a: b\n---\n":                           {2, "double quotes"},
		"---\nstatus: x\ntitle: [[Link]]\n---\n":            {3, "double quotes"},
		"---\ntitle: {{date}}\n---\n":                       {2, "double quotes"},
		"---\ntitle: @x\n---\n":                             {2, "YAML"},
		"---\ntitle: 'x\n---\n":                             {3, "YAML"},
		"---\ntitle: #1 idea\n---\n":                        {2, "comment"},
		"---\ntitle: 50% # half\n---\n":                     {2, "comment"},
		"---\ntitle: a\ntitle: b\n---\n":                    {3, "twice"},
		"---\ntitle: a\nno end\n":                           {1, "no end"},
		"---\n- a\n---\n":                                   {2, "title"},
		"---\ntags: {a: b}\n---\n":                          {2, "double quotes"},
		"---\nrelations: a\n---\n":                          {2, "list"},
		"ok\n\xff":                                          {2, "UTF-8"},
		"\xff\xfea\x00":                                     {1, "UTF-16"},
		"---\n" + strings.Repeat("a: b\n", 1<<16) + "---\n": {1, "KiB"},
		"---\na: &a [x,x]\nb: &b [*a,*a]\ntitle: *b\n---\n": {4, "double quotes"},
	} {
		_, err := Parse([]byte(doc))
		var at *FaultError
		if !errors.As(err, &at) || at.Line != want.line || !strings.Contains(err.Error(), want.word) {
			t.Errorf("%.40q: %v, want line %d and %q", doc, err, want.line, want.word)
		}
	}
}

func TestUnknownFieldsAndLines(t *testing.T) {
	t.Parallel()
	got, err := Parse([]byte("---\nTitle: a\ncolour: red\nstatus: shipped\n---\n"))
	if err != nil || got.Title != "a" || !reflect.DeepEqual(got.Unknown, []string{"colour"}) || got.Line("status") != 4 || got.Line("id") != 1 || !got.Has["status"] || got.Has["id"] {
		t.Errorf("%v, %+v", err, got)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("---\ntitle: \"a\"\ntags: [\"b\"]\n---\n\nbody\n"))
	f.Add([]byte("---\ntitle: 'x\n---\n"))
	f.Add([]byte("no front matter"))
	f.Fuzz(func(t *testing.T, doc []byte) {
		p, err := Parse(doc)
		if err != nil {
			return
		}
		again, err := Parse(Render(p.Idea))
		want := p.Idea
		if want.Tags == nil {
			want.Tags = []string{}
		}
		if len(want.Relations) == 0 {
			want.Relations = nil
		}
		if err != nil || !reflect.DeepEqual(again.Idea, want) {
			t.Errorf("%v\ngot  %#v\nwant %#v", err, again.Idea, want)
		}
	})
}
