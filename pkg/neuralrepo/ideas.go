package neuralrepo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Idea is an idea (https://docs.neuralrepo.com/api/ideas).
type Idea struct {
	ID         ID       `json:"id"`
	Number     ID       `json:"number"` // per user; "" where the service sends none
	Title      string   `json:"title"`
	Body       string   `json:"body"`
	Status     string   `json:"status"`
	Source     string   `json:"source"`
	Tags       []string `json:"tags"`
	CreatedAt  Time     `json:"created_at"`
	UpdatedAt  Time     `json:"updated_at"`
	Processing bool     `json:"processing"` // embeddings and tags are still being made

	// Raw is the object as the service sent it.
	Raw json.RawMessage `json:"-"`
}

// UnmarshalJSON fills the fields and keeps the object in Raw.
func (i *Idea) UnmarshalJSON(doc []byte) (err error) {
	type fields Idea
	i.Raw, err = decodeRaw(doc, (*fields)(i))
	return err
}

// MarshalJSON returns Raw, null where that is nil.
func (i Idea) MarshalJSON() ([]byte, error) { return i.Raw.MarshalJSON() }

// Statuses are the states of an idea, in the order of its life
// (https://docs.neuralrepo.com/getting-started/concepts).
func Statuses() []string {
	return []string{"captured", "exploring", "building", "shipped", "shelved"}
}

// NewIdea is an idea to create. Title is required.
type NewIdea struct {
	Title  string   `json:"title"`            // 1 to 200 characters
	Body   string   `json:"body,omitempty"`   // at most 50,000 characters
	Tags   []string `json:"tags"`             // at most 20 of 1 to 50 characters
	Status string   `json:"status,omitempty"` // one of Statuses; "" is "captured"
	Source string   `json:"source,omitempty"` // who made it, such as "cli"
}

// Validate checks the limits that the service documents; lengths count
// characters. The error names the limit.
func (n NewIdea) Validate() error {
	for _, part := range []struct{ name, text string }{
		{"title", n.Title}, {"body", n.Body}, {"tags", strings.Join(n.Tags, "\n")},
	} {
		if !utf8.ValidString(part.text) {
			return fmt.Errorf("the %s must be UTF-8 text", part.name)
		}
	}
	switch size := utf8.RuneCountInString(n.Title); {
	case strings.TrimSpace(n.Title) == "":
		return errors.New("the title is empty; it must have 1 to 200 characters")
	case size > 200:
		return fmt.Errorf("the title has %d characters; the limit is 200", size)
	}
	if size := utf8.RuneCountInString(n.Body); size > 50_000 {
		return fmt.Errorf("the body has %d characters; the limit is 50000", size)
	}
	if len(n.Tags) > 20 {
		return fmt.Errorf("there are %d tags; the limit is 20", len(n.Tags))
	}
	for i, tag := range n.Tags {
		if size := utf8.RuneCountInString(tag); strings.TrimSpace(tag) == "" || size > 50 {
			return fmt.Errorf("tag %d has %d characters; a tag must have 1 to 50", i+1, size)
		}
	}
	if n.Status != "" && !slices.Contains(Statuses(), n.Status) {
		return fmt.Errorf("the status must be one of %s", strings.Join(Statuses(), ", "))
	}
	return nil
}

// CreateIdea makes an idea: POST /ideas. A NewIdea that Validate refuses is
// wrong use, and nothing is sent.
func (c *Client) CreateIdea(ctx context.Context, n NewIdea) (Idea, error) {
	if err := n.Validate(); err != nil {
		return Idea{}, usageError(err.Error())
	}
	if n.Tags == nil {
		n.Tags = []string{}
	}
	var i Idea
	err := c.call(ctx, http.MethodPost, "/ideas", n, &i)
	if err == nil && i.ID == "" && i.Number == "" {
		err = c.http.UnknownReply(http.MethodPost, ": it names no idea")
	}
	return i, err
}

// IdeaFilter narrows a list. The zero value is the service's default: the
// first 20 of all.
type IdeaFilter struct {
	Status string // "" is any
	Tag    string // "" is any
	Limit  int    // 1 to 100; 0 is the service's default, 20
	Offset int    // how many to pass over
}

// Ideas returns one page of ideas in the service's order: GET /ideas.
func (c *Client) Ideas(ctx context.Context, f IdeaFilter) ([]Idea, error) {
	query := url.Values{}
	for name, value := range map[string]string{"status": f.Status, "tag": f.Tag} {
		if value != "" {
			query.Set(name, value)
		}
	}
	for name, value := range map[string]int{"limit": f.Limit, "offset": f.Offset} {
		if value != 0 {
			query.Set(name, strconv.Itoa(value))
		}
	}
	var list listOf[Idea]
	err := c.call(ctx, http.MethodGet, "/ideas?"+query.Encode(), nil, list.under("ideas"))
	return list.items, err
}
