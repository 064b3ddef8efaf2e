package neuralrepo

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
)

// BulkUpdate is one change of several ideas. A field that is "" or nil changes
// nothing.
type BulkUpdate struct {
	// Status is one of [Statuses].
	Status string
	// Tags replace those of each idea: at most 20 of 1 to 50 characters. A list
	// that is empty, but not nil, removes all. They cannot be used together with
	// AddTags and RemoveTags.
	Tags []string
	// AddTags and RemoveTags change the tags of each idea and leave others as
	// they are.
	AddTags, RemoveTags []string
}

// Validate checks what [IdeaUpdate.Validate] checks.
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

// BulkChange is what became of one idea.
type BulkChange struct {
	ID     ID     `json:"id"`
	Status string `json:"status"` // "updated" or "error"
	Error  string `json:"error"`  // why not; "" where it was changed

	// Raw is the object as the service sent it.
	Raw json.RawMessage `json:"-"`
}

// UnmarshalJSON fills the fields and keeps the object in Raw.
func (b *BulkChange) UnmarshalJSON(doc []byte) (err error) {
	type fields BulkChange
	b.Raw, err = decodeRaw(doc, (*fields)(b))
	return err
}

// MarshalJSON returns Raw, null where that is nil.
func (b BulkChange) MarshalJSON() ([]byte, error) { return b.Raw.MarshalJSON() }

// UpdateIdeas makes the same change to several ideas: PATCH /ideas/bulk, one
// request for each hundred. That an idea could not be changed is no error, but
// stands in the result; an error of a later request comes with the result of
// those before it. A BulkUpdate that Validate refuses is wrong use, and nothing
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
