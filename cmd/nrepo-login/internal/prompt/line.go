package prompt

import (
	"bytes"
	"io"
	"strings"
)

// action is what a byte means for the prompt.
type action int

const (
	typed action = iota
	entered
	interrupted
	closed
	suspended
)

// line is a line being typed on a terminal in raw mode.
type line struct {
	text  []byte
	echo  io.Writer
	stars int   // how many to show at most; 0 is no limit
	fault error // why the line is refused

	sequence []byte // the escape sequence being read; nil for none
	pasting  bool   // whether pasted text is being read
	ended    bool   // whether a line end was pasted
}

// maxSequence is long enough for the marks of a paste.
const maxSequence = 8

// add processes the next byte. Escape sequences are not part of the line. In
// pasted text, a line break does not end the line before the paste is complete,
// and other control characters are ignored.
func (l *line) add(b byte) action {
	switch {
	case b == 0x03: // Ctrl-C, even if the terminal did not mark the end of a paste
		return interrupted
	case b == '\x1b':
		l.sequence = []byte{b}
	case l.sequence != nil && b >= ' ' && b < 0x7f:
		return l.escape(b)
	case l.pasting:
		l.paste(b)
	default:
		l.sequence = nil // a control character ends the sequence
		return l.key(b)
	}
	return typed
}

func (l *line) key(b byte) action {
	switch {
	case b == '\r', b == '\n':
		return entered
	case b == 0x04: // Ctrl-D
		if len(l.text) == 0 {
			return closed
		}
	case b == 0x1a: // Ctrl-Z
		return suspended
	case b == 0x7f, b == '\b':
		if l.fault == nil { // otherwise the last character was not kept, so there is nothing to erase
			l.erase(1)
		}
	case b == 0x15, b == 0x17: // Ctrl-U, Ctrl-W
		l.erase(len(l.text))
		l.fault = nil
	case b >= ' ':
		l.append(b)
	}
	return typed
}

// paste processes a byte of pasted text.
func (l *line) paste(b byte) {
	l.sequence = nil
	switch {
	case b == '\r', b == '\n':
		l.ended = l.ended || len(bytes.TrimSpace(l.text)) > 0 // blank lines before the text are ignored
	case b <= ' ', b == 0x7f:
		if b == ' ' && !l.ended {
			l.append(b)
		}
	case l.ended:
		l.fault = ErrSeveralLines
	default:
		l.append(b)
	}
}

// escape processes the next byte of an escape sequence, which is two characters,
// or ends with a letter or ~ after ESC [ and ESC O.
func (l *line) escape(b byte) action {
	if len(l.sequence) < maxSequence {
		l.sequence = append(l.sequence, b)
	}
	switch n := len(l.sequence); {
	case n == 2 && (b == '[' || b == 'O'), n > 2 && b < '@':
		return typed
	}
	sequence := string(l.sequence)
	l.sequence = nil
	switch sequence {
	case "\x1b[200~":
		l.pasting = true
	case "\x1b[201~":
		l.pasting = false
		if l.ended || l.fault != nil {
			return entered
		}
	}
	return typed
}

func (l *line) append(b byte) {
	if len(l.text) == MaxLine {
		l.fault = ErrTooLong
		return
	}
	before := l.shown()
	l.text = append(l.text, b)
	io.WriteString(l.echo, strings.Repeat("*", l.shown()-before))
}

func (l *line) erase(n int) {
	before := l.shown()
	l.text = l.text[:max(0, len(l.text)-n)]
	io.WriteString(l.echo, strings.Repeat("\b \b", before-l.shown()))
}

// shown returns the number of stars on the terminal.
func (l *line) shown() int {
	if l.stars == 0 {
		return len(l.text)
	}
	return min(len(l.text), l.stars)
}
