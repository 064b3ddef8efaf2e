package output

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"

	"github.com/nrepo-cli/nrepo/internal/termtext"
)

// WriteJSON writes v as JSON in one Write, indented by two spaces, with a line
// feed at the end. Raw JSON inside v keeps the order of its fields. If v is nested
// so deeply that the output would be mostly indentation, it is written on one
// line. Characters that could harm a terminal are written as \uXXXX escapes. The
// error is from encoding/json or w.
func WriteJSON(w io.Writer, v any) error {
	doc, err := marshal(v)
	if err != nil {
		return err
	}
	var text bytes.Buffer
	if err := indent(&text, doc, ""); err != nil {
		return err
	}
	text.WriteByte('\n')
	_, err = io.WriteString(w, termtext.JSON(text.String()))
	return err
}

// maxIndentation limits the indentation of a document to so many times its length.
// Deeply nested, the indentation of a reply of 16 MiB could take gigabytes.
const maxIndentation = 16

// indentation returns about how many bytes json.Indent adds to doc.
func indentation(doc []byte) int {
	size, depth, quoted := 0, 0, false
	for i := 0; i < len(doc); i++ {
		switch c := doc[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			depth++
			size += 2 * depth
		case c == '}' || c == ']':
			depth--
			size += 2 * depth
		case c == ',':
			size += 2 * depth
		}
	}
	return size
}

// marshal is json.Marshal without HTML escapes, which make text hard to read.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// Field is a member of a JSON object.
type Field struct {
	Name  string // name of the member
	Value any    // any value that encoding/json can encode
}

// SetFields returns the JSON object obj with fields set. Their names must differ.
// Existing members are replaced in place, new ones are added at the end, and all
// other members are kept unchanged and in order. It returns an error if obj is not
// an object or a value cannot be encoded.
func SetFields(obj json.RawMessage, fields ...Field) (json.RawMessage, error) {
	values, err := encode(fields)
	if err != nil {
		return nil, err
	}
	if end := lastBrace(obj, fields); end > 0 && json.Valid(obj) {
		return addFields(obj[:end], fields, values), nil
	}
	dec := json.NewDecoder(bytes.NewReader(obj))
	if t, err := dec.Token(); err != nil || t != json.Delim('{') || !json.Valid(obj) {
		return nil, errNoObject // checked here because Token, unlike Unmarshal, does not limit the depth
	}
	out := []byte{'{'}
	add := func(name string, value []byte) {
		if len(out) > 1 {
			out = append(out, ',')
		}
		out = append(append(append(out, termtext.Quote(name)...), ':'), value...)
	}
	set := make([]bool, len(fields))
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return nil, err
		}
		var member json.RawMessage
		if err := dec.Decode(&member); err != nil {
			return nil, err
		}
		for i, f := range fields {
			if f.Name == name {
				set[i], member = true, values[i]
			}
		}
		add(name.(string), member)
	}
	for i, f := range fields {
		if !set[i] {
			add(f.Name, values[i])
		}
	}
	return append(out, '}'), nil
}

func encode(fields []Field) ([]json.RawMessage, error) {
	values := make([]json.RawMessage, len(fields))
	for i, f := range fields {
		var err error
		if values[i], err = marshal(f.Value); err != nil {
			return nil, err
		}
	}
	return values, nil
}

// lastBrace returns the index of the last brace of an object that has members, but
// none of the fields, so that these can be added there. It returns 0 for any other
// valid document.
func lastBrace(obj []byte, fields []Field) int {
	obj = bytes.TrimRight(obj, " \t\r\n")
	last := len(obj) - 1
	if last < 0 || obj[last] != '}' || bytes.Contains(obj, []byte(`\u`)) {
		return 0
	}
	inside := bytes.TrimSpace(obj[:last])
	if obj[0] != '{' || len(inside) == 1 {
		return 0
	}
	const plain = "abcdefghijklmnopqrstuvwxyz_" // without \u in the document, these have only one spelling
	for _, f := range fields {
		if strings.Trim(f.Name, plain) != "" || bytes.Contains(obj, []byte(`"`+f.Name+`"`)) { // it may be a value, but that is rare
			return 0
		}
	}
	return last
}

func addFields(begun []byte, fields []Field, values []json.RawMessage) json.RawMessage {
	size := len(begun) + 1
	for i, f := range fields {
		size += len(f.Name) + len(values[i]) + 4
	}
	out := append(make([]byte, 0, size), begun...)
	for i, f := range fields {
		out = append(append(append(append(out, ','), termtext.Quote(f.Name)...), ':'), values[i]...)
	}
	return append(out, '}')
}

var errNoObject = errors.New("not a JSON object")
