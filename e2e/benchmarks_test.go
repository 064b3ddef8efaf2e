package e2e

import (
	"os"
	"strings"
	"testing"
)

// TestFastIsMeasured compares the figures in the README with docs/benchmarks.md, which
// `make bench` writes.
func TestFastIsMeasured(t *testing.T) {
	t.Parallel()
	measured := make(map[string][]string) // the cells of a row, by the first cell
	for _, row := range tableRows(t, "../docs/benchmarks.md") {
		measured[row[0]] = row
	}
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(readme), "\n## Fast\n")
	section, _, _ = strings.Cut(section, "\n## ")
	rows := cells(section)
	if len(rows) != 3 {
		t.Errorf("%d lines in the README's table, want 3", len(rows))
	}
	for _, row := range rows {
		m := measured[row[0]]
		if len(row) != 4 || len(m) != 5 || row[1] != m[1] || row[2] != m[3] || row[3] != m[4] {
			t.Errorf("the README has %q, docs/benchmarks.md %q", row, m)
		}
	}
}

func tableRows(t *testing.T, file string) [][]string {
	t.Helper()
	page, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return cells(string(page))
}

// cells returns the rows of all tables on a page, without the headers.
func cells(page string) [][]string {
	var rows [][]string
	inTable := false
	for line := range strings.Lines(page) {
		line, isRow := strings.CutPrefix(strings.TrimSpace(line), "| ")
		switch {
		case strings.HasPrefix(line, "|---"):
			inTable = true
		case !isRow:
			inTable = false
		case inTable:
			row := strings.Split(strings.TrimSuffix(line, "|"), " | ")
			for i := range row {
				row[i] = strings.TrimSpace(row[i])
			}
			rows = append(rows, row)
		}
	}
	return rows
}
