package main

import (
	"encoding/json"
	"fmt"

	"github.com/clipperhouse/displaywidth"

	"github.com/nrepo-cli/nrepo/pkg/neuralrepo"
	"github.com/nrepo-cli/nrepo/pkg/output"
)

// shortRef names an idea in a list: 12, or id:698 if it has no number.
func shortRef(idea neuralrepo.Idea) string {
	if idea.Number != "" {
		return string(idea.Number)
	}
	return "id:" + string(idea.ID)
}

// ref names an idea in a sentence: #12, or id:698 if it has no number.
func ref(number, id neuralrepo.ID) string {
	if number != "" {
		return neuralrepo.Ref{Number: number}.String()
	}
	return neuralrepo.Ref{ID: id}.String()
}

// named returns number and title of an idea, safe to show.
func named(idea neuralrepo.Idea) string {
	name := ref(idea.Number, idea.ID)
	if idea.Title == "" {
		return output.SafeLine(name)
	}
	return output.SafeLine(fmt.Sprintf("%s %q", name, shortTitle(idea.Title)))
}

// maxTitle limits a title in a sentence, so that the sentence fits in a line or two.
const maxTitle = 60 // columns

func shortTitle(title string) string { return displaywidth.TruncateString(title, maxTitle, "…") }

// fitTitle returns a title, safe to show, shortened to fit in a terminal line beside the
// other text there. width is that of the terminal; with 0 the title is not shortened.
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
	doc, _ := json.Marshal(string(id)) // a string cannot fail
	return string(doc)
}
