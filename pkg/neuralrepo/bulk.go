package neuralrepo

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
)

// BulkUpdate is a change of several ideas. Fields that are "" or nil change
// nothing.
type BulkUpdate struct {
	// Status is one of [Statuses].
	Status string
	// Tags replaces the tags of each idea: at most 20, of 1 to 50 characters. An
	// empty list that is not nil removes all tags. Tags cannot be used together
	// with AddTags and RemoveTags.
	Tags []string
	// AddTags and RemoveTags add and remove tags of each idea. Other tags are
	// kept.
	AddTags, RemoveTags []string
}

// Validate makes the same checks as [IdeaUpdate.Validate].
func (u BulkUpdate) Validate() error {
	change := u.Status != "" || u.Tags != nil || len(u.AddTags)+len(u.RemoveTags) > 0
	switch {
	case !change:
		return errors.New("there is nothing to change")
	case u.Tags != nil && len(u.AddTags)+len(u.RemoveTags) > 0:
		return errors.New("tags cannot be replaced and also added or removed")
	case u.Status != "":
		if err := checkStatus(u.Status); err != nil {
			return err
		}
	}
	return first(checkTags(u.Tags), checkTags(u.AddTags), checkTags(u.RemoveTags))
}

// BulkChange is the result for one idea.
type BulkChange struct {
	ID     ID     `json:"id"`
	Status string `json:"status"` // "updated" or "error"
	Error  string `json:"error"`  // why it was not changed; "" if it was

	// Raw is the object as the service sent it.
	Raw json.RawMessage `json:"-"`
}

// UnmarshalJSON fills the fields and keeps the object in Raw.
func (b *BulkChange) UnmarshalJSON(doc []byte) (err error) {
	type fields BulkChange
	b.Raw, err = decodeRaw(doc, (*fields)(b))
	return err
}

// MarshalJSON returns Raw, or null if that is nil.
func (b BulkChange) MarshalJSON() ([]byte, error) { return b.Raw.MarshalJSON() }

// UpdateIdeas makes the same change to several ideas: PATCH /ideas/bulk, with one
// request per hundred. Ideas that could not be changed are in the result, and are
// not an error. If a later request fails, the error comes with the result of the
// earlier requests. If u is not valid, the error has the code usage, and nothing
// is sent.
func (c *Client) UpdateIdeas(ctx context.Context, ids []ID, u BulkUpdate) (BulkResult[BulkChange], error) {
	if err := u.Validate(); err != nil {
		return BulkResult[BulkChange]{}, usageError(err.Error())
	}
	if len(ids) == 0 || slices.Contains(ids, "") {
		return BulkResult[BulkChange]{}, usageError("there is no idea to change")
	}
	in := map[string]any{}
	if u.Status != "" {
		in["status"] = u.Status
	}
	for name, tags := range map[string][]string{"tags": u.Tags, "add_tags": u.AddTags, "remove_tags": u.RemoveTags} {
		if len(tags) > 0 || name == "tags" && tags != nil {
			in[name] = tags
		}
	}
	return inParts(ids, "updated", func(part []ID, reply *BulkResult[BulkChange]) error {
		in["ids"] = part
		return c.call(ctx, http.MethodPatch, "/ideas/bulk", in, reply)
	})
}
