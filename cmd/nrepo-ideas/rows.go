package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/nrepo-cli/nrepo/cmd/nrepo-ideas/internal/when"
	"github.com/nrepo-cli/nrepo/pkg/neuralrepo"
	"github.com/nrepo-cli/nrepo/pkg/output"
	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

// rows writes a list of ideas, a row each.
type rows struct {
	table *output.Table
	score bool
	now   time.Time
}

// newRows returns a list that is fitted to the terminal, with the scores of a
// search where score is set.
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

// shortRef is how a list names an idea: 12, or id:698 where there is no number.
func shortRef(idea neuralrepo.Idea) string {
	if idea.Number != "" {
		return string(idea.Number)
	}
	return "id:" + string(idea.ID)
}

// ref is how a sentence names an idea: #12, or id:698 where there is no number.
func ref(number, id neuralrepo.ID) string {
	if number != "" {
		return neuralrepo.Ref{Number: number}.String()
	}
	return neuralrepo.Ref{ID: id}.String()
}

// named is an idea by number and title, safe to show.
func named(idea neuralrepo.Idea) string {
	name := ref(idea.Number, idea.ID)
	if idea.Title == "" {
		return output.SafeLine(name)
	}
	return output.SafeLine(fmt.Sprintf("%s %q", name, shortTitle(idea.Title)))
}

// shortTitle keeps a sentence to a line or two.
func shortTitle(title string) string {
	const limit = 60
	if runes := []rune(title); len(runes) > limit {
		return string(runes[:limit-1]) + "…"
	}
	return title
}

func statusStyle(status string) output.Style {
	switch status {
	case "exploring":
		return output.Cyan
	case "building":
		return output.Yellow
	case "shipped":
		return output.Green
	case "shelved":
		return output.Dim
	}
	return output.Plain
}

func age(at neuralrepo.Time, now time.Time) string {
	if at.IsZero() {
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

// writeNumber writes an idea for -q: its number alone, in a form that every command
// takes.
func writeNumber(w io.Writer, idea neuralrepo.Idea) error {
	_, err := io.WriteString(w, output.SafeLine(shortRef(idea))+"\n")
	return err
}

// jsonID writes an id of digits as a number, as the service does.
func jsonID(id neuralrepo.ID) string {
	if json.Valid([]byte(id)) {
		return string(id)
	}
	doc, _ := json.Marshal(string(id)) // a string always can be
	return string(doc)
}
