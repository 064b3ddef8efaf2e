package record

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// read returns the records as lines "LINE TITLE|BODY|STATUS|TAGS" and the faults as
// "LINE !word".
func read(t *testing.T, name, content string, s Source) (got []string, warnings string) {
	t.Helper()
	s.Path = filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(s.Path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	s.Name = name
	if s.Format == "" {
		format, err := FormatOf(s.Path)
		if err != nil {
			t.Fatal(err)
		}
		s.Format = format
	}
	s.Warn = func(text string) { warnings += text }
	for r, err := range s.Records() {
		if fault := (*Fault)(nil); errors.As(err, &fault) {
			got = append(got, fmt.Sprintf("%d !%v", fault.Line, fault.Err))
			continue
		}
		if err != nil {
			got = append(got, "!"+err.Error())
			continue
		}
		got = append(got, fmt.Sprintf("%d %s|%s|%s|%s", r.Line, r.Title, r.Body, r.Status, strings.Join(r.Tags, "+")))
	}
	return got, warnings
}

func TestRecords(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", maxLine)
	for name, tt := range map[string]struct {
		file, content string
		want          []string
		warning       string
	}{
		"JSON lines":        {"a.jsonl", "{\"title\":\"A\",\"body\":\"b\\nc\",\"tags\":[\"x\",\"y\"],\"status\":\"building\"}\n\n{\"title\":\"B\"}", []string{"1 A|b\nc|building|x+y", "3 B|||"}, ""},
		"JSON, unknown":     {"a.jsonl", `{"title":"A","colour":1,"number":12,"id":"ab","body":null,"score":0.5}`, []string{"1 A|||"}, ""},
		"JSON, BOM":         {"a.json", "\uFEFF{\"title\":\"A\"}\r\n", []string{"1 A|||"}, ""},
		"JSON array":        {"a.json", "[\n  {\"title\":\"A\"},\n  {\"title\":\"B\"}\n]\n", []string{"2 A|||", "3 B|||"}, ""},
		"empty array":       {"a.json", "[]", nil, ""},
		"array cut off":     {"a.json", "[\n{\"title\":\"A\"}\n", []string{"2 A|||", "2 !cut off"}, ""},
		"JSON faults":       {"a.jsonl", "{\"title\":1}\n{}\n[1]\n{\"title\":\"ok\"}\nx\n{\"title\":\"\"}\n{\"title\":\"a\",\"status\":\"done\"}\n\"\xff\"", []string{"1 !title", "2 !title", "3 !object", "4 ok|||", "5 !JSON", "6 !empty", "7 !status", "8 !UTF-8"}, ""},
		"JSON, long line":   {"a.jsonl", "{\"title\":\"" + long + "\"}\n{\"title\":\"B\"}\n", []string{"1 !KiB", "2 B|||"}, ""},
		"text":              {"a.txt", "\uFEFFone\r\n\n  two  \nthree", []string{"1 one|||", "3 two|||", "4 three|||"}, ""},
		"text, long title":  {"a.txt", strings.Repeat("é", 201), []string{"1 !200"}, ""},
		"CSV":               {"a.csv", "title,body,tags,status\nA,\"b\nc\",\"x, y,x\",building\n\"B, b\",,,\n", []string{"2 A|b\nc|building|x+y", "4 B, b|||"}, ""},
		"CSV, semicolons":   {"a.csv", "\uFEFFTitle;Description;Colour\r\nA;b;red\r\n", []string{"2 A|b||"}, "Colour"},
		"CSV, sep":          {"a.csv", "sep=;\ntitle;body\nA;b,c\n", []string{"3 A|b,c||"}, ""},
		"CSV, tab":          {"a.tsv", "name\tlabels\nA\tx\n", []string{"2 A|||x"}, ""},
		"CSV, no title":     {"a.csv", "a,b\n1,2\n", []string{"1 !title"}, ""},
		"CSV, two titles":   {"a.csv", "title,name\n1,2\n", []string{"1 !two columns"}, ""},
		"CSV, cells":        {"a.csv", "title,body\nA\nB,b\n , \nC,c,d\n", []string{"2 !cells", "3 B|b||", "5 !cells"}, ""},
		"CSV, quote":        {"a.csv", "title,body\nA,5\" disk\n", []string{"2 !"}, ""},
		"CSV, formulas":     {"a.csv", "title,body\n\t=1+1,\t\tx\n", []string{"2 =1+1|\tx||"}, ""},
		"CSV, Windows-1252": {"a.csv", "title\ncaf\xe9\n", []string{"2 !1252"}, ""},
		"CSV, UTF-16":       {"a.csv", "\xff\xfet\x00", []string{"1 !UTF-16"}, ""},
		"CSV, empty":        {"a.csv", "", []string{"1 !title"}, ""},
		"Markdown":          {"0012-a-b.md", "---\ntitle: A\ntags: [x]\ncolour: red\n---\n\nbody\n", []string{"1 A|body||x"}, "colour"},
		"Markdown, heading": {"a.md", "intro\n# The title\nmore\n", []string{"1 The title|intro\n# The title\nmore\n||"}, ""},
		"Markdown, name":    {"0012-wind-turbines.md", "text", []string{"1 wind turbines|text||"}, ""},
		"Markdown, fault":   {"a.md", "---\nstatus: x\ntitle: a: b\n---\n", []string{"3 !quotes"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, warnings := read(t, tt.file, tt.content, Source{})
			ok := len(got) == len(tt.want) && strings.Contains(warnings, tt.warning) && (warnings == "") == (tt.warning == "")
			for i := range tt.want {
				line, word, fault := strings.Cut(tt.want[i], " !")
				ok = ok && (got[i] == tt.want[i] || fault && strings.HasPrefix(got[i], line+" !") && strings.Contains(got[i], word))
			}
			if !ok {
				t.Errorf("%q, %q\nwant %q", got, warnings, tt.want)
			}
		})
	}
}

func TestDirectory(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, content := range map[string]string{"b.md": "# B", "a.md": "---\ntitle: x: y\n---\n", ".hidden.md": "# C", "c.txt": "D", "sub/d.md": "# D"} {
		os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o700)
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	for r, err := range (Source{Path: dir, Name: "notes", Format: "md"}).Records() {
		got = append(got, fmt.Sprint(r.File, " ", r.Title, err != nil))
	}
	want := []string{"notes/a.md true", "notes/b.md Bfalse"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestFormatOf(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	os.WriteFile(filepath.Join(dir, "x.dat"), nil, 0o600)
	if format, err := FormatOf(dir); err != nil || format != "md" {
		t.Error(format, err)
	}
	for _, name := range []string{"x.dat", "none.csv"} {
		if format, err := FormatOf(filepath.Join(dir, name)); err == nil {
			t.Errorf("%s is %s", name, format)
		}
	}
}

func TestKeys(t *testing.T) {
	t.Parallel()
	a := Record{File: "a", Line: 1, Title: "A", Body: "b", ID: "7"}
	moved, other := a, a
	moved.Line, moved.File, moved.ID = 9, "b", "8"
	other.Body = "c"
	if a.Key(0) != moved.Key(0) || a.Key(0) == a.Key(1) || a.Key(0) == other.Key(0) {
		t.Error("a key is not that of the content and of how many times it stands")
	}
	if a.Origin() != other.Origin() || a.Origin() == moved.Origin() {
		t.Error("an origin is not that of the id")
	}
}

func TestSafe(t *testing.T) {
	t.Parallel()
	for _, cell := range []string{"=1", "+1", "-1", "@x", "\tx", "\rx", "x", "", "x=1"} {
		safe := Safe(cell)
		if Plain(safe) != cell || strings.IndexAny(safe, "=+-@\r") == 0 {
			t.Errorf("%q becomes %q and %q", cell, safe, Plain(safe))
		}
	}
}

func FuzzRecords(f *testing.F) {
	f.Add("csv", "title,body\nA,\"b\nc\"\n")
	f.Add("jsonl", "{\"title\":\"A\"}\n")
	f.Add("md", "---\ntitle: a\n---\n")
	f.Add("txt", "a\nb\n")
	f.Fuzz(func(t *testing.T, format, content string) {
		if !strings.Contains("jsonl csv md txt", format) || format == "" || strings.Contains(format, " ") {
			return
		}
		for _, known := range Formats() {
			if known == format {
				path := filepath.Join(t.TempDir(), "x")
				os.WriteFile(path, []byte(content), 0o600)
				for r, err := range (Source{Path: path, Name: "x", Format: format}).Records() {
					if err == nil && (r.NewIdea().Validate() != nil || r.Line < 1) {
						t.Errorf("%+v", r)
					}
				}
			}
		}
	})
}
