package record

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestInOrder(t *testing.T) {
	t.Parallel()
	items := make([]int, 1000)
	for i := range items {
		items[i] = i
	}
	square := func(n int) int { return n * n }
	got := slices.Collect(inOrder(slices.Values(items), square))
	if len(got) != len(items) || !slices.IsSorted(got) {
		t.Errorf("%d results: %v", len(got), got)
	}
	for result := range inOrder(slices.Values(items), square) {
		if result == 9 {
			break
		}
	}
}

// Records and faults of a long file are in order, and a reader may stop early.
func TestManyLines(t *testing.T) {
	t.Parallel()
	const many = 3000
	var text strings.Builder
	for i := range many {
		fmt.Fprintf(&text, "{\"title\":\"%d\",\"body\":%q}\n\n", i, strings.Repeat("x", i%200))
		if i%1000 == 500 {
			text.WriteString("no JSON\n" + strings.Repeat("y", maxLine+1) + "\n")
		}
	}
	path := filepath.Join(t.TempDir(), "many.jsonl")
	if err := os.WriteFile(path, []byte(text.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	source := Source{Path: path, Name: "many", Format: "jsonl"}
	line, next, faults := 0, 0, 0
	for r, err := range source.Records() {
		if err != nil {
			fault := err.(*Fault)
			if fault.Line <= line {
				t.Errorf("%v after line %d", err, line)
			}
			line = fault.Line
			faults++
			continue
		}
		if r.Title != fmt.Sprint(next) || r.Line <= line {
			t.Fatalf("line %d has record %q, want %d", r.Line, r.Title, next)
		}
		line, next = r.Line, next+1
	}
	if next != many || faults != 6 {
		t.Errorf("%d records, %d faults", next, faults)
	}
	for r := range source.Records() {
		if r.Title == "7" {
			break
		}
	}
}
