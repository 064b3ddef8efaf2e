package main

import (
	"strings"

	"github.com/nrepo-cli/nrepo/cmd/nrepo/internal/progfile"
	"github.com/nrepo-cli/nrepo/internal/termtext"
)

// screenWidth is the width that lists keep to.
const screenWidth = 80

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
func writeEntries(b *strings.Builder, entries []entry, width int) {
	for _, e := range entries {
		mark := ""
		switch {
		case !e.installed:
			mark = " (not installed)"
		case note(e.file) != "":
			mark = " (not next to nrepo)"
		}
		room := screenWidth - 4 - max(width, len(e.name)) - len(mark)
		line := "  " + pad(e.name, width) + "  " + progfile.Cut(e.summary, max(room, 20)) + mark
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
}

// pad fills a name with spaces up to a width.
func pad(name string, width int) string {
	return name + strings.Repeat(" ", max(0, width-len(name)))
}

// shown is a path or other text from outside, safe for a terminal.
func shown(s string) string { return termtext.Line(s) }
