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
	_, err = io.WriteString(w, termtext.JSON(string(doc))+"\n")
	return err
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
