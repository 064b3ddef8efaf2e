package apihttp

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
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

// problem names the field of another type that err is about.
func problem(err error) string {
	if wrong := (*json.UnmarshalTypeError)(nil); errors.As(err, &wrong) && wrong.Field != "" {
		return ": the field " + wrong.Field + " has the wrong type"
	}
	return ""
}

// maxValues bounds the memory that a reply takes, which may be a hundred times
// its size where it is of many small values.
const maxValues = 100_000

var errTooMany = fmt.Errorf("has more than %d values", maxValues)

// Unmarshal is json.Unmarshal for a whole reply.
func Unmarshal(doc []byte, v any) error {
	if bytes.Count(doc, []byte(",")) > maxValues && commas(doc) > maxValues {
		return errTooMany
	}
	return json.Unmarshal(doc, v)
}

// commas counts those that stand in no string.
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
