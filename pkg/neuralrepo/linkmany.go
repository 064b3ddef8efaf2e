package neuralrepo

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
)

// LinkChange is the result for one relation.
type LinkChange struct {
	SourceID   ID     `json:"source_idea_id"`
	TargetID   ID     `json:"target_idea_id"`
	Type       string `json:"relation_type"`
	Status     string `json:"status"`      // "created" or "error"
	RelationID ID     `json:"relation_id"` // "" if none was created
	Error      string `json:"error"`       // why it was not created; "" if it was

	// Raw is the object as the service sent it.
	Raw json.RawMessage `json:"-"`
}

// UnmarshalJSON fills the fields and keeps the object in Raw.
func (l *LinkChange) UnmarshalJSON(doc []byte) (err error) {
	type fields LinkChange
	l.Raw, err = decodeRaw(doc, (*fields)(l))
	return err
}

// MarshalJSON returns Raw, or null if that is nil.
func (l LinkChange) MarshalJSON() ([]byte, error) { return l.Raw.MarshalJSON() }

// LinkManyIdeas creates several relations: POST /map/relations, with one request
// per hundred. Relations that could not be created are in the result, and are not
// an error. If a later request fails, the error comes with the result of the
// earlier requests. If a relation is not valid, the error has the code usage, and
// nothing is sent.
func (c *Client) LinkManyIdeas(ctx context.Context, relations []NewRelation, force bool) (BulkResult[LinkChange], error) {
	for i, n := range relations {
		if err := n.Validate(); err != nil {
			return BulkResult[LinkChange]{}, usageError(fmt.Sprintf("relation %d: %v", i+1, err))
		}
	}
	if len(relations) == 0 {
		return BulkResult[LinkChange]{}, usageError("there is no relation to create")
	}
	return inParts(relations, "linked", func(part []NewRelation, reply *BulkResult[LinkChange]) error {
		return c.call(ctx, http.MethodPost, relationsPath(force), map[string]any{"links": part}, reply)
	})
}
