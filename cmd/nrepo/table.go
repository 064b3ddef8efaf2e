package main

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/nrepo-cli/nrepo/internal/progfile"
	"github.com/nrepo-cli/nrepo/internal/termtext"
)

// plainWidth is the width of a list that is not written to a terminal.
const plainWidth = 80

// screenWidth is the width that lists keep to.
func screenWidth(env *environment) int {
	if env.columns != nil {
		if n := env.columns(); n > 0 {
			return n
		}
	}
	return plainWidth
}

// nameWidth is the width of the column of names. A few long names do not widen
// it for all: they stick out.
func nameWidth(groups ...[]entry) int {
	width := 0
	for _, group := range groups {
		for _, e := range group {
			if len(e.name) <= 16 {
				width = max(width, len(e.name))
			}
		}
	}
	return width
}

// writeEntries writes a line for each entry: name, summary, and what is special.
func writeEntries(b *strings.Builder, entries []entry, width, screen int) {
	for _, e := range entries {
		mark := ""
		switch {
		case !e.installed():
			mark = " (not installed)"
		case note(e.file) != "":
			mark = " (not next to nrepo)"
		}
		line := "  " + pad(e.name, width) + "  "
		line += fit(e.summary, screen-len(line)-len(mark)) + mark
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
}

// writeNames writes names in columns.
func writeNames(b *strings.Builder, entries []entry, screen int) {
	width := nameWidth(entries) + 2
	line := " "
	for _, e := range entries {
		if len(line) > 1 && len(line)+width > screen {
			b.WriteString(strings.TrimRight(line, " ") + "\n")
			line = " "
		}
		line += " " + pad(e.name, width-1)
	}
	b.WriteString(strings.TrimRight(line, " ") + "\n")
}

// pad fills a name with spaces up to a width.
func pad(name string, width int) string {
	return name + strings.Repeat(" ", max(0, width-len(name)))
}

// fit cuts a text to so many columns of a terminal; too few for a word are none.
func fit(s string, columns int) string {
	if columns < 8 {
		return ""
	}
	for n := utf8.RuneCountInString(s); columnsOf(s) > columns; n-- {
		s = progfile.Cut(s, n-1)
	}
	return s
}

// columnsOf counts the columns that a terminal needs. A library for it would make
// nrepo larger than its limit.
func columnsOf(s string) (n int) {
	for _, r := range s {
		switch {
		case unicode.In(r, unicode.Mn, unicode.Me):
		case slices.ContainsFunc(wide, func(span [2]rune) bool { return span[0] <= r && r <= span[1] }):
			n += 2
		default:
			n++
		}
	}
	return n
}

// wide are the characters of two columns: Hangul, ideographs and kana, full-width
// forms, emoji.
var wide = [][2]rune{{0x1100, 0x115f}, {0x2e80, 0xa4cf}, {0xac00, 0xd7a3}, {0xf900, 0xfaff}, {0xfe30, 0xfe6f},
	{0xff00, 0xff60}, {0xffe0, 0xffe6}, {0x1f300, 0x1faff}, {0x20000, 0x3fffd}}

// shown is a path or other text from outside, safe for a terminal.
func shown(s string) string { return termtext.Line(s) }
