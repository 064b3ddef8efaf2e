package apihttp

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// Decode decodes the reply to a request of this method into out. It tells a
// reply that is not JSON at all, as from a sign-in page of a network in
// between, from one of another version of the API. The error is a [*Failure].
func (c *Client) Decode(method string, doc []byte, out any) error {
	err := Unmarshal(doc, out)
	if err == nil {
		return nil
	}
	if !json.Valid(doc) {
		return c.BadReply(method, notJSON)
	}
	if errors.Is(err, errTooMany) {
		return c.BadReply(method, err.Error())
	}
	return c.UnknownReply(method, problem(err))
}

// problem names the field of another type that err is about.
func problem(err error) string {
	if wrong := (*json.UnmarshalTypeError)(nil); errors.As(err, &wrong) && wrong.Field != "" {
		return ": the field " + wrong.Field + " has another type"
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
