// Package bashline parses a bash command line up to the cursor, and quotes a word so that
// it continues what was typed.
package bashline

import "strings"

// Line is a command line up to the cursor.
type Line struct {
	Words      []string // unquoted, the command first; the last is being typed and may be empty
	Redirected bool     // whether the last word is the file of a redirection

	kept  string // beginning of the last word, unquoted, that bash does not replace
	quote byte   // quotation mark around the rest of it: ', ", $ for $'…', 0 for none
}

// Parse parses a line. replaced is the end of it that bash replaces with a candidate: the
// last word, from its last quotation mark or character of COMP_WORDBREAKS.
func Parse(line, replaced string) Line {
	if !strings.HasSuffix(line, replaced) {
		replaced = ""
	}
	s := scanner{line: line, mark: len(line) - len(replaced)}
	s.scan()
	return s.Line
}

// Insert returns the text with which bash replaces the end of the line, so that the last
// word becomes the candidate, and false if the candidate does not begin with the part that
// stays. It leaves an open quotation mark for bash to close, unless the text ends with such a
// mark, which bash would take for the closing one.
func (l Line) Insert(candidate string) (string, bool) {
	rest, ok := strings.CutPrefix(candidate, l.kept)
	if !ok {
		return "", false
	}
	var b strings.Builder
	for i, r := range rest {
		c := string(r)
		switch {
		case l.quote == '\'' && r == '\'':
			c = `'\''`
		case l.quote == '"' && r == '!': // bash would keep a backslash before it
			c = `"'!'"`
		case l.quote == '"' && strings.ContainsRune("\"\\$`", r), l.quote == '$' && strings.ContainsRune(`'\`, r),
			l.quote == 0 && strings.ContainsRune(" \t!\"#$&'()*;<>?[\\]^`{|}", r), l.quote == 0 && r == '~' && i == 0 && l.kept == "":
			c = `\` + c
		}
		b.WriteString(c)
	}
	mark := strings.Replace(string(l.quote), "$", "'", 1)
	if text := b.String(); l.quote != 0 && (text == "" || strings.HasSuffix(text, mark)) {
		b.WriteString(mark)
	}
	return b.String(), true
}

type scanner struct {
	Line // the result

	line string
	mark int // start of the replaced text
	word strings.Builder
	open byte // the open quotation mark, as in Line.quote

	inWord, afterRedirection bool
}

func (s *scanner) scan() {
	for i := 0; i < len(s.line); i++ {
		s.reach(i)
		c := s.line[i]
		next := byte(0)
		if i+1 < len(s.line) {
			next = s.line[i+1]
		}
		switch {
		case c == '\\' && s.open != '\'' && (s.open != '"' || strings.IndexByte("\"\\$`\n", next) >= 0):
			s.inWord = true
			if i++; next != 0 && next != '\n' {
				s.word.WriteByte(next)
			}
		case s.open == '$' && c == '\'', s.open != '$' && s.open != 0 && c == s.open:
			s.open = 0
		case s.open != 0:
			s.word.WriteByte(c)
		case c == '\'' || c == '"':
			s.open, s.inWord = c, true
		case c == '$' && (next == '\'' || next == '"'):
			s.inWord = true
			if i++; next == '\'' {
				s.open = '$'
			} else {
				s.open = '"'
			}
		case strings.IndexByte(" \t\n;|&()", c) >= 0:
			s.end()
		case c == '<' || c == '>':
			if strings.Trim(s.word.String(), "0123456789") == "" { // it is the number of a file descriptor
				s.word.Reset()
				s.inWord = false
			}
			s.end()
			s.afterRedirection = true
		default:
			s.inWord = true
			s.word.WriteByte(c)
		}
	}
	s.reach(len(s.line))
	s.Words, s.Redirected = append(s.Words, s.word.String()), s.afterRedirection
}

// reach records the state of the last word at the start of the replaced text.
func (s *scanner) reach(i int) {
	if i <= s.mark {
		s.kept, s.quote = s.word.String(), s.open
	}
}

// end ends the word, if there is one. The file of a redirection does not count as a word.
func (s *scanner) end() {
	if s.inWord {
		if !s.afterRedirection {
			s.Words = append(s.Words, s.word.String())
		}
		s.afterRedirection = false
	}
	s.word.Reset()
	s.inWord = false
}
