// Package export writes ideas to files: to a file of JSON lines or CSV, or to a directory
// of Markdown files that it updates file by file.
package export

import (
	"encoding/json"
	"io"

	"github.com/nrepo-cli/nrepo/internal/termtext"
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

// JSONLines writes the objects as the service sent them, with their relations and links,
// each on a line.
type JSONLines struct{ W io.Writer }

// Write writes a line.
func (j JSONLines) Write(item Item) error {
	fields := []output.Field{{Name: "relations", Value: relationsJSON(item.Relations)}}
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

// relationsJSON returns relations in the form of GET /ideas/<id>. It takes a fraction of the
// time of encoding/json, which reads the JSON of each id again.
func relationsJSON(relations []neuralrepo.MapEdge) json.RawMessage {
	doc := []byte("[")
	for i, e := range relations {
		if i > 0 {
			doc = append(doc, ',')
		}
		before := `{"`
		for _, field := range [...]struct{ name, value string }{
			{"id", idJSON(e.ID)}, {"source_idea_id", idJSON(e.SourceID)}, {"target_idea_id", idJSON(e.TargetID)},
			{"relation_type", termtext.Quote(e.Type)}, {"note", termtext.Quote(e.Note)},
		} {
			doc = append(append(append(append(doc, before...), field.name...), `":`...), field.value...)
			before = `,"`
		}
		doc = append(doc, '}')
	}
	return append(doc, ']')
}

func idJSON(id neuralrepo.ID) string {
	doc, _ := id.MarshalJSON() // a string cannot fail
	return string(doc)
}

// Close does nothing: the underlying writer belongs to the caller.
func (j JSONLines) Close(bool) error { return nil }
