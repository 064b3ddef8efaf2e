package apihttp

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// decode is [Client.Decode].
func decode(at server, method string, doc []byte, out any) *Failure {
	err := Unmarshal(doc, out)
	switch {
	case err == nil:
		return nil
	case !json.Valid(doc):
		return badReply(at, method, notJSON)
	case errors.Is(err, errTooMany):
		return badReply(at, method, err.Error())
	}
	return unknownReply(at, method, problem(err))
}

// problem returns a text about the field that has the wrong type, or "".
func problem(err error) string {
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok && wrong.Field != "" {
		name := wrong.Field[strings.LastIndexByte(wrong.Field, '.')+1:] // the path contains names of embedded Go types
		return ": the field " + name + " has the wrong type"
	}
	return ""
}

// maxValues limits the memory for a response: with many small values, it may need
// a hundred times its size.
const maxValues = 100_000

var errTooMany = fmt.Errorf("has more than %d values", maxValues)

// Unmarshal is json.Unmarshal for a complete response, with a limit on the number
// of values.
func Unmarshal(doc []byte, v any) error {
	if bytes.Count(doc, []byte(",")) > maxValues && commas(doc) > maxValues {
		return errTooMany
	}
	return json.Unmarshal(doc, v)
}

// commas counts the commas outside strings.
func commas(doc []byte) (n int) {
	for i, inString := 0, false; i < len(doc); i++ {
		switch c := doc[i]; {
		case c == '"':
			inString = !inString
		case inString && c == '\\':
			i++
		case !inString && c == ',':
			n++
		}
	}
	return n
}
