package output

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"

	"github.com/nrepo-cli/nrepo/internal/termtext"
)

// JSONArray writes a JSON array element by element, in the format of [WriteJSON].
// If an error occurs before the last element, do not close the array, so that no
// reader mistakes it for a complete one.
type JSONArray struct {
	w      io.Writer
	lead   string // the text before the array, until it is written
	tail   string // the text after the array
	prefix string // the indentation of its lines
	begun  bool
}

// NewJSONArray returns an empty array. It writes nothing yet.
func NewJSONArray(w io.Writer) *JSONArray { return &JSONArray{w: w} }

// NewJSONArrayIn returns an array that is the field name of an object, after the
// fields of object. Next starts another field, and Close also closes the object.
// NewJSONArrayIn itself writes nothing. It returns an error if object cannot be
// encoded, is not a JSON object, or has no fields.
func NewJSONArrayIn(w io.Writer, object any, name string) (*JSONArray, error) {
	doc, err := marshal(object)
	if err != nil {
		return nil, err
	}
	if doc, err = indent(doc, ""); err != nil {
		return nil, err
	}
	fields, ok := bytes.CutSuffix(doc, []byte("\n}"))
	if !ok {
		return nil, errors.New("not an object with fields")
	}
	a := &JSONArray{w: w, tail: "\n}", prefix: "  "}
	a.lead = termtext.JSON(string(fields)) + a.field(name)
	return a, nil
}

// field returns the text before the array in an object.
func (a *JSONArray) field(name string) string { return ",\n  " + termtext.Quote(name) + ": " }

// Next ends an array in an object and starts another one, as the field name of the
// same object. The error is from the writer.
func (a *JSONArray) Next(name string) error {
	_, err := io.WriteString(a.w, a.end())
	a.lead, a.begun = a.field(name), false
	return err
}

// Append writes another element, in one Write. The error is from encoding/json, in
// which case nothing is written, or from the writer.
func (a *JSONArray) Append(v any) error {
	doc, err := marshal(v)
	if err != nil {
		return err
	}
	if doc, err = indent(doc, a.prefix+"  "); err != nil {
		return err
	}
	lead := ",\n  " + a.prefix
	if !a.begun {
		lead = a.lead + "[\n  " + a.prefix
	}
	a.begun = true
	_, err = io.WriteString(a.w, lead+termtext.JSON(string(doc)))
	return err
}

// Close writes the end of the array, or "[]" if there are no elements.
func (a *JSONArray) Close() error {
	_, err := io.WriteString(a.w, a.end()+a.tail+"\n")
	return err
}

func (a *JSONArray) end() string {
	if a.begun {
		return "\n" + a.prefix + "]"
	}
	return a.lead + "[]"
}

// indent indents doc by two spaces for each level, with prefix before all lines except the
// first. It does not change a document that would become mostly indentation.
func indent(doc []byte, prefix string) ([]byte, error) {
	size := indentation(doc)
	if size >= maxIndentation*len(doc) {
		return doc, nil
	}
	var b bytes.Buffer
	b.Grow(2*len(doc) + size)
	err := json.Indent(&b, doc, prefix, "  ")
	return b.Bytes(), err
}
