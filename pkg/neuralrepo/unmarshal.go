package neuralrepo

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// maxValues bounds the memory that a reply takes, which may be a hundred times
// its size where it is of many small values.
const maxValues = 100_000

var errTooMany = fmt.Errorf("has more than %d values", maxValues)

// unmarshal is json.Unmarshal for a whole reply.
func unmarshal(doc []byte, v any) error {
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
