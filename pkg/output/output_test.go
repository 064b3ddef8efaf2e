package output

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/nrepo-cli/nrepo/internal/termtext"
)

// broken is a stream whose writes fail.
type broken struct{}

var errBroken = errors.New("broken pipe")

func (broken) Write([]byte) (int, error) { return 0, errBroken }

// once fails a test that writes its text with more than one call, so that other output could
// come between.
type once struct {
	t *testing.T
	bytes.Buffer
}

func (o *once) Write(p []byte) (int, error) {
	if o.Len() > 0 {
		o.t.Errorf("written in pieces: %q, %q", o.String(), p)
	}
	return o.Buffer.Write(p)
}

func TestWriteError(t *testing.T) {
	t.Parallel()
	plain := errors.New("it is broken")
	for name, tt := range map[string]struct {
		err         error
		human, json string
	}{
		"plain": {plain, "nrepo key: it is broken\n", `{"error":"it is broken","code":"unknown"}` + "\n"},
		"no code": {&Error{Err: plain, Status: 502, Hint: "try again"}, "nrepo key: it is broken (HTTP 502)\nhint: try again\n",
			`{"error":"it is broken","code":"unknown","status":502,"hint":"try again"}` + "\n"},
		"code": {&Error{Code: CodeUsage, Err: plain}, "nrepo key: it is broken\n", `{"error":"it is broken","code":"usage"}` + "\n"},
		"wrapped": {fmt.Errorf("key 7: %w", &Error{Code: HTTPCode(404), Status: 404, Err: plain}), "nrepo key: key 7: it is broken (HTTP 404)\n",
			`{"error":"key 7: it is broken","code":"http_404","status":404}` + "\n"},
		"hostile": {&Error{Err: errors.New("a\x1b[2J\nnrepo: fake\u202e\u009b<&>\""), Hint: "h\n\x07"},
			"nrepo key: a\\u001b[2J\\u000anrepo: fake\\u202e\\u009b<&>\"\nhint: h\\u000a\\u0007\n",
			`{"error":"a\u001b[2J\nnrepo: fake\u202e\u009b<&>\"","code":"unknown","hint":"h\n\u0007"}` + "\n"},
		"not UTF-8": {errors.New("a\xffb"), "nrepo key: a\\xffb\n", `{"error":"a\ufffdb","code":"unknown"}` + "\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for format, want := range map[Format]string{Human: tt.human, "": tt.human, JSON: tt.json} {
				out := &once{t: t}
				if err := WriteError(out, format, "nrepo key", tt.err); err != nil || out.String() != want {
					t.Errorf("%q: %q, %v; want %q", format, out.String(), err, want)
				}
				if err := WriteError(broken{}, format, "nrepo key", tt.err); err != errBroken {
					t.Errorf("%q to a broken stream: %v", format, err)
				}
			}
			if e := AsError(tt.err); e.Code == "" || !errors.Is(tt.err, plain) && !errors.Is(tt.err, e.Err) {
				t.Errorf("AsError = %+v", e)
			}
		})
	}
}

func TestWriteWarning(t *testing.T) {
	t.Parallel()
	for format, want := range map[Format]string{
		Human: "nrepo key: warning: a\\u000a\\u001bb\n",
		JSON:  `{"warning":"a\n\u001bb"}` + "\n",
	} {
		out := &once{t: t}
		if err := WriteWarning(out, format, "nrepo key", "a\n\x1bb"); err != nil || out.String() != want {
			t.Errorf("%s: %q, %v; want %q", format, out.String(), err, want)
		}
	}
}

func TestParseFormat(t *testing.T) {
	t.Parallel()
	for _, f := range []Format{Human, JSON} {
		if got, err := ParseFormat(string(f)); got != f || err != nil {
			t.Errorf("ParseFormat(%q) = %q, %v", f, got, err)
		}
	}
	for _, s := range []string{"", "JSON", "xml-s3cret", " json"} {
		if got, err := ParseFormat(s); got != "" || err == nil || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("ParseFormat(%q) = %q, %v", s, got, err)
		}
	}
}

func TestWriteJSON(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		in   any
		want string
	}{
		"raw keeps its order": {json.RawMessage(`{"b":1,"a":[1e400,{}],"b2":12345678901234567890}`),
			"{\n  \"b\": 1,\n  \"a\": [\n    1e400,\n    {}\n  ],\n  \"b2\": 12345678901234567890\n}\n"},
		"no HTML escapes": {map[string]string{"a": "<&>"}, "{\n  \"a\": \"<&>\"\n}\n"},
		"safe":            {"\u009b\u202e\u2028\x7f\U000E0001é概", "\"\\u009b\\u202e\\u2028\\u007f\\udb40\\udc01é概\"\n"},
		"safe, raw":       {json.RawMessage("\"\u009b\x7f\xff\""), "\"\\u009b\\u007f\\ufffd\"\n"},
		"null":            {nil, "null\n"},
		"empty":           {json.RawMessage(`[]`), "[]\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out := &once{t: t}
			if err := WriteJSON(out, tt.in); err != nil || out.String() != tt.want {
				t.Errorf("got %q, %v; want %q", out.String(), err, tt.want)
			}
		})
	}
	for name, in := range map[string]any{"no JSON": json.RawMessage(`{"a":`), "no JSON type": make(chan int)} {
		var out bytes.Buffer
		if err := WriteJSON(&out, in); err == nil || out.Len() > 0 {
			t.Errorf("%s: %q, %v", name, out.String(), err)
		}
	}
	if err := WriteJSON(broken{}, 1); err != errBroken {
		t.Errorf("to a broken stream: %v", err)
	}
}

// Indentation must not turn a reply of some bytes into gigabytes.
func TestWriteJSONOfDeepDocuments(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat("[", 9000) + "1" + strings.Repeat(",1", 100_000) + strings.Repeat("]", 9000)
	var out bytes.Buffer
	if err := WriteJSON(&out, json.RawMessage(deep)); err != nil || out.String() != deep+"\n" {
		t.Errorf("%d bytes written for %d: %v", out.Len(), len(deep), err)
	}
	// Brackets in strings do not count as nesting.
	out.Reset()
	text := `{"a":"` + strings.Repeat(`\"[{`, 1000) + `","b":` + "1}"
	if err := WriteJSON(&out, json.RawMessage(text)); err != nil || strings.Count(out.String(), "\n") != 4 {
		t.Errorf("%d lines, %v", strings.Count(out.String(), "\n"), err)
	}
	// Realistic documents are always indented.
	out.Reset()
	usual := strings.Repeat(`{"a":[`, 10) + "1,2,3" + strings.Repeat(`]}`, 10)
	if err := WriteJSON(&out, json.RawMessage(usual)); err != nil || strings.Count(out.String(), "\n") != 43 {
		t.Errorf("%d lines, %v", strings.Count(out.String(), "\n"), err)
	}
}

func TestSetFields(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ obj, want string }{
		{`{}`, `{"m":"<x>"}`},
		{` { "b" : 1e400, "a":[ 1 ] } `, `{"b":1e400,"a":[ 1 ],"m":"<x>"}`},
		{`{"m":1,"z":2}`, `{"m":"<x>","z":2}`},
		{`{"\u006d":1}`, `{"m":"<x>"}`},
		{`{"M":1}`, `{"M":1,"m":"<x>"}`},
		{`{"a":1`, ""},
		{`{"a":1}}`, ""},
		{`{"a":` + strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000) + `}`, ""}, // deeper than encoding/json allows
		{`[]`, ""},
		{`null`, ""},
		{``, ""},
	} {
		got, err := SetFields(json.RawMessage(tt.obj), Field{"m", "<x>"})
		if string(got) != tt.want || (err != nil) != (tt.want == "") {
			t.Errorf("SetFields(%s) = %s, %v; want %s", tt.obj, got, err, tt.want)
		}
		var line strings.Builder
		err = WriteObjectLine(&line, json.RawMessage(tt.obj), Field{"m", json.RawMessage(`"<x>"`)})
		if want := strings.ReplaceAll(tt.want, " ", ""); strings.TrimSuffix(line.String(), "\n") != want || (err != nil) != (want == "") {
			t.Errorf("WriteObjectLine(%s) writes %s, %v; want %s", tt.obj, line.String(), err, want)
		}
	}
	got, err := SetFields(json.RawMessage(`{"b":0,"z":9}`), Field{"a", 1}, Field{"b", 2}, Field{"c", nil})
	if want := `{"b":2,"z":9,"a":1,"c":null}`; string(got) != want || err != nil {
		t.Errorf("SetFields = %s, %v; want %s", got, err, want)
	}
	if got, err := SetFields(json.RawMessage(`{}`), Field{"m", make(chan int)}); err == nil {
		t.Errorf("SetFields of a channel = %s", got)
	}
}

func TestSafeLineAndText(t *testing.T) {
	t.Parallel()
	if got := SafeLine("a\n\t\x1b"); got != `a\u000a\u0009\u001b` {
		t.Errorf("SafeLine = %q", got)
	}
	if got := SafeText("a\n\t\x1b"); got != "a\n\t\\u001b" {
		t.Errorf("SafeText = %q", got)
	}
}

func TestShorten(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"", "a\x1b", strings.Repeat("a", 80)} {
		if got := Shorten(s); got != SafeLine(s) {
			t.Errorf("%q becomes %q", s, got)
		}
	}
	if got, want := Shorten(strings.Repeat("a", 300)), strings.Repeat("a", 79)+"…"; got != want {
		t.Errorf("got %q", got)
	}
}

var hostile = []string{"", "plain", "概念 💡", "a\nb", "\x1b[2J\r\u009b", "\u202e\u200b\ufeff", "\xff\xfe", "👩\u200d👩", "  ", "\u3000", "<&>\"\\", "\U000E0001", "e\u0301"}

func unsafeIn(s string) bool {
	return strings.ContainsFunc(s, termtext.Unsafe) || !utf8.ValidString(s)
}

func FuzzWriteError(f *testing.F) {
	for i, s := range hostile {
		f.Add(s, hostile[len(hostile)-1-i], i*100)
	}
	f.Fuzz(func(t *testing.T, text, hint string, status int) {
		e := &Error{Code: CodeNetwork, Status: status, Err: errors.New(text), Hint: hint}
		want := 1
		if hint != "" {
			want = 2
		}
		for format, lines := range map[Format]int{Human: want, JSON: 1} {
			var out bytes.Buffer
			if err := WriteError(&out, format, "nrepo", e); err != nil {
				t.Fatal(err)
			}
			shown, ok := strings.CutSuffix(out.String(), "\n")
			if !ok || strings.Count(shown, "\n") != lines-1 || unsafeIn(strings.ReplaceAll(shown, "\n", "")) {
				t.Fatalf("%s: not %d safe lines: %q", format, lines, out.String())
			}
			if format != JSON {
				continue
			}
			var back struct {
				Error, Code, Hint string
				Status            int
			}
			dec := json.NewDecoder(&out)
			if err := dec.Decode(&back); err != nil {
				t.Fatalf("not JSON: %v", err)
			}
			if _, err := dec.Token(); err != io.EOF {
				t.Fatalf("more than one document: %v", err)
			}
			if utf8.ValidString(text) && back.Error != text || utf8.ValidString(hint) && back.Hint != hint || back.Status != status {
				t.Fatalf("%+v reads back as %+v", e, back)
			}
		}
	})
}

// Errors and warnings mask what looks like a credential. Results do not, because a digest looks
// the same.
func TestCredentialsAreMasked(t *testing.T) {
	t.Parallel()
	digits := strings.Repeat("0123456789abcdef", 4)
	for _, format := range []Format{Human, JSON} {
		var b bytes.Buffer
		WriteError(&b, format, "nrepo x", &Error{Err: errors.New("no " + digits), Hint: "not NRP%5F" + digits})
		WriteWarning(&b, format, "nrepo x", "no nrp_"+digits[:8])
		if strings.Contains(b.String(), digits[:8]) || strings.Count(b.String(), "…") != 3 {
			t.Errorf("%s: %s", format, b.String())
		}
	}
	var b bytes.Buffer
	if err := WriteJSON(&b, map[string]string{"sha256": digits}); err != nil || !strings.Contains(b.String(), digits) {
		t.Errorf("a result holds %s, %v", b.String(), err)
	}
}
