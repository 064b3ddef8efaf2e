package progfile

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"github.com/nrepo-cli/nrepo/internal/termtext"
)

// Facts are what the file of a command contains about it. A text is "" if it is unknown.
type Facts struct {
	Summary  string // one line of at most 80 characters, safe to print
	Complete bool   // arguments may be completed by `nrepo-foo __complete`
	Contract string // lowest version of the contract that the command needs
	Version  string // from a marker, or else of the module
	Module   string // main module of a Go program
}

// A marker is a line of text:
//
//	@(#)nrepo:summary=One line
//	@(#)nrepo:summary.NAME=One line  (of the command NAME, where a program has several)
//	@(#)nrepo:complete=1
//	@(#)nrepo:version=1.2.3
//	@(#)nrepo:contract=2
//
// In a script they are in comments. In a program they are a block: they follow each other
// directly, the summary first, and "@(#)" follows the last line feed, because compilers put
// other texts directly after a constant. The version that is set at link time in official
// commands is a block of its own and ends at ; . The format is that of what(1).
const (
	maxMarker  = 512     // longer markers are ignored
	maxBlock   = 4 << 10 // a longer block may be cut
	maxSummary = 80      // characters shown
	maxVersion = 100
)

// lead begins every marker.
const lead = "@(#)nrepo:"

// markers are values by key. The first of several values counts.
type markers map[string]string

// add adds the marker whose key is at the start of the text, and returns the text after it.
// Text without an end, with control characters or that is not UTF-8 is not a marker. In a
// program it must be closed.
func (m markers) add(text []byte, program bool) (rest []byte) {
	ends := "\n\r\x00"
	if bytes.HasPrefix(text, []byte("version=")) {
		ends += ";"
	}
	line := string(text[:max(0, bytes.IndexAny(text[:min(len(text), maxMarker)], ends))])
	rest = text[len(line):]
	key, value, _ := strings.Cut(line, "=")
	closed := !program || key == "complete" || bytes.HasPrefix(rest, []byte("\n@(#)")) || bytes.HasPrefix(rest, []byte(";"))
	control := func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }
	if closed && m[key] == "" && value != "" && utf8.ValidString(line) && !strings.ContainsFunc(line, control) {
		m[key] = value
	}
	return rest
}

// inText returns all markers of a text.
func inText(text []byte) markers {
	m := make(markers)
	for {
		_, after, found := bytes.Cut(text, []byte(lead))
		if !found {
			return m
		}
		m.add(after, false)
		text = after
	}
}

// inProgram returns the first block with the first key or, if there is none, the first block
// with the last key.
func inProgram(data []byte, keys []string) (block markers) {
	const at = len("@(") // programs contain # less often than @
	for {
		before, text, found := bytes.Cut(data, []byte(lead[at:]))
		if !found {
			return block
		}
		data = text
		m := make(markers)
		for more := bytes.HasSuffix(before, []byte(lead[:at])); more; {
			text, more = bytes.CutPrefix(m.add(text, true), []byte("\n"+lead))
		}
		switch {
		case m[keys[0]] != "":
			return m
		case block == nil && m[keys[len(keys)-1]] != "":
			block = m
		}
	}
}

func cleanVersion(s string) string {
	if s = strings.TrimSpace(s); len(s) > maxVersion || strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r >= 0x7f }) {
		return ""
	}
	return s
}

// CleanSummary returns a summary as one line of at most 80 characters, safe to print.
func CleanSummary(s string) string {
	return Cut(termtext.Line(strings.Join(strings.Fields(s), " ")), maxSummary)
}

// Cut shortens a text to n characters, including an ellipsis.
func Cut(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return strings.TrimRight(string([]rune(s)[:n-1]), " ") + "…"
}
