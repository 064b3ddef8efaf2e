package main

import (
	"encoding/json"
	"fmt"

	"github.com/clipperhouse/displaywidth"

	"github.com/nrepo-cli/nrepo/pkg/neuralrepo"
	"github.com/nrepo-cli/nrepo/pkg/output"
)

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

// maxTitle keeps a sentence with a title to a line or two.
const maxTitle = 60 // columns

func shortTitle(title string) string { return displaywidth.TruncateString(title, maxTitle, "…") }

// fitTitle is a title, safe to show, that fits a terminal beside what else stands in
// its line. width is that of the terminal, 0 for none: then it is whole.
func fitTitle(title string, width, taken int) string {
	title = output.SafeLine(title)
	if width == 0 {
		return title
	}
	return displaywidth.TruncateString(title, max(10, width-taken), "…")
}

// jsonID writes an id of digits as a number, as the service does.
func jsonID(id neuralrepo.ID) string {
	if json.Valid([]byte(id)) {
		return string(id)
	}
	doc, _ := json.Marshal(string(id)) // a string always can be
	return string(doc)
}
