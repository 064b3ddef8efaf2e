package neuralrepo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
)

// LinkResult tells what became of each of several relations.
type LinkResult struct {
	Linked  int          // how many were made
	Errors  int          // how many were not
	Results []LinkChange // one for each, in the service's order

	// Raw is the object as the service sent it; after several requests one that
	// is put together of theirs.
	Raw json.RawMessage
}

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

// UnmarshalJSON fills the fields and keeps the object in Raw.
func (r *LinkResult) UnmarshalJSON(doc []byte) (err error) {
	r.Raw, err = decodeRaw(doc, &struct {
		Linked, Errors *int
		Results        *[]LinkChange
	}{&r.Linked, &r.Errors, &r.Results})
	if err == nil && r.Results == nil {
		err = errors.New("it tells of no relation")
	}
	return err
}

// MarshalJSON returns Raw, null where that is nil.
func (r LinkResult) MarshalJSON() ([]byte, error) { return r.Raw.MarshalJSON() }

// LinkManyIdeas makes several relations: POST /map/relations, one request for
// each hundred. That one could not be made is no error, but stands in the
// result; an error of a later request comes with the result of those before it.
// Where Validate refuses one, that is wrong use, and nothing is sent.
func (c *Client) LinkManyIdeas(ctx context.Context, relations []NewRelation, force bool) (LinkResult, error) {
	for i, n := range relations {
		if err := n.Validate(); err != nil {
			return LinkResult{}, usageError(fmt.Sprintf("relation %d: %v", i+1, err))
		}
	}
	if len(relations) == 0 {
		return LinkResult{}, usageError("there is no relation to make")
	}
	var all LinkResult
	for part := range slices.Chunk(relations, bulkSize) {
		var r LinkResult
		if err := c.call(ctx, http.MethodPost, relationsPath(force), map[string]any{"links": part}, &r); err != nil {
			return all, wholeBulk(err, len(all.Results), len(relations))
		}
		if all.Raw == nil {
			all = r
			continue
		}
		all.Linked, all.Errors, all.Results = all.Linked+r.Linked, all.Errors+r.Errors, append(all.Results, r.Results...)
		raw, err := json.Marshal(struct {
			Linked  int          `json:"linked"`
			Errors  int          `json:"errors"`
			Results []LinkChange `json:"results"`
		}{all.Linked, all.Errors, all.Results})
		if err != nil {
			return all, err
		}
		all.Raw = raw
	}
	return all, nil
}
