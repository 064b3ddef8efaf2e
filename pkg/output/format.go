package output

import "errors"

// Format is the format of results and errors. The zero value means that no format
// is chosen.
type Format string

// The two formats.
const (
	Human Format = "human" // for people: sentences and tables
	JSON  Format = "json"  // for programs: two-space indented JSON
)

// ParseFormat parses "human" or "json", as in NEURALREPO_OUTPUT. The error for
// other texts does not repeat them.
func ParseFormat(s string) (Format, error) {
	switch f := Format(s); f {
	case Human, JSON:
		return f, nil
	}
	return "", errors.New(`must be "json" or "human"`)
}
