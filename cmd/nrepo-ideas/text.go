package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/clipperhouse/displaywidth"

	"github.com/nrepo-cli/nrepo/cmd/nrepo-ideas/internal/graph"
	"github.com/nrepo-cli/nrepo/cmd/nrepo-ideas/internal/when"
	"github.com/nrepo-cli/nrepo/pkg/neuralrepo"
	"github.com/nrepo-cli/nrepo/pkg/output"
)

// relationLines lists the relations of the idea with this id, as seen from it, for a
// terminal of this width; 0 means no terminal.
func relationLines(id neuralrepo.ID, relations []neuralrepo.Relation, width int, color bool) string {
	var b strings.Builder
	for _, r := range relations {
		start := fmt.Sprintf("  %-13s %s ", output.SafeLine(graph.Label(r.Type, r.SourceID == id)), output.SafeLine(ref(r.Other.Number, r.Other.ID)))
		status := output.SafeLine(r.Other.Status)
		b.WriteString(start + fitTitle(r.Other.Title, width, displaywidth.String(start+status)+len(" ()")))
		if status != "" {
			b.WriteString(" (" + paint(color, statusStyle(r.Other.Status), status) + ")")
		}
		if r.Note != "" {
			b.WriteString(": " + output.SafeLine(r.Note))
		}
		b.WriteString("\n")
	}
	return b.String()
}

// date returns a local time, and how long ago it was.
func date(at neuralrepo.Time, now time.Time) string {
	if at.Time.IsZero() {
		return ""
	}
	return fmt.Sprintf("%s (%s)", at.Time.In(now.Location()).Format("2006-01-02 15:04 -07:00"), when.Ago(at.Time, now))
}

// paint colours text. The text must be safe to show.
func paint(color bool, style output.Style, text string) string {
	if !color || style == output.Plain || text == "" {
		return text
	}
	return fmt.Sprintf("\x1b[%dm%s\x1b[0m", style, text)
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
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
