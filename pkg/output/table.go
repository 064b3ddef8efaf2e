package output

import (
	"io"
	"strings"

	"github.com/clipperhouse/displaywidth"
)

// Table writes rows below a header, each column as wide as its widest cell and
// two spaces from the next, in one Write. Cells pass through [SafeLine], so none
// can start a row of its own; wide characters (CJK, emoji) count as two
// columns. A row may be shorter than the header. With bold set, the header is
// shown bold by an ANSI sequence.
func Table(w io.Writer, bold bool, header []string, rows [][]string) error {
	widths := make([]int, len(header))
	lines := make([][]string, 0, len(rows)+1)
	for _, row := range append([][]string{header}, rows...) {
		line := make([]string, len(header))
		for i := range header {
			if i < len(row) {
				line[i] = SafeLine(row[i])
			}
			widths[i] = max(widths[i], displaywidth.String(line[i]))
		}
		lines = append(lines, line)
	}
	var b strings.Builder
	for n, line := range lines {
		var row strings.Builder
		for i, cell := range line {
			row.WriteString(cell)
			if i < len(line)-1 {
				row.WriteString(strings.Repeat(" ", widths[i]-displaywidth.String(cell)+2))
			}
		}
		text := strings.TrimRight(row.String(), " ")
		if n == 0 && bold {
			text = "\x1b[1m" + text + "\x1b[0m"
		}
		b.WriteString(text + "\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}
