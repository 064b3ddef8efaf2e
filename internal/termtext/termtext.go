// Package termtext makes text from outside (a server, a file name, a config
// file) safe to show on a terminal. The dispatcher uses it too, so it does not import
// encoding/json.
package termtext

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Unsafe reports whether r could move the cursor, start an escape sequence,
// change the reading direction or be invisible. It returns true for the Unicode
// categories Cc (including tab, line feed and DEL), Cf (bidi marks, zero-width
// characters), Zl, Zp, Co and Cs, for letters and marks that are not shown (Hangul
// fillers), for plane 14, and for variation selectors, which can hide whole texts,
// except U+FE0E and U+FE0F, which emoji use.
func Unsafe(r rune) bool {
	if r < utf8.RuneSelf { // nearly all text
		return r < ' ' || r == 0x7f
	}
	if r == 0xfe0e || r == 0xfe0f {
		return false
	}
	return r>>16 == 14 || unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Co, unicode.Cs,
		unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

// maxMarks is how many combining marks a character may have. Writing systems
// need a few; a hundred would cover the lines above and below.
const maxMarks = 6

// Line returns s as one line that is safe to show. It writes an [Unsafe] rune as
// \uXXXX (as a UTF-16 surrogate pair above U+FFFF) and a byte that is not UTF-8 as
// \xXX. After 6 combining marks in a row, it writes "…" for the rest of them. All
// other text, in any script, is unchanged.
func Line(s string) string { return escape(s, "") }

// Block is [Line] for text with several lines: it keeps line feeds and tabs.
func Block(s string) string { return escape(s, "\n\t") }

func escape(s, keep string) string {
	if safe(s, keep) && !stacked(s) {
		return s
	}
	var b strings.Builder
	marks := 0
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if marks = marksWith(marks, r); marks > maxMarks {
			if marks == maxMarks+1 {
				b.WriteString("…")
			}
			i += n
			continue
		}
		switch {
		case r == utf8.RuneError && n == 1:
			b.WriteString(`\x`)
			writeHex(&b, uint32(s[i]), 2)
		case Unsafe(r) && !strings.ContainsRune(keep, r):
			writeRune(&b, r)
		default:
			b.WriteRune(r)
		}
		i += n
	}
	return b.String()
}

// marksWith returns how many combining marks are in a row, including r. before is the
// number before r.
func marksWith(before int, r rune) int {
	if r < 0x300 || Unsafe(r) || !unicode.In(r, unicode.Mn, unicode.Me) { // nearly all text
		return 0
	}
	return before + 1
}

// stacked reports whether a character of s has too many combining marks.
func stacked(s string) bool {
	marks := 0
	for _, r := range s {
		if marks = marksWith(marks, r); marks > maxMarks {
			return true
		}
	}
	return false
}

func safe(s, keep string) bool {
	for i, r := range s {
		if ' ' <= r && r < 0x7f { // nearly all text
			continue
		}
		if r == utf8.RuneError && !strings.HasPrefix(s[i:], "\uFFFD") {
			return false
		}
		if Unsafe(r) && !strings.ContainsRune(keep, r) {
			return false
		}
	}
	return true
}

// JSON makes a JSON document safe without changing its meaning. It writes [Unsafe]
// runes as \uXXXX escapes, except line feed and tab, which occur only between tokens
// of valid JSON. A byte that is not UTF-8 becomes \ufffd, as in encoding/json.
func JSON(doc string) string {
	if safe(doc, "\n\t") {
		return doc
	}
	var b strings.Builder
	for i := 0; i < len(doc); {
		r, n := utf8.DecodeRuneInString(doc[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			b.WriteString(`\ufffd`)
		case r != '\n' && r != '\t' && Unsafe(r):
			writeRune(&b, r)
		default:
			b.WriteRune(r)
		}
		i += n
	}
	return b.String()
}

// Quote returns s as a JSON string literal that is safe to show. It writes a byte that
// is not UTF-8 as \ufffd.
func Quote(s string) string {
	var b strings.Builder
	b.Grow(len(s) + 2)
	b.WriteByte('"')
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			b.WriteString(`\ufffd`)
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case Unsafe(r):
			writeRune(&b, r)
		default:
			b.WriteRune(r)
		}
		i += n
	}
	b.WriteByte('"')
	return b.String()
}

func writeRune(b *strings.Builder, r rune) {
	if r > 0xFFFF {
		r -= 0x10000
		writeRune(b, 0xD800+r>>10)
		r = 0xDC00 + r&0x3FF
	}
	b.WriteString(`\u`)
	writeHex(b, uint32(r), 4)
}

func writeHex(b *strings.Builder, v uint32, digits int) {
	for shift := 4 * (digits - 1); shift >= 0; shift -= 4 {
		b.WriteByte("0123456789abcdef"[v>>shift&0xF])
	}
}
