package output

import "github.com/nrepo-cli/nrepo/internal/termtext"

// SafeLine returns s as one line that is safe to show: control, format and bidi
// characters, line breaks and tabs among them, are written \uXXXX, broken
// UTF-8 \xXX. Every text from the service, a file name or a config that goes
// to a terminal passes through SafeLine or [SafeText].
func SafeLine(s string) string { return termtext.Line(s) }

// Shorten is [SafeLine] for what a message repeats of what it was given, and for a
// name, a title or an e-mail address in it: a text of more than 80 characters ends
// with "…" there. It counts runes: what knows
// the width of each would be linked into every command.
func Shorten(s string) string {
	runes := []rune(SafeLine(s))
	if len(runes) <= 80 {
		return string(runes)
	}
	return string(runes[:79]) + "…"
}

// SafeText is [SafeLine] for text of several lines: line feeds and tabs stay.
func SafeText(s string) string { return termtext.Block(s) }
