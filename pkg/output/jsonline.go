package output

import (
	"bytes"
	"encoding/json"
	"io"

	"github.com/nrepo-cli/nrepo/internal/termtext"
)

// WriteJSONLine is like [WriteJSON], but writes v on a single line, for commands
// that print several objects one after another.
func WriteJSONLine(w io.Writer, v any) error {
	doc, err := marshalLine(v)
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, termtext.JSON(string(append(doc, '\n'))))
	return err
}

// WriteObjectLine writes the JSON object obj with fields set, as by [SetFields], on a
// single line. It is faster, because it reads obj only once.
func WriteObjectLine(w io.Writer, obj json.RawMessage, fields ...Field) error {
	end := lastBrace(obj, fields)
	if end == 0 {
		doc, err := SetFields(obj, fields...)
		if err != nil {
			return err
		}
		return WriteJSONLine(w, doc)
	}
	values, err := encode(fields)
	if err != nil {
		return err
	}
	return WriteJSONLine(w, addFields(obj[:end], fields, values)) // which checks obj
}

// marshalLine is marshal, but faster for a value that is already JSON.
func marshalLine(v any) ([]byte, error) {
	raw, ok := v.(json.RawMessage)
	if !ok || raw == nil {
		return marshal(v)
	}
	var line bytes.Buffer
	line.Grow(len(raw))
	if err := json.Compact(&line, raw); err != nil {
		return nil, err
	}
	return line.Bytes(), nil
}
