package output

import (
	"fmt"
	"io"
	"strings"

	"github.com/clipperhouse/displaywidth"
)

// Column is a column of a [Table].
type Column struct {
	// Header is the title of the column.
	Header string
	// Shrink allows cells to be cut, with "…" at the end, if a row is wider than
	// the terminal. If there are several such columns, the widest is cut first.
	Shrink bool
	// Right aligns the cells to the right, for numbers.
	Right bool
}

// Style is a colour or other style of a cell. The zero value is plain text.
// [Table] uses it only with TableOptions.Color.
type Style int

// The styles, by their numbers in ECMA-48 (SGR).
const (
	Plain  Style = 0
	Bold   Style = 1
	Dim    Style = 2
	Red    Style = 31
	Green  Style = 32
	Yellow Style = 33
	Blue   Style = 34
	Purple Style = 35
	Cyan   Style = 36
)

// Cell is one cell of a row.
type Cell struct {
	Text  string // any text: the table makes it safe
	Style Style  // used only if there is colour
}

// Cells returns plain cells with these texts.
func Cells(texts ...string) []Cell {
	cells := make([]Cell, len(texts))
	for i, text := range texts {
		cells[i].Text = text
	}
	return cells
}

// TableOptions are the options of a [Table].
type TableOptions struct {
	// Width is the number of columns of the terminal. 0 means no limit, for a file
	// or a pipe.
	Width int
	// Color prints the header in bold and the cells in their styles, with ANSI
	// sequences.
	Color bool
}

// Table writes a header and rows. Each column is as wide as its widest cell, with
// two spaces between columns. Cells are made safe by [SafeLine], so a cell cannot
// start a new row. Wide characters (CJK, emoji) count as two columns. Cells are
// cut after 1,000 columns.
//
// The first 100 rows are held back to measure the columns. Later rows are written
// immediately; if a cell is wider than its column, the rest of the row moves to
// the right.
type Table struct {
	w       io.Writer
	opts    TableOptions
	columns []Column
	widths  []int // of the measured rows, before they are fitted to the terminal
	held    [][]Cell
	flowing bool // whether the header is written
}

const (
	measured = 100   // rows
	maxCell  = 1_000 // columns
	minCell  = 6     // columns; a shorter cell is useless
	gap      = 2     // columns
)

// NewTable returns an empty table that writes to w. A table without rows writes
// nothing, not even its header.
func NewTable(w io.Writer, opts TableOptions, columns ...Column) *Table {
	t := &Table{w: w, opts: opts, columns: columns, widths: make([]int, len(columns))}
	for i, c := range columns {
		t.widths[i] = displaywidth.String(SafeLine(c.Header))
	}
	return t
}

// Row adds a row. It may have fewer cells than the header; extra cells are
// ignored. The error is from the writer.
func (t *Table) Row(cells ...Cell) error {
	row := make([]Cell, len(t.columns))
	for i := range row {
		if i < len(cells) {
			row[i] = Cell{cut(SafeLine(cells[i].Text), maxCell), cells[i].Style}
		}
	}
	if t.flowing {
		return t.write([][]Cell{row})
	}
	for i, cell := range row {
		t.widths[i] = max(t.widths[i], displaywidth.String(cell.Text))
	}
	t.held = append(t.held, row)
	if len(t.held) < measured {
		return nil
	}
	return t.Flush()
}

// Flush writes the rows that are held back, in one Write. Call it at the end. An
// earlier call fixes the widths of the columns.
func (t *Table) Flush() error {
	if len(t.held) == 0 {
		return nil
	}
	rows := t.held
	if !t.flowing {
		header := make([]Cell, len(t.columns))
		for i, c := range t.columns {
			header[i] = Cell{SafeLine(c.Header), Bold}
		}
		rows = append([][]Cell{header}, rows...)
	}
	t.held, t.flowing = nil, true
	return t.write(rows)
}

func (t *Table) write(rows [][]Cell) error {
	var b strings.Builder
	for _, row := range rows {
		t.line(&b, row)
	}
	_, err := io.WriteString(t.w, b.String())
	return err
}

// line formats a row.
func (t *Table) line(b *strings.Builder, row []Cell) {
	widths := t.fit(row)
	var line strings.Builder
	blanks := 0 // spaces before the next text, so that no line ends in spaces
	for i, cell := range row {
		text := cut(cell.Text, widths[i])
		fill := widths[i] - displaywidth.String(text)
		if t.columns[i].Right {
			blanks += fill
		}
		if text != "" {
			line.WriteString(strings.Repeat(" ", blanks))
			blanks = 0
			if t.opts.Color && cell.Style != Plain {
				text = fmt.Sprintf("\x1b[%dm%s\x1b[0m", cell.Style, text)
			}
			line.WriteString(text)
		}
		if !t.columns[i].Right {
			blanks += fill
		}
		blanks += gap
	}
	b.WriteString(strings.TrimRight(line.String(), " ") + "\n")
}

// fit returns the widths for a row: those of the table, wider if a cell needs it, and narrower
// if the row would be wider than the terminal.
func (t *Table) fit(row []Cell) []int {
	widths := make([]int, len(row))
	total := -gap
	for i, cell := range row {
		widths[i] = max(t.widths[i], displaywidth.String(cell.Text))
		total += widths[i] + gap
	}
	for ; t.opts.Width > 0 && total > t.opts.Width; total-- {
		widest := -1
		for i, c := range t.columns {
			if c.Shrink && widths[i] > minCell && (widest < 0 || widths[i] > widths[widest]) {
				widest = i
			}
		}
		if widest < 0 {
			break
		}
		widths[widest]--
	}
	return widths
}

// cut shortens text to at most width columns.
func cut(text string, width int) string {
	if displaywidth.String(text) <= width {
		return text
	}
	return displaywidth.TruncateString(text, width, "…")
}
