package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/nrepo-cli/nrepo/cmd/nrepo-ideas/internal/when"
	"github.com/nrepo-cli/nrepo/pkg/neuralrepo"
	"github.com/nrepo-cli/nrepo/pkg/output"
	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

// rows writes a list of ideas, one row for each.
type rows struct {
	table *output.Table
	score bool
	now   time.Time
}

// newRows returns a list that fits the terminal, with the scores of a search if score
// is set.
func newRows(env *plugin.Env, score bool) *rows {
	columns := []output.Column{
		{Header: "#", Right: true}, {Header: "Status"}, {Header: "Title", Shrink: true}, {Header: "Tags", Shrink: true}, {Header: "Age", Right: true},
	}
	if score {
		columns = append(columns, output.Column{Header: "Score", Right: true})
	}
	return &rows{output.NewTable(env.Stdout, env.TableOptions(), columns...), score, time.Now()}
}

func (r *rows) add(idea neuralrepo.Idea, score *float64) error {
	cells := output.Cells(shortRef(idea), idea.Status, idea.Title, strings.Join(idea.Tags, " "), age(idea.CreatedAt, r.now))
	cells[1].Style = statusStyle(idea.Status)
	cells[3].Style = output.Dim
	if r.score {
		cells = append(cells, output.Cell{Text: percent(score)})
	}
	return r.table.Row(cells...)
}

func (r *rows) flush() error { return r.table.Flush() }

func age(at neuralrepo.Time, now time.Time) string {
	if at.Time.IsZero() {
		return ""
	}
	return when.Age(at.Time, now)
}

func percent(score *float64) string {
	if score == nil {
		return ""
	}
	return fmt.Sprintf("%.0f%%", *score*100)
}

// writeNumber writes an idea for -q: only its number, in a form that every command
// accepts.
func writeNumber(w io.Writer, idea neuralrepo.Idea) error {
	_, err := io.WriteString(w, output.SafeLine(shortRef(idea))+"\n")
	return err
}
