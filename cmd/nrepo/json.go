package main

import (
	"strings"

	"github.com/nrepo-cli/nrepo/internal/termtext"
)

// object is a JSON object with its fields in order. A value is a string, a
// bool, an object, a []object or a []string. Without encoding/json nrepo
// starts faster and is smaller by a third.
type object []field

type field struct {
	name  string
	value any
}

// add appends a field, an empty string or list not.
func (o *object) add(name string, value any) {
	switch v := value.(type) {
	case string:
		if v == "" {
			return
		}
	case []string:
		if len(v) == 0 {
			return
		}
	}
	*o = append(*o, field{name, value})
}

// document returns the object as JSON, indented by two spaces.
func (o object) document() string {
	var b strings.Builder
	writeJSON(&b, o, "\n")
	b.WriteByte('\n')
	return b.String()
}

func writeJSON(b *strings.Builder, value any, newline string) {
	switch v := value.(type) {
	case string:
		b.WriteString(termtext.Quote(v))
	case bool:
		if v {
			b.WriteString("true")
		} else {
			b.WriteString("false")
		}
	case object:
		writeItems(b, "{", len(v), "}", newline, func(i int, inner string) {
			b.WriteString(termtext.Quote(v[i].name) + ": ")
			writeJSON(b, v[i].value, inner)
		})
	case []object:
		writeItems(b, "[", len(v), "]", newline, func(i int, inner string) { writeJSON(b, v[i], inner) })
	case []string:
		writeItems(b, "[", len(v), "]", newline, func(i int, inner string) { writeJSON(b, v[i], inner) })
	}
}

func writeItems(b *strings.Builder, open string, n int, end, newline string, item func(i int, newline string)) {
	b.WriteString(open)
	inner := newline + "  "
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(inner)
		item(i, inner)
	}
	if n > 0 {
		b.WriteString(newline)
	}
	b.WriteString(end)
}
