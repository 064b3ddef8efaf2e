package output

import (
	"io"

	"github.com/nrepo-cli/nrepo/internal/termtext"
)

// WriteJSONLine writes v as JSON on a single line, in one Write, for commands
// that print one object after another. Otherwise it is [WriteJSON].
func WriteJSONLine(w io.Writer, v any) error {
	doc, err := marshal(v)
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, termtext.JSON(string(doc))+"\n")
	return err
}
