package output

import (
	"bytes"
	"encoding/json"
	"io"

	"github.com/nrepo-cli/nrepo/internal/termtext"
)

// JSONArray writes a JSON array element by element, as [WriteJSON] would write
// it whole. Where the elements end early because of an error, leave the array
// unclosed: then no reader takes it for complete.
type JSONArray struct {
	w     io.Writer
	begun bool
}

// NewJSONArray returns an array without elements. It writes nothing yet.
func NewJSONArray(w io.Writer) *JSONArray { return &JSONArray{w: w} }

// Append writes one more element, in one Write. The error is that of
// encoding/json, and then nothing is written, or of the writer.
func (a *JSONArray) Append(v any) error {
	doc, err := marshal(v)
	if err != nil {
		return err
	}
	if doc, err = indent(doc, "  "); err != nil {
		return err
	}
	lead := ",\n  "
	if !a.begun {
		lead = "[\n  "
	}
	a.begun = true
	_, err = io.WriteString(a.w, lead+termtext.JSON(string(doc)))
	return err
}

// Close writes the end of the array; "[]" where there were no elements.
func (a *JSONArray) Close() error {
	end := "[]\n"
	if a.begun {
		end = "\n]\n"
	}
	_, err := io.WriteString(a.w, end)
	return err
}

// indent indents doc by two spaces a level, its lines but the first behind
// prefix. A document of mostly indentation stays as it is.
func indent(doc []byte, prefix string) ([]byte, error) {
	if indentation(doc) >= maxIndentation*len(doc) {
		return doc, nil
	}
	var b bytes.Buffer
	err := json.Indent(&b, doc, prefix, "  ")
	return b.Bytes(), err
}
