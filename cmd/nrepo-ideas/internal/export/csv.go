package export

import (
	"encoding/csv"
	"io"
	"strings"
	"time"

	"github.com/nrepo-cli/nrepo/cmd/nrepo-ideas/internal/record"
	"github.com/nrepo-cli/nrepo/pkg/neuralrepo"
	"github.com/nrepo-cli/nrepo/pkg/output"
)

// CSV writes a table with a header (RFC 4180, except that lines end in LF).
type CSV struct {
	w    *csv.Writer
	opts CSVOptions
}

// CSVOptions are options for a table.
type CSVOptions struct {
	Safe     bool // puts a tab before cells that a spreadsheet would run as formulas; an import removes it
	BOM      bool // begins with a byte order mark, which Excel needs to recognize UTF-8
	Terminal bool // escapes characters that could harm a terminal
}

// NewCSV returns a table that is written to w.
func NewCSV(w io.Writer, opts CSVOptions) (*CSV, error) {
	if opts.BOM {
		if _, err := io.WriteString(w, "\uFEFF"); err != nil {
			return nil, err
		}
	}
	c := &CSV{csv.NewWriter(w), opts}
	return c, c.w.Write([]string{"number", "id", "title", "status", "tags", "body", "source", "source_url", "parent_id", "created_at", "updated_at"})
}

// Write writes a row.
func (c *CSV) Write(item Item) error {
	cells := []string{string(item.Number), string(item.ID), item.Title, item.Status, strings.Join(item.Tags, ","), item.Body, item.Source,
		item.SourceURL, string(item.ParentID), stamp(item.CreatedAt), stamp(item.UpdatedAt)}
	for i := range cells {
		if c.opts.Safe {
			cells[i] = record.Safe(cells[i])
		}
		if c.opts.Terminal {
			cells[i] = output.SafeText(cells[i])
		}
	}
	return c.w.Write(cells)
}

// Close writes buffered rows.
func (c *CSV) Close(bool) error {
	c.w.Flush()
	return c.w.Error()
}

func stamp(at neuralrepo.Time) string {
	if at.Time.IsZero() {
		return ""
	}
	return at.Time.UTC().Format(time.RFC3339)
}
