// Package export writes ideas to files: JSON lines and CSV whole or not at all, and a
// directory of Markdown that goes from one state to the next file by file.
package export

import (
	"encoding/json"
	"io"

	"github.com/nrepo-cli/nrepo/pkg/neuralrepo"
	"github.com/nrepo-cli/nrepo/pkg/output"
)

// Item is an idea with what belongs to it.
type Item struct {
	neuralrepo.Idea
	Relations []neuralrepo.MapEdge // from and to the idea
	Links     []neuralrepo.Link    // nil where they were not asked for
}

// Writer takes ideas one after the other.
type Writer interface {
	Write(Item) error
	// Close ends the work: whole tells whether all ideas were written.
	Close(whole bool) error
}

// relation is a relation as GET /ideas/<id> has it.
type relation struct {
	ID     neuralrepo.ID `json:"id"`
	Source neuralrepo.ID `json:"source_idea_id"`
	Target neuralrepo.ID `json:"target_idea_id"`
	Type   string        `json:"relation_type"`
	Note   string        `json:"note"`
}

// JSONLines writes the objects as the service sent them, with their relations and
// links, one a line.
type JSONLines struct{ W io.Writer }

// Write writes a line.
func (j JSONLines) Write(item Item) error {
	relations := make([]relation, len(item.Relations))
	for i, e := range item.Relations {
		relations[i] = relation{e.ID, e.SourceID, e.TargetID, e.Type, e.Note}
	}
	fields := []output.Field{{Name: "relations", Value: relations}}
	if item.Links != nil {
		links := make([]json.RawMessage, len(item.Links))
		for i, l := range item.Links {
			links[i] = l.Raw
		}
		fields = append(fields, output.Field{Name: "links", Value: links})
	}
	doc, err := output.SetFields(item.Raw, fields...)
	if err != nil {
		return err
	}
	return output.WriteJSONLine(j.W, doc)
}

// Close does nothing: the writer below is its owner's.
func (j JSONLines) Close(bool) error { return nil }
