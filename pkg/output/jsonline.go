package output

import (
	"bytes"
	"encoding/json"
	"io"

	"github.com/nrepo-cli/nrepo/internal/termtext"
)

// WriteJSONLine writes v as JSON on a single line, in one Write, for commands
// that print one object after another. Otherwise it is [WriteJSON].
func WriteJSONLine(w io.Writer, v any) error {
	doc, err := marshalLine(v)
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, termtext.JSON(string(doc))+"\n")
	return err
}

// marshalLine is marshal, and quicker for what is JSON already.
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
