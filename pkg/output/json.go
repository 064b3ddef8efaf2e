package output

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"

	"github.com/nrepo-cli/nrepo/internal/termtext"
)

// WriteJSON writes v as JSON, indented by two spaces and closed by a line
// feed, in one Write. Raw JSON inside v keeps its field order. Characters that
// could harm a terminal are written as \uXXXX escapes, which mean the same. The
// error is that of encoding/json or of w.
func WriteJSON(w io.Writer, v any) error {
	doc, err := marshal(v)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := json.Indent(&b, doc, "", "  "); err != nil {
		return err
	}
	b.WriteByte('\n')
	_, err = io.WriteString(w, termtext.JSON(b.String()))
	return err
}

// marshal is json.Marshal without the HTML escapes, which only hide text.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// SetField returns the JSON object obj with the member name set to value. The
// other members keep their order and their text; a member of that name is
// replaced where it stands, a new one is added at the end. It fails where obj
// is not an object or value cannot be encoded.
func SetField(obj json.RawMessage, name string, value any) (json.RawMessage, error) {
	encoded, err := marshal(value)
	if err != nil {
		return nil, err
	}
	dec := json.NewDecoder(bytes.NewReader(obj))
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return nil, fmt.Errorf("not a JSON object")
	}
	var out bytes.Buffer
	add := func(name string, value []byte) error {
		key, err := marshal(name)
		if err != nil {
			return err
		}
		if out.Len() > 0 {
			out.WriteByte(',')
		}
		out.Write(key)
		out.WriteByte(':')
		out.Write(value)
		return nil
	}
	found := false
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return nil, err
		}
		var member json.RawMessage
		if err := dec.Decode(&member); err != nil {
			return nil, err
		}
		if key == name {
			found, member = true, encoded
		}
		if err := add(key.(string), member); err != nil {
			return nil, err
		}
	}
	if !found {
		if err := add(name, encoded); err != nil {
			return nil, err
		}
	}
	return fmt.Appendf(nil, "{%s}", out.Bytes()), nil
}
