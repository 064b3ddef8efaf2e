package neuralrepo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"
)

// RelationTypes returns the types of relations that can be created, the default
// first (https://docs.neuralrepo.com/organize/relations). "parent" means that the
// source is the parent of the target. The service itself also creates the type
// "duplicate".
func RelationTypes() []string {
	return []string{"related", "parent", "blocks", "inspires", "supersedes"}
}

// Relation is a relation from one idea, the source, to another, the target
// (https://docs.neuralrepo.com/api/relations).
type Relation struct {
	ID       ID     `json:"id"`
	SourceID ID     `json:"source_idea_id"`
	TargetID ID     `json:"target_idea_id"`
	Type     string `json:"relation_type"` // one of RelationTypes, or "duplicate"
	// Score is how similar the two ideas are, from 0 to 1, if the service created
	// the relation itself; otherwise nil.
	Score     *float64 `json:"score"`
	Note      string   `json:"note"`       // at most 500 characters; "" for none
	CreatedAt Time     `json:"created_at"` // UTC

	// Other is the idea at the other end of the relation from the requested idea.
	// It is zero in the result of LinkIdeas.
	Other RelatedIdea `json:"-"`

	// Raw is the object as the service sent it.
	Raw json.RawMessage `json:"-"`
}

// RelatedIdea describes an idea in a relation. Only ID is always set; use
// [Client.DescribeRelated] to request the rest.
type RelatedIdea struct {
	ID     ID     // of the idea
	Number ID     // number of the idea; "" if unknown
	Title  string // "" if unknown
	Status string // one of Statuses; "" if unknown
}

// UnmarshalJSON fills the fields and keeps the object in Raw.
func (r *Relation) UnmarshalJSON(doc []byte) (err error) {
	type fields Relation
	var other struct {
		ID            ID     `json:"idea_id"`
		Number        ID     `json:"idea_number"`
		Title         string `json:"idea_title"`
		Status        string `json:"idea_status"`
		RelatedNumber ID     `json:"related_idea_number"`
		RelatedTitle  string `json:"related_idea_title"`
	}
	if r.Raw, err = decodeRaw(doc, (*fields)(r)); err != nil {
		return err
	}
	if err := json.Unmarshal(doc, &other); err != nil {
		return err
	}
	r.Other = RelatedIdea{other.ID, other.Number, other.Title, other.Status}
	if other.RelatedTitle != "" {
		r.Other.Number, r.Other.Title = other.RelatedNumber, other.RelatedTitle
	}
	return nil
}

// MarshalJSON returns Raw, or null if that is nil.
func (r Relation) MarshalJSON() ([]byte, error) { return r.Raw.MarshalJSON() }

// seenFrom sets which end of r is the other idea.
func (r *Relation) seenFrom(id ID) {
	if r.Other.ID == "" {
		r.Other.ID = r.TargetID
		if r.TargetID == id {
			r.Other.ID = r.SourceID
		}
	}
}

// Relations are the relations of one idea.
type Relations struct {
	Outgoing []Relation `json:"outgoing"` // from the idea; empty for none
	Incoming []Relation `json:"incoming"` // to the idea; empty for none

	// Raw is the object as the service sent it.
	Raw json.RawMessage `json:"-"`
}

// UnmarshalJSON fills the fields and keeps the object in Raw.
func (r *Relations) UnmarshalJSON(doc []byte) (err error) {
	type fields Relations
	r.Raw, err = decodeRaw(doc, (*fields)(r))
	if err == nil && (r.Outgoing == nil || r.Incoming == nil) {
		err = errors.New("there is no outgoing or incoming")
	}
	return err
}

// MarshalJSON returns Raw, or null if that is nil.
func (r Relations) MarshalJSON() ([]byte, error) { return r.Raw.MarshalJSON() }

// Relations returns the relations of an idea: GET /ideas/<id>/relations.
func (c *Client) Relations(ctx context.Context, id ID) (Relations, error) {
	segment, err := pathSegment(string(id))
	if err != nil {
		return Relations{}, err
	}
	var r Relations
	if err := c.call(ctx, http.MethodGet, "/ideas/"+segment+"/relations", nil, &r); err != nil {
		return Relations{}, err
	}
	for i := range r.Outgoing { // the service documents source and target, but does not always send them
		out := &r.Outgoing[i]
		out.SourceID, out.TargetID = orID(out.SourceID, id), orID(out.TargetID, out.Other.ID)
		out.seenFrom(id)
	}
	for i := range r.Incoming {
		in := &r.Incoming[i]
		in.SourceID, in.TargetID = orID(in.SourceID, in.Other.ID), orID(in.TargetID, id)
		in.seenFrom(id)
	}
	return r, nil
}

func orID(id, other ID) ID {
	if id == "" {
		return other
	}
	return id
}

// DescribeRelated fills in Other of each relation whose related idea the service
// did not describe. It makes one request for each such idea, one after the other.
func (c *Client) DescribeRelated(ctx context.Context, relations []Relation) error {
	known := map[ID]RelatedIdea{}
	for i := range relations {
		other := &relations[i].Other
		if other.Title != "" && other.Status != "" {
			continue
		}
		if _, ok := known[other.ID]; !ok {
			idea, err := c.Idea(ctx, other.ID)
			if err != nil {
				return err
			}
			known[other.ID] = RelatedIdea{other.ID, idea.Number, idea.Title, idea.Status}
		}
		*other = known[other.ID]
	}
	return nil
}

// NewRelation is a relation to create. SourceID and TargetID are required.
type NewRelation struct {
	SourceID ID     `json:"source_idea_id"`
	TargetID ID     `json:"target_idea_id"`
	Type     string `json:"relation_type,omitempty"` // one of RelationTypes; "" is "related"
	Note     string `json:"note,omitempty"`          // at most 500 characters
}

// Validate checks the documented limits of the service.
func (n NewRelation) Validate() error {
	size := utf8.RuneCountInString(n.Note)
	switch {
	case n.SourceID == "" || n.TargetID == "":
		return errors.New("a relation needs two ideas")
	case n.SourceID == n.TargetID:
		return errors.New("an idea cannot be related to itself")
	case n.Type != "" && !slices.Contains(RelationTypes(), n.Type):
		return fmt.Errorf("the type must be one of %s", strings.Join(RelationTypes(), ", "))
	case !utf8.ValidString(n.Note):
		return errNotText("note")
	case size > 500:
		return fmt.Errorf("the note has %d characters; the limit is 500", size)
	}
	return nil
}

// relationsPath returns the path for creating relations. With force, the service allows cycles.
func relationsPath(force bool) string {
	if force {
		return "/map/relations?force=true"
	}
	return "/map/relations"
}

// LinkIdeas creates a relation between two ideas: POST /map/relations. A relation
// of type "parent", "blocks" or "supersedes" that would close a cycle is an
// *[Error] with the status 409, unless force is set. If n is not valid, the error
// has the code usage, and nothing is sent.
func (c *Client) LinkIdeas(ctx context.Context, n NewRelation, force bool) (Relation, error) {
	if err := n.Validate(); err != nil {
		return Relation{}, usageError(err.Error())
	}
	var reply madeRelation
	err := c.call(ctx, http.MethodPost, relationsPath(force), n, &reply)
	return reply.Relation, err
}

// madeRelation decodes a relation, or an object that contains it in a field.
type madeRelation struct{ Relation }

func (m *madeRelation) UnmarshalJSON(doc []byte) error {
	var reply struct{ Relation json.RawMessage }
	if _, err := decodeRaw(doc, &reply); err != nil {
		return err
	}
	if reply.Relation != nil {
		doc = reply.Relation
	}
	err := json.Unmarshal(doc, &m.Relation)
	if err == nil && m.ID == "" {
		err = errors.New("it has no relation")
	}
	return err
}

// DeleteRelation deletes a relation: DELETE /map/relations/<id>. If the response
// is lost and the repeated request finds no relation, DeleteRelation succeeds.
func (c *Client) DeleteRelation(ctx context.Context, id ID) error {
	return c.remove(ctx, "/map/relations/", id)
}
