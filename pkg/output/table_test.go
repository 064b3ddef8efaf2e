package output

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/clipperhouse/displaywidth"
)

// columns returns columns with these headers. A header with "~" before it
// shrinks, one with ">" is aligned to the right.
func columns(headers ...string) (columns []Column) {
	for _, h := range headers {
		name := strings.TrimLeft(h, "~>")
		columns = append(columns, Column{Header: name, Shrink: strings.Contains(h, "~"), Right: strings.Contains(h, ">")})
	}
	return columns
}

func TestTable(t *testing.T) {
	t.Parallel()
	header := columns("ID", "~Label", "Last used")
	for name, tt := range map[string]struct {
		opts    TableOptions
		columns []Column
		rows    [][]Cell
		want    string
	}{
		"no rows": {columns: header},
		"bold": {opts: TableOptions{Color: true}, columns: header, rows: [][]Cell{Cells("1", "a", "b")},
			want: "\x1b[1mID\x1b[0m  \x1b[1mLabel\x1b[0m  \x1b[1mLast used\x1b[0m\n1   a      b\n"},
		"style": {opts: TableOptions{Color: true}, columns: columns("A", "B"), rows: [][]Cell{{{"x", Green}, {"y", Plain}}, {{"", Red}}},
			want: "\x1b[1mA\x1b[0m  \x1b[1mB\x1b[0m\n\x1b[32mx\x1b[0m  y\n\n"},
		"style without colour": {columns: columns("A"), rows: [][]Cell{{{"x", Green}}}, want: "A\nx\n"},
		"wide characters": {columns: header, rows: [][]Cell{Cells("1", "概念", "a"), Cells("2", "💡", "b"), Cells("3", "e\u0301te\u0301", "c")},
			want: "ID  Label  Last used\n1   概念   a\n2   💡     b\n3   e\u0301te\u0301    c\n"},
		"short and long rows": {columns: header, rows: [][]Cell{{}, Cells("1"), Cells("1", "2", "3", "4")},
			want: "ID  Label  Last used\n\n1\n1   2      3\n"},
		"fake row": {columns: header, rows: [][]Cell{Cells("1", "a\n2   b\r\x1b[A", "c")},
			want: "ID  Label                       Last used\n1   a\\u000a2   b\\u000d\\u001b[A  c\n"},
		"right": {columns: columns(">N", "T"), rows: [][]Cell{Cells("1", "a"), Cells("10", "b"), Cells("", "c")},
			want: " N  T\n 1  a\n10  b\n    c\n"},
		"fits": {opts: TableOptions{Width: 20}, columns: columns("ID", "~Title", "S"), rows: [][]Cell{Cells("1", "twelve chars", "ok")},
			want: "ID  Title         S\n1   twelve chars  ok\n"},
		"cut": {opts: TableOptions{Width: 19}, columns: columns("ID", "~Title", "S"), rows: [][]Cell{Cells("1", "twelve chars", "ok")},
			want: "ID  Title        S\n1   twelve cha…  ok\n"},
		"cut, wide": {opts: TableOptions{Width: 12}, columns: columns("~T"), rows: [][]Cell{Cells("太陽光発電のバス停")},
			want: "T\n太陽光発電…\n"},
		"the widest first": {opts: TableOptions{Width: 22}, columns: columns("~A", "~B"), rows: [][]Cell{Cells("twelve chars", "fourteen chars")},
			want: "A           B\ntwelve ch…  fourteen …\n"},
		"not below six": {opts: TableOptions{Width: 5}, columns: columns("ID", "~Title"), rows: [][]Cell{Cells("1", "twelve chars")},
			want: "ID  Title\n1   twelv…\n"},
		"no limit": {columns: columns("~T"), rows: [][]Cell{Cells(strings.Repeat("a", 999))}, want: "T\n" + strings.Repeat("a", 999) + "\n"},
		"monster":  {columns: columns("T"), rows: [][]Cell{Cells(strings.Repeat("a", 1e6))}, want: "T\n" + strings.Repeat("a", 999) + "…\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out := &once{t: t}
			table := NewTable(out, tt.opts, tt.columns...)
			for _, row := range tt.rows {
				if err := table.Row(row...); err != nil {
					t.Fatal(err)
				}
			}
			if err := table.Flush(); err != nil || out.String() != tt.want {
				t.Errorf("got\n%s%v, want\n%s", out.String(), err, tt.want)
			}
		})
	}
	table := NewTable(broken{}, TableOptions{}, columns("A")...)
	if table.Row(Cells("x")...); table.Flush() != errBroken {
		t.Error("no error from a broken stream")
	}
}

// Rows are written immediately, with the widths of the first rows.
func TestTableIsAStream(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	table := NewTable(&out, TableOptions{Width: 20}, columns("N", "~Title", "S")...)
	for i := range measured {
		if out.Len() > 0 {
			t.Fatalf("written before %d rows were measured: %s", measured, out.String())
		}
		table.Row(Cells(fmt.Sprint(i%10), "a title", "s")...)
	}
	if n := strings.Count(out.String(), "\n"); n != measured+1 {
		t.Fatalf("%d lines after %d rows", n, measured)
	}
	for row, want := range map[string]string{
		"b":                         "1  b        s\n",
		"longer title":              "1  longer title  s\n", // complete if the terminal is wide enough
		"a title of forty letters.": "1  a title of fo…  s\n",
	} {
		out.Reset()
		if table.Row(Cells("1", row, "s")...); out.String() != want {
			t.Errorf("got %q, want %q", out.String(), want)
		}
	}
	out.Reset()
	if err := table.Flush(); err != nil || out.Len() > 0 {
		t.Errorf("Flush: %v, %q", err, out.String())
	}
}

// Flush after a page fixes the widths; the header is written once.
func TestTableFlushedEarly(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	table := NewTable(&out, TableOptions{}, columns("A", "B")...)
	table.Row(Cells("1", "x")...)
	table.Flush()
	table.Row(Cells("100", "y")...)
	table.Flush()
	if got, want := out.String(), "A  B\n1  x\n100  y\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestJSONArray(t *testing.T) {
	t.Parallel()
	values := []any{map[string]any{"a": []int{1}}, "x\u009b<", []int{}, nil}
	for n := range len(values) + 1 {
		var whole, parts bytes.Buffer
		if err := WriteJSON(&whole, append([]any{}, values[:n]...)); err != nil {
			t.Fatal(err)
		}
		array := NewJSONArray(&parts)
		for _, v := range values[:n] {
			if err := array.Append(v); err != nil {
				t.Fatal(err)
			}
		}
		if err := array.Close(); err != nil || parts.String() != whole.String() {
			t.Errorf("%d elements: %v\n%s, want\n%s", n, err, parts.String(), whole.String())
		}
	}
	for n := range len(values) + 1 {
		var whole, parts bytes.Buffer
		type object struct {
			A int `json:"a"`
			B []any
			C []any
		}
		list := append([]any{}, values[:n]...)
		if err := WriteJSON(&whole, object{1, list, list}); err != nil {
			t.Fatal(err)
		}
		array, err := NewJSONArrayIn(&parts, map[string]int{"a": 1}, "B")
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range values[:n] {
			if err := array.Append(v); err != nil {
				t.Fatal(err)
			}
		}
		if err := array.Next("C"); err != nil {
			t.Fatal(err)
		}
		for _, v := range values[:n] {
			if err := array.Append(v); err != nil {
				t.Fatal(err)
			}
		}
		if err := array.Close(); err != nil || parts.String() != whole.String() {
			t.Errorf("%d elements in an object: %v\n%s, want\n%s", n, err, parts.String(), whole.String())
		}
	}
	for _, v := range []any{struct{}{}, 1, []int{1}, make(chan int)} {
		if _, err := NewJSONArrayIn(io.Discard, v, "x"); err == nil {
			t.Errorf("%v can have an array", v)
		}
	}
	out := &bytes.Buffer{}
	array := NewJSONArray(out)
	if err := array.Append(make(chan int)); err == nil || out.Len() > 0 {
		t.Errorf("a channel: %v, %q", err, out.String())
	}
	if err := NewJSONArray(broken{}).Append(1); err != errBroken {
		t.Errorf("to a broken stream: %v", err)
	}
	if err := NewJSONArray(broken{}).Close(); err != errBroken {
		t.Errorf("to a broken stream: %v", err)
	}
}

func FuzzTable(f *testing.F) {
	for i, s := range hostile {
		f.Add(s, hostile[len(hostile)-1-i])
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		for _, opts := range []TableOptions{{}, {Width: 9}, {Width: 20}} {
			var out bytes.Buffer
			table := NewTable(&out, opts, columns("~A", "B")...)
			for _, row := range [][]string{{a, "|"}, {b, "|"}, {a + b}} {
				table.Row(Cells(row...)...)
			}
			table.Flush()
			lines := strings.Split(out.String(), "\n")
			if len(lines) != 5 || lines[4] != "" {
				t.Fatalf("%d lines for four rows: %q", len(lines)-1, out.String())
			}
			column := displaywidth.String(strings.TrimSuffix(lines[0], "B"))
			for i, line := range lines[:4] {
				if unsafeIn(line) {
					t.Fatalf("unsafe: %q", line)
				}
				if opts.Width > 0 && displaywidth.String(line) > opts.Width {
					t.Fatalf("%q is wider than %d", line, opts.Width)
				}
				before, found := strings.CutSuffix(line, "|")
				// Some letters, such as U+0D4E, form one character with the space after them.
				text := strings.TrimRight(before, " ")
				apart := displaywidth.String(text) + len(before) - len(text)
				if (i == 1 || i == 2) && (!found || displaywidth.String(before) != column && apart != column) {
					t.Fatalf("second column of %q does not start at %d", line, column)
				}
			}
		}
	})
}
