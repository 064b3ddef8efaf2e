// Package export writes ideas to files: to a file of JSON lines or CSV, or to a directory
// of Markdown files that it updates file by file.
package export

import (
	"encoding/json"
	"io"

	"github.com/nrepo-cli/nrepo/pkg/neuralrepo"
	"github.com/nrepo-cli/nrepo/pkg/output"
)

// Item is an idea with its relations and links.
type Item struct {
	neuralrepo.Idea
	Relations []neuralrepo.MapEdge // from and to the idea
	Links     []neuralrepo.Link    // nil if not requested
}

// Writer writes ideas one after the other.
type Writer interface {
	Write(Item) error
	// Close ends the export; whole reports whether all ideas were written.
	Close(whole bool) error
}

// relation is a relation in the form of GET /ideas/<id>.
type relation struct {
	ID     any    `json:"id"` // a value of idValue
	Source any    `json:"source_idea_id"`
	Target any    `json:"target_idea_id"`
	Type   string `json:"relation_type"`
	Note   string `json:"note"`
}

// idValue returns a value with the same JSON as the id. For numbers, encoding/json is much
// faster if it need not call a method.
func idValue(id neuralrepo.ID) any {
	if doc, err := id.MarshalJSON(); err == nil && string(doc) == string(id) {
		return json.Number(id)
	}
	return id
}

// JSONLines writes the objects as the service sent them, with their relations and links,
// each on a line.
type JSONLines struct{ W io.Writer }

// Write writes a line.
func (j JSONLines) Write(item Item) error {
	relations := make([]relation, len(item.Relations))
	for i, e := range item.Relations {
		relations[i] = relation{idValue(e.ID), idValue(e.SourceID), idValue(e.TargetID), e.Type, e.Note}
	}
	fields := []output.Field{{Name: "relations", Value: relations}}
	if item.Links != nil {
		links := make([]json.RawMessage, len(item.Links))
		for i, l := range item.Links {
			links[i] = l.Raw
		}
		fields = append(fields, output.Field{Name: "links", Value: links})
	}
	return output.WriteObjectLine(j.W, item.Raw, fields...)
}

// Close does nothing: the underlying writer belongs to the caller.
func (j JSONLines) Close(bool) error { return nil }
