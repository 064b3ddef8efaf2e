package neuralrepo

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
)

// Idea is an idea (https://docs.neuralrepo.com/api/ideas).
type Idea struct {
	// ID names the idea in the API, across all users.
	ID ID `json:"id"`
	// Number counts the ideas of one user: what a person sees and types. ""
	// where the service has no numbers.
	Number ID `json:"number"`
	// Title has 1 to 200 characters, perhaps with control characters: see
	// [output.SafeLine].
	Title string `json:"title"`
	// Body is Markdown of at most 50,000 characters; "" for none.
	Body string `json:"body"`
	// Status is one of [Statuses].
	Status string `json:"status"`
	// Source is what made the idea, such as "cli", "web" or "api".
	Source string `json:"source"`
	// SourceURL is the address that the idea is from; "" for none.
	SourceURL string `json:"source_url"`
	// Tags are at most 20, in the service's order; nil or empty for none.
	Tags []string `json:"tags"`
	// ParentID is the id of the idea that this one was made from; "" for none.
	ParentID ID `json:"parent_id"`
	// IsArchived says that the idea was removed ([Client.ArchiveIdea]) or merged
	// into another.
	IsArchived bool `json:"-"`
	// CreatedAt and UpdatedAt are in UTC. The service moves UpdatedAt also by
	// itself, as when tags are made.
	CreatedAt Time `json:"created_at"`
	UpdatedAt Time `json:"updated_at"`
	// Processing says that embeddings and tags are still being made.
	Processing bool `json:"-"`
	// Links are the addresses on the idea. Only replies about a single idea have
	// them; nil elsewhere.
	Links []Link `json:"links"`
	// Relations are those from and to the idea, each with what the service tells
	// of the idea at its other end. Only replies about a single idea have them;
	// nil elsewhere.
	Relations []Relation `json:"relations"`

	// Raw is the object as the service sent it.
	Raw json.RawMessage `json:"-"`
}

// UnmarshalJSON fills the fields and keeps the object in Raw.
func (i *Idea) UnmarshalJSON(doc []byte) error {
	return i.fill(func(fields any) (err error) {
		i.Raw, err = decodeRaw(doc, fields)
		return err
	})
}

// fill has decode fill all fields but Raw.
func (i *Idea) fill(decode func(fields any) error) error {
	type fields Idea
	loose := struct {
		*fields
		IsArchived looseBool `json:"is_archived"`
		Processing looseBool `json:"processing"`
	}{fields: (*fields)(i)}
	err := decode(&loose)
	i.IsArchived, i.Processing = bool(loose.IsArchived), bool(loose.Processing)
	for n := range i.Relations {
		i.Relations[n].seenFrom(i.ID)
	}
	return err
}

// MarshalJSON returns Raw, null where that is nil.
func (i Idea) MarshalJSON() ([]byte, error) { return i.Raw.MarshalJSON() }

// Link is an address on an idea (https://docs.neuralrepo.com/api/links).
type Link struct {
	ID    ID     `json:"id"`
	URL   string `json:"url"`   // at most 2,000 characters
	Title string `json:"title"` // at most 200 characters; "" for none
	// Type is "url", "claude-chat", "github-repo", "github-issue" or
	// "attachment".
	Type      string `json:"link_type"`
	CreatedAt Time   `json:"created_at"` // UTC

	// Raw is the object as the service sent it.
	Raw json.RawMessage `json:"-"`
}

// UnmarshalJSON fills the fields and keeps the object in Raw.
func (l *Link) UnmarshalJSON(doc []byte) (err error) {
	type fields Link
	l.Raw, err = decodeRaw(doc, (*fields)(l))
	return err
}

// MarshalJSON returns Raw, null where that is nil.
func (l Link) MarshalJSON() ([]byte, error) { return l.Raw.MarshalJSON() }

// Idea returns the idea with an id, with its Links and Relations: GET
// /ideas/<id>. One that is not there, or is another user's, is an [*Error] with
// the status 404. For what a person typed see [Client.IdeaByRef].
func (c *Client) Idea(ctx context.Context, id ID) (Idea, error) {
	segment, err := pathSegment(string(id))
	if err != nil {
		return Idea{}, err
	}
	return c.ideaCall(ctx, http.MethodGet, "/ideas/"+segment, nil)
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
	return c.ideaCall(ctx, http.MethodPost, "/ideas", n)
}

// UpdateIdea changes the fields of an idea that u names and returns what became
// of it: PATCH /ideas/<id>. An IdeaUpdate that Validate refuses is wrong use,
// and nothing is sent.
func (c *Client) UpdateIdea(ctx context.Context, id ID, u IdeaUpdate) (Idea, error) {
	segment, err := pathSegment(string(id))
	if err != nil {
		return Idea{}, err
	}
	if err := u.Validate(); err != nil {
		return Idea{}, usageError(err.Error())
	}
	return c.ideaCall(ctx, http.MethodPatch, "/ideas/"+segment, u)
}

// ArchiveIdea removes an idea from all lists, which the service can undo but
// this API cannot: DELETE /ideas/<id>. Where the reply was lost and the repeated
// request finds no idea, it is done.
func (c *Client) ArchiveIdea(ctx context.Context, id ID) error {
	err := c.remove(ctx, "/ideas/", id)
	if err == nil {
		c.forget(id)
	}
	return err
}

// MergeIdeas folds body, tags, links and relations of the idea absorb into keep,
// archives absorb, and returns keep as it is then: POST /ideas/<keep>/merge.
func (c *Client) MergeIdeas(ctx context.Context, keep, absorb ID) (Idea, error) {
	segment, err := pathSegment(string(keep))
	if err != nil {
		return Idea{}, err
	}
	if absorb == "" || absorb == keep {
		return Idea{}, usageError("an idea can be merged with another one only")
	}
	kept, err := c.ideaCall(ctx, http.MethodPost, "/ideas/"+segment+"/merge", map[string]ID{"absorb_id": absorb})
	if err == nil {
		c.forget(absorb)
	}
	return kept, err
}

// ideaCall is a request that one idea is the reply to.
func (c *Client) ideaCall(ctx context.Context, method, path string, in any) (Idea, error) {
	var idea Idea
	resp, err := c.request(ctx, method, path, in)
	if err != nil {
		return idea, err
	}
	err = idea.fill(func(fields any) error { return c.http.Decode(method, resp.Body, fields) })
	if err != nil {
		return Idea{}, err
	}
	if idea.ID == "" && idea.Number == "" { // null too
		return Idea{}, c.http.UnknownReply(method, "")
	}
	idea.Raw = bytes.TrimSpace(resp.Body)
	c.remember(idea)
	return idea, nil
}
