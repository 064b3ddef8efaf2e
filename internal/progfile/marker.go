package progfile

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"github.com/nrepo-cli/nrepo/internal/termtext"
)

// Facts are what a command's file says of itself.
type Facts struct {
	Summary  string // one harmless line of at most 80 characters, "" when there is none
	Complete bool   // arguments may be completed by `nrepo-foo __complete`
	Contract string // lowest version of the contract that the command needs, "" when it says none
	Version  string // by its marker, which official commands are linked with; else that of Module
	Module   string // main module of a Go program
}

// Wanted says which facts to look for.
type Wanted struct {
	Summary  bool
	Complete bool
	Version  bool // version and module
	Contract bool
}

// A marker stands anywhere in the constant data of a program or in a comment of a
// script. In text it ends at a line feed, carriage return or NUL; in a program it
// must be closed by a line feed and "@(#)", because a compiler puts other texts
// right behind it:
//
//	@(#)nrepo:summary=One line
//	@(#)nrepo:summary.NAME=One line  (of the command NAME, where a program has several)
//	@(#)nrepo:complete=1
//	@(#)nrepo:version=1.2.3
//	@(#)nrepo:contract=2
//
// A version can end at ; too, as that which is linked into official commands does.
// A quotation mark ends nothing, so that a summary can quote. The form is that of
// what(1).
const (
	maxScript  = 64 << 10 // first part of a script
	maxMarker  = 512      // a longer marker is none
	maxSummary = 80       // characters shown
	maxVersion = 100
)

// marker begins every marker. It is put together when it is used, lest nrepo
// itself contain one.
func marker() []byte { return append([]byte("@(#)"), "nrepo:"...) }

// search is what is looked for in a file, and what was found.
type search struct {
	want     Wanted
	specific string // begins the summary of the one command that the file is looked at for
	named    bool   // whether that was found
	program  bool   // whether it is no text
	found    *Facts
}

// done reports whether a later piece can add nothing that is wanted, but for the
// summary of one name, which may always come.
func (s *search) done() bool {
	want, found := s.want, s.found
	return (!want.Summary || found.Summary != "") && (!want.Complete || found.Complete) &&
		(!want.Version || found.Version != "") && (!want.Contract || found.Contract != "")
}

// markers reads the markers that begin before starts. It goes from # to #, the
// character of a marker that is rarest in a program's data. atEnd says that the
// end of the piece ends a marker too.
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

// take notes what a marker says; of two that say the same the first counts.
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

// cutMarker returns the text of a marker up to its end. Text that has no end,
// is not UTF-8 or holds control characters is something else.
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

// isClosed reports whether what follows the text of a marker in a program shows
// that the text ends there. One text is the same whatever follows.
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

// CleanSummary makes a summary one harmless line of at most 80 characters.
func CleanSummary(s string) string {
	return Cut(termtext.Line(strings.Join(strings.Fields(s), " ")), maxSummary)
}

// Cut shortens a text to n characters, the last of which is then an ellipsis.
func Cut(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return strings.TrimRight(string([]rune(s)[:n-1]), " ") + "…"
}
