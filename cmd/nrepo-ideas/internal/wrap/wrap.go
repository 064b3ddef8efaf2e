// Package wrap wraps Markdown text for a terminal. It does not break text that a line
// break would damage: fenced and indented code, tables, and words that are longer than a
// line, such as URLs.
package wrap

import (
	"strings"

	"github.com/clipperhouse/displaywidth"
)

// Text wraps text at width columns; if width is 0 or less it returns text unchanged. In a
// list item or a quotation, further lines are indented like the text of the first.
func Text(text string, width int) string {
	if width <= 0 {
		return text
	}
	var b strings.Builder
	fence := ""
	for line := range strings.Lines(text) {
		body, end := strings.TrimSuffix(line, "\n"), ""
		if len(body) < len(line) {
			end = "\n"
		}
		mark := fenceOf(body)
		switch {
		case fence != "":
			if strings.HasPrefix(mark, fence) && strings.TrimSpace(body) == mark {
				fence = ""
			}
		case mark != "":
			fence = mark
		case !keep(body):
			body = wrapLine(body, width)
		}
		b.WriteString(body + end)
	}
	return b.String()
}

// fenceOf returns the backticks or tildes that begin or end fenced code (CommonMark 0.31,
// section 4.5), and "" for any other line.
func fenceOf(line string) string {
	line = strings.TrimLeft(line, " ")
	for _, c := range []string{"`", "~"} {
		if mark := line[:len(line)-len(strings.TrimLeft(line, c))]; len(mark) >= 3 {
			return mark
		}
	}
	return ""
}

// keep reports whether a line must not be wrapped: indented code, a heading or a table row.
func keep(line string) bool {
	return strings.HasPrefix(line, "    ") || strings.HasPrefix(line, "\t") ||
		strings.HasPrefix(line, "#") || strings.HasPrefix(strings.TrimLeft(line, " "), "|")
}

func wrapLine(line string, width int) string {
	if displaywidth.String(line) <= width {
		return line
	}
	lead, next := lead(line)
	text := line[len(lead):]
	trailing := text[len(strings.TrimRight(text, " ")):] // two spaces are a line break in Markdown
	var b strings.Builder
	b.WriteString(lead)
	column, first := displaywidth.String(lead), true
	for _, word := range strings.Fields(text) {
		size := displaywidth.String(word)
		switch {
		case first:
		case column+1+size > width:
			b.WriteString("\n" + next)
			column = displaywidth.String(next)
		default:
			b.WriteByte(' ')
			column++
		}
		b.WriteString(word)
		column += size
		first = false
	}
	return b.String() + trailing
}

// lead returns the prefix of a line - spaces, or the mark of a list item or quotation -
// and the prefix of the lines that continue it.
func lead(line string) (first, next string) {
	text := strings.TrimLeft(line, " ")
	for strings.HasPrefix(text, "> ") {
		text = text[2:]
	}
	if mark, rest, ok := strings.Cut(text, " "); ok && (mark == "-" || mark == "*" || mark == "+" || isOrdinal(mark)) {
		text = strings.TrimLeft(rest, " ")
	}
	first = line[:len(line)-len(text)]
	quoted := strings.LastIndex(first, ">") + 1
	return first, first[:quoted] + strings.Repeat(" ", displaywidth.String(first[quoted:]))
}

func isOrdinal(mark string) bool {
	digits := strings.TrimRight(mark, ".)")
	return digits != "" && len(mark) == len(digits)+1 && strings.Trim(digits, "0123456789") == ""
}
