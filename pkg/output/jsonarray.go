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
	text   bytes.Buffer // of an element
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
	var text bytes.Buffer
	if err = indent(&text, doc, ""); err != nil {
		return nil, err
	}
	fields, ok := bytes.CutSuffix(text.Bytes(), []byte("\n}"))
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
	a.text.Reset()
	if a.begun {
		a.text.WriteString(",\n  ")
	} else {
		a.text.WriteString(a.lead + "[\n  ")
	}
	a.text.WriteString(a.prefix)
	if err := indent(&a.text, doc, a.prefix+"  "); err != nil {
		return err
	}
	a.begun = true
	_, err = io.WriteString(a.w, termtext.JSON(a.text.String()))
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

// indent appends doc to b, indented by two spaces for each level, with prefix before all
// lines except the first. It does not change a document that would become mostly
// indentation.
func indent(b *bytes.Buffer, doc []byte, prefix string) error {
	size := indentation(doc)
	if size >= maxIndentation*len(doc) {
		b.Write(doc)
		return nil
	}
	b.Grow(2*len(doc) + size)
	return json.Indent(b, doc, prefix, "  ")
}
