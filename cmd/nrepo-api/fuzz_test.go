package main

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// FuzzFields checks that the object and the query contain the fields of the command
// line. Each line is an argument of -f.
func FuzzFields(f *testing.F) {
	f.Fuzz(func(t *testing.T, lines string) {
		var fs fields
		for text := range strings.SplitSeq(lines, "\n") {
			if err := fs.addText(text); err != nil && len(err.Error()) > 40 {
				t.Errorf("%q: %v", text, err)
			}
		}
		if len(fs) > 1000 {
			return // net/url refuses a query of more than 10,000 parameters
		}
		query, err := url.ParseQuery(fs.query())
		if err != nil {
			t.Fatalf("%q becomes %q: %v", lines, fs.query(), err)
		}
		doc, err := fs.object()
		if err != nil {
			if strings.Contains(err.Error(), "=v") || len(err.Error()) > 100 {
				t.Errorf("%q: %v", lines, err)
			}
			doc = []byte("null") // a repeated field, or one that is not UTF-8
		}
		var object map[string]any
		if err := json.Unmarshal(doc, &object); err != nil {
			t.Fatalf("%q becomes %q: %v", lines, doc, err)
		}
		for _, field := range fs {
			if !slices.Contains(query[field.key], field.value) {
				t.Errorf("%q is not in %q", field.key, fs.query())
			}
			if object == nil {
				continue
			}
			list, isList := object[field.key].([]any)
			if isList != field.list || isList && !slices.Contains(list, any(field.value)) || !isList && object[field.key] != field.value {
				t.Errorf("%q is not in %s", field.key, doc)
			}
		}
	})
}
