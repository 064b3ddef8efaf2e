package output

import "github.com/nrepo-cli/nrepo/internal/termtext"

// SafeLine returns s as one line that is safe to print: control, format and bidi
// characters, including line breaks and tabs, are written as \uXXXX, and invalid
// UTF-8 as \xXX. Use SafeLine or [SafeText] for every text from the service, a
// file name or a config file that may be shown on a terminal.
func SafeLine(s string) string { return termtext.Line(s) }

// Shorten is like [SafeLine], and cuts s after 80 characters, with "…" at the end.
// Use it in messages for input that they repeat, and for names, titles and e-mail
// addresses.
func Shorten(s string) string {
	runes := []rune(SafeLine(s))
	if len(runes) <= 80 {
		return string(runes)
	}
	return string(runes[:79]) + "…"
}

// SafeText is like [SafeLine], for text with several lines: it keeps line feeds
// and tabs.
func SafeText(s string) string { return termtext.Block(s) }

// ShellWord returns s as one word of a POSIX shell, in quotes if it needs them, and safe
// to print like [SafeLine]. Use it for the path in a command that a hint suggests.
func ShellWord(s string) string { return termtext.ShellWord(s) }
