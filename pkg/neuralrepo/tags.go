package neuralrepo

import (
	"context"
	"encoding/json"
	"net/http"
)

// Tag is a tag of the user (https://docs.neuralrepo.com/api/tags).
type Tag struct {
	ID        ID     `json:"id"`
	Name      string `json:"name"`       // 1 to 50 characters
	Color     string `json:"color"`      // "#rrggbb"; "" for none
	IdeaCount int    `json:"idea_count"` // how many ideas have it

	// Raw is the object as the service sent it.
	Raw json.RawMessage `json:"-"`
}

// UnmarshalJSON fills the fields and keeps the object in Raw.
func (t *Tag) UnmarshalJSON(doc []byte) (err error) {
	type fields Tag
	t.Raw, err = decodeRaw(doc, (*fields)(t))
	return err
}

// MarshalJSON returns Raw, or null if that is nil.
func (t Tag) MarshalJSON() ([]byte, error) { return t.Raw.MarshalJSON() }

// Tags returns all tags, in the order of the service: GET /tags.
func (c *Client) Tags(ctx context.Context) ([]Tag, error) {
	var list listOf[Tag]
	err := c.call(ctx, http.MethodGet, "/tags", nil, list.under("tags"))
	return list.items, err
}
