package main

import (
	"strings"

	"github.com/clipperhouse/displaywidth"
)

// nameWidth returns the width of the column of names. A few long names do not make it
// wider; they extend beyond it.
func nameWidth(commands []command) (width int) {
	for _, c := range commands {
		if len(c.Name) <= 16 {
			width = max(width, len(c.Name))
		}
	}
	return width
}

// writeCommands writes a line for each command: name, summary and remarks.
func writeCommands(b *strings.Builder, commands []command, width, screen int) {
	for _, c := range commands {
		mark := ""
		switch {
		case !c.Installed:
			mark = " (not installed)"
		case c.elsewhere():
			mark = " (not next to nrepo)"
		}
		line := "  " + pad(c.Name, width) + "  "
		if left := screen - len(line) - len(mark); left >= 8 { // in less space, not even a word fits
			line += displaywidth.TruncateString(c.Summary, left, "…")
		}
		b.WriteString(strings.TrimRight(line+mark, " ") + "\n")
	}
}

func writeNames(b *strings.Builder, commands []command, screen int) {
	width := nameWidth(commands) + 2
	line := ""
	for i, c := range commands {
		line += "  " + pad(c.Name, width-2)
		if i == len(commands)-1 || len(line)+width > screen {
			b.WriteString(strings.TrimRight(line, " ") + "\n")
			line = ""
		}
	}
}

func pad(name string, width int) string {
	return name + strings.Repeat(" ", max(0, width-len(name)))
}
