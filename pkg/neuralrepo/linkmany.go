package neuralrepo

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
)

// LinkChange is what became of one relation.
type LinkChange struct {
	SourceID   ID     `json:"source_idea_id"`
	TargetID   ID     `json:"target_idea_id"`
	Type       string `json:"relation_type"`
	Status     string `json:"status"`      // "created" or "error"
	RelationID ID     `json:"relation_id"` // "" where none was made
	Error      string `json:"error"`       // why not; "" where one was made

	// Raw is the object as the service sent it.
	Raw json.RawMessage `json:"-"`
}

// UnmarshalJSON fills the fields and keeps the object in Raw.
func (l *LinkChange) UnmarshalJSON(doc []byte) (err error) {
	type fields LinkChange
	l.Raw, err = decodeRaw(doc, (*fields)(l))
	return err
}

// MarshalJSON returns Raw, null where that is nil.
func (l LinkChange) MarshalJSON() ([]byte, error) { return l.Raw.MarshalJSON() }

// LinkManyIdeas makes several relations: POST /map/relations, one request for
// each hundred. That one could not be made is no error, but stands in the
// result; an error of a later request comes with the result of those before it.
// Where Validate refuses one, that is wrong use, and nothing is sent.
func (c *Client) LinkManyIdeas(ctx context.Context, relations []NewRelation, force bool) (BulkResult[LinkChange], error) {
	for i, n := range relations {
		if err := n.Validate(); err != nil {
			return BulkResult[LinkChange]{}, usageError(fmt.Sprintf("relation %d: %v", i+1, err))
		}
	}
	if len(relations) == 0 {
		return BulkResult[LinkChange]{}, usageError("there is no relation to make")
	}
	return inParts(relations, "linked", func(part []NewRelation, reply *BulkResult[LinkChange]) error {
		return c.call(ctx, http.MethodPost, relationsPath(force), map[string]any{"links": part}, reply)
	})
}
