package neuralrepo

import (
	"context"
	"encoding/json"
	"net/http"
)

// Duplicate is a pair of ideas that the service takes for the same
// (https://docs.neuralrepo.com/api/duplicates).
type Duplicate struct {
	// ID names the pair; it is no idea's.
	ID ID `json:"id"`
	// IdeaID is the newer idea, DuplicateOfID the one that it repeats, which is
	// the one that a merge keeps.
	IdeaID        ID `json:"idea_id"`
	DuplicateOfID ID `json:"duplicate_of_id"`
	// The numbers and titles of the two are "" where the service sends none.
	IdeaNumber      ID     `json:"idea_number"`
	IdeaTitle       string `json:"idea_title"`
	DuplicateNumber ID     `json:"duplicate_number"` // of DuplicateOfID
	DuplicateTitle  string `json:"duplicate_title"`  // of DuplicateOfID
	// Score is how similar the two are, 0 to 1; nil where the service gives none.
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

// MarshalJSON returns Raw, null where that is nil.
func (d Duplicate) MarshalJSON() ([]byte, error) { return d.Raw.MarshalJSON() }

// Duplicates returns the pairs that nobody has decided about: GET
// /ideas/duplicates.
func (c *Client) Duplicates(ctx context.Context) ([]Duplicate, error) {
	var list listOf[Duplicate]
	err := c.call(ctx, http.MethodGet, "/ideas/duplicates", nil, list.under("duplicates", "detections"))
	return list.items, err
}

// DismissDuplicate says that a pair are two ideas: POST
// /ideas/duplicates/<id>/dismiss.
func (c *Client) DismissDuplicate(ctx context.Context, id ID) error {
	return c.decide(ctx, id, "dismiss")
}

// MergeDuplicate folds the newer idea of a pair into the other one, and archives
// it: POST /ideas/duplicates/<id>/merge. Where one of them is archived already
// the error is an [*Error] with the status 409.
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
