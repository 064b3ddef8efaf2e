package output

import "errors"

// Format is how a command prints its result and its errors. The zero value
// means that nobody has chosen yet.
type Format string

// The two formats.
const (
	Human Format = "human" // for people: sentences and tables
	JSON  Format = "json"  // for programs: two-space indented JSON
)

// ParseFormat reads "human" or "json", as in NEURALREPO_OUTPUT. Anything else
// is an error that does not repeat the text.
func ParseFormat(s string) (Format, error) {
	switch f := Format(s); f {
	case Human, JSON:
		return f, nil
	}
	return "", errors.New(`must be "json" or "human"`)
}
