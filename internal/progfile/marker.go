package progfile

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"github.com/nrepo-cli/nrepo/internal/termtext"
)

// Facts are what a command's file contains about the command.
type Facts struct {
	Summary  string // one line of at most 80 characters, safe to print; "" if there is none
	Complete bool   // arguments may be completed by `nrepo-foo __complete`
	Contract string // lowest version of the contract that the command needs; "" if there is none
	Version  string // from the marker, which official commands have; else that of Module
	Module   string // main module of a Go program
}

// Wanted selects the facts to search for.
type Wanted struct {
	Summary  bool
	Complete bool
	Version  bool // version and module
	Contract bool
}

// A marker is anywhere in the constant data of a program or in a comment of a script. In text
// it ends at a line feed, carriage return or NUL. In a program it must end with a line feed and
// "@(#)", because compilers put other texts directly after it:
//
//	@(#)nrepo:summary=One line
//	@(#)nrepo:summary.NAME=One line  (of the command NAME, where a program has several)
//	@(#)nrepo:complete=1
//	@(#)nrepo:version=1.2.3
//	@(#)nrepo:contract=2
//
// A version can also end at ; as it does in official commands. A quotation mark does not end a
// marker, so that a summary can contain one. The format is that of what(1).
const (
	maxScript  = 64 << 10 // first part of a script
	maxMarker  = 512      // longer markers are ignored
	maxSummary = 80       // characters shown
	maxVersion = 100
)

// marker begins every marker. It is joined at run time, so that nrepo itself does not contain
// a marker.
func marker() []byte { return append([]byte("@(#)"), "nrepo:"...) }

// search is a search in a file and its result.
type search struct {
	want     Wanted
	specific string // beginning of the summary for this command only
	named    bool   // whether that was found
	program  bool   // whether the file is a program, not text
	found    *Facts
}

// done reports whether everything wanted was found, except for a summary for this command
// only, which may still follow.
func (s *search) done() bool {
	want, found := s.want, s.found
	return (!want.Summary || found.Summary != "") && (!want.Complete || found.Complete) &&
		(!want.Version || found.Version != "") && (!want.Contract || found.Contract != "")
}

// markers reads the markers that begin before starts. It searches for #, the character of a
// marker that is rarest in a program's data. If atEnd is true, the end of the piece also ends
// a marker.
func (s *search) markers(piece []byte, starts int, atEnd bool) {
	const lead = len("@(")
	marker := marker()
	for hash := 0; ; hash++ {
		i := bytes.IndexByte(piece[hash:], '#')
		if i < 0 || hash+i-lead >= starts {
			return
		}
		hash += i
		if hash < lead || !bytes.HasPrefix(piece[hash-lead:], marker) {
			continue
		}
		from := hash - lead + len(marker)
		until := min(len(piece), from+maxMarker)
		if text, ok := cutMarker(piece[from:until], atEnd && until == len(piece)); ok && (!s.program || isClosed(piece[from:until], text)) {
			s.take(text)
		}
	}
}

// take records the fact in a marker, unless there is one already.
func (s *search) take(text string) {
	key, value, _ := strings.Cut(text, "=")
	switch {
	case text == "complete=1":
		s.found.Complete = true
	case key == "summary" && !s.named && s.found.Summary == "":
		s.found.Summary = CleanSummary(value)
	case strings.HasPrefix(text, s.specific) && !s.named:
		s.found.Summary, s.named = CleanSummary(text[len(s.specific):]), true
	case key == "version" && s.found.Version == "":
		s.found.Version = cleanVersion(value)
	case key == "contract" && s.found.Contract == "":
		s.found.Contract = cleanVersion(value)
	}
}

// cutMarker returns the text of a marker up to its end. Text without an end, with control
// characters or that is not UTF-8 is not a marker.
func cutMarker(b []byte, atEnd bool) (string, bool) {
	end := bytes.IndexAny(b, "\n\r\x00")
	if version := bytes.IndexByte(b, ';'); bytes.HasPrefix(b, []byte("version=")) && version >= 0 && (end < 0 || version < end) {
		end = version
	}
	if end >= 0 {
		b = b[:end]
	} else if !atEnd {
		return "", false
	}
	for _, c := range b {
		if c < ' ' && c != '\t' || c == 0x7f {
			return "", false
		}
	}
	return string(b), utf8.Valid(b)
}

// isClosed reports whether the data after a marker in a program shows that the marker ends
// there. The marker for completion has a fixed text and always ends there.
func isClosed(b []byte, text string) bool {
	rest := string(b[len(text):])
	return text == "complete=1" || strings.HasPrefix(rest, ";") || strings.HasPrefix(rest, "\n@(#)")
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
