package neuralrepo

import (
	"context"
	"encoding/json"
	"net/http"
)

// Duplicate is a pair of ideas that may be the same
// (https://docs.neuralrepo.com/api/duplicates).
type Duplicate struct {
	// ID is the id of the pair, not of an idea.
	ID ID `json:"id"`
	// IdeaID is the newer idea, and DuplicateOfID the older one, which a merge
	// keeps.
	IdeaID        ID `json:"idea_id"`
	DuplicateOfID ID `json:"duplicate_of_id"`
	// Numbers and titles of the two ideas. "" if the service sends none.
	IdeaNumber      ID     `json:"idea_number"`
	IdeaTitle       string `json:"idea_title"`
	DuplicateNumber ID     `json:"duplicate_number"` // of DuplicateOfID
	DuplicateTitle  string `json:"duplicate_title"`  // of DuplicateOfID
	// Score is how similar the two ideas are, from 0 to 1. nil if the service
	// sends none.
	Score     *float64 `json:"similarity_score"`
	Status    string   `json:"status"`     // "pending"
	CreatedAt Time     `json:"created_at"` // UTC

	// Raw is the object as the service sent it.
	Raw json.RawMessage `json:"-"`
}

// UnmarshalJSON fills the fields and keeps the object in Raw.
func (d *Duplicate) UnmarshalJSON(doc []byte) (err error) {
	type fields Duplicate
	if d.Raw, err = decodeRaw(doc, (*fields)(d)); err != nil || d.Score != nil {
		return err
	}
	return json.Unmarshal(doc, &struct{ Score **float64 }{&d.Score})
}

// MarshalJSON returns Raw, or null if that is nil.
func (d Duplicate) MarshalJSON() ([]byte, error) { return d.Raw.MarshalJSON() }

// Duplicates returns the pairs that have not been dismissed or merged: GET
// /ideas/duplicates.
func (c *Client) Duplicates(ctx context.Context) ([]Duplicate, error) {
	var list listOf[Duplicate]
	err := c.call(ctx, http.MethodGet, "/ideas/duplicates", nil, list.under("duplicates", "detections"))
	return list.items, err
}

// DismissDuplicate marks a pair as two different ideas: POST
// /ideas/duplicates/<id>/dismiss.
func (c *Client) DismissDuplicate(ctx context.Context, id ID) error {
	return c.decide(ctx, id, "dismiss")
}

// MergeDuplicate merges the newer idea of a pair into the other one and archives
// it: POST /ideas/duplicates/<id>/merge. If one of them is already archived, the
// error is an *[Error] with the status 409.
func (c *Client) MergeDuplicate(ctx context.Context, id ID) error {
	return c.decide(ctx, id, "merge")
}

func (c *Client) decide(ctx context.Context, id ID, what string) error {
	segment, err := pathSegment(string(id))
	if err != nil {
		return err
	}
	return c.call(ctx, http.MethodPost, "/ideas/duplicates/"+segment+"/"+what, nil, new(done))
}
