package output

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

// FuzzWriteJSON checks that the output has the meaning of the input, is safe for a
// terminal and not much longer, and is one line in the one-line form.
func FuzzWriteJSON(f *testing.F) {
	f.Fuzz(func(t *testing.T, doc []byte) {
		var want any
		if json.Unmarshal(doc, &want) != nil {
			return
		}
		var many, one bytes.Buffer
		if err := WriteJSON(&many, json.RawMessage(doc)); err != nil {
			t.Fatal(err)
		}
		if err := WriteJSONLine(&one, json.RawMessage(doc)); err != nil {
			t.Fatal(err)
		}
		for _, out := range []string{many.String(), one.String()} {
			var got any
			if err := json.Unmarshal([]byte(out), &got); err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("%q is written %q, %v", doc, out, err)
			}
			if strings.ContainsAny(out, "\t\r") || unsafeIn(strings.ReplaceAll(out, "\n", "")) || !strings.HasSuffix(out, "\n") {
				t.Errorf("%q is written %q", doc, out)
			}
			if len(out) > (maxIndentation+6)*len(doc)+maxIndentation {
				t.Errorf("%d bytes for %d", len(out), len(doc))
			}
		}
		if strings.Count(one.String(), "\n") != 1 {
			t.Errorf("%q is not one line", one.String())
		}
	})
}

// FuzzSetFields checks that a member is set, that all others are unchanged, and that
// WriteObjectLine writes the same.
func FuzzSetFields(f *testing.F) {
	f.Fuzz(func(t *testing.T, doc []byte, name, value string) {
		got, err := SetFields(doc, Field{name, value})
		var line, direct strings.Builder
		if err == nil {
			err = WriteJSONLine(&line, got)
		}
		if failed := WriteObjectLine(&direct, doc, Field{name, value}); (failed == nil) != (err == nil) || direct.String() != line.String() {
			t.Errorf("%q: %q, %v; want %q, %v", doc, direct.String(), failed, line.String(), err)
		}
		var before, after map[string]json.RawMessage
		if json.Unmarshal(doc, &before) != nil || before == nil {
			if err == nil {
				t.Errorf("%q became %q", doc, got)
			}
			return
		}
		if err != nil {
			t.Fatalf("%q: %v", doc, err)
		}
		if err := json.Unmarshal(got, &after); err != nil {
			t.Fatalf("%q became %q: %v", doc, got, err)
		}
		name, value = string([]rune(name)), string([]rune(value)) // as valid UTF-8
		var set string
		if err := json.Unmarshal(after[name], &set); err != nil || set != value {
			t.Errorf("%q in %q is %q, want %q", name, got, set, value)
		}
		delete(before, name)
		delete(after, name)
		if len(before) != len(after) {
			t.Errorf("%q became %q", doc, got)
		}
		for member := range before {
			if string(before[member]) != string(after[member]) {
				t.Errorf("%q in %q became %q", member, doc, after[member])
			}
		}
	})
}
