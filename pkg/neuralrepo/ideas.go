package neuralrepo

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"net/http"
)

// Idea is an idea (https://docs.neuralrepo.com/api/ideas).
type Idea struct {
	// ID identifies the idea in the API, among those of all users.
	ID ID `json:"id"`
	// Number is what users see and type. It counts the ideas of one user. "" if
	// the service sends no numbers.
	Number ID `json:"number"`
	// Title has 1 to 200 characters. It may contain control characters: see
	// [output.SafeLine].
	Title string `json:"title"`
	// Body is Markdown of at most 50,000 characters; "" for none.
	Body string `json:"body"`
	// Status is one of [Statuses].
	Status string `json:"status"`
	// Source is where the idea was created, such as "cli", "web" or "api".
	Source string `json:"source"`
	// SourceURL is the address that the idea comes from; "" for none.
	SourceURL string `json:"source_url"`
	// Tags are at most 20 tags, in the order of the service; nil or empty for
	// none.
	Tags []string `json:"tags"`
	// ParentID is the id of the idea that this one was branched from; "" for none.
	ParentID ID `json:"parent_id"`
	// IsArchived reports whether the idea was archived (see [Client.ArchiveIdea])
	// or merged into another.
	IsArchived bool `json:"-"`
	// CreatedAt and UpdatedAt are in UTC. The service also changes UpdatedAt when
	// it does something itself, such as adding tags.
	CreatedAt Time `json:"created_at"`
	UpdatedAt Time `json:"updated_at"`
	// Processing reports whether the service is still computing embeddings and
	// tags.
	Processing bool `json:"-"`
	// Links are the links of the idea. nil unless the response is about a single
	// idea.
	Links []Link `json:"links"`
	// Relations are the relations from and to the idea, with what the service says
	// about the other idea. nil unless the response is about a single idea.
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

// fill calls decode to fill all fields except Raw.
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

// MarshalJSON returns Raw, or null if that is nil.
func (i Idea) MarshalJSON() ([]byte, error) { return i.Raw.MarshalJSON() }

// Link is a link of an idea (https://docs.neuralrepo.com/api/links).
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

// MarshalJSON returns Raw, or null if that is nil.
func (l Link) MarshalJSON() ([]byte, error) { return l.Raw.MarshalJSON() }

// Idea returns the idea with an id, with its Links and Relations: GET /ideas/<id>.
// If it does not exist or belongs to another user, the error is an *[Error] with
// the status 404. To find an idea by number, use [Client.IdeaByRef].
func (c *Client) Idea(ctx context.Context, id ID) (Idea, error) {
	segment, err := pathSegment(string(id))
	if err != nil {
		return Idea{}, err
	}
	return c.ideaCall(ctx, http.MethodGet, "/ideas/"+segment, nil)
}

// CreateIdea creates an idea: POST /ideas. If n is not valid, the error has the
// code usage, and nothing is sent.
func (c *Client) CreateIdea(ctx context.Context, n NewIdea) (Idea, error) {
	if err := n.check(); err != nil {
		return Idea{}, err
	}
	return c.ideaCall(ctx, http.MethodPost, "/ideas", n)
}

// AddIdea is like [Client.CreateIdea], but returns only the id and the number of the
// idea; one of them may be "". It is faster, for programs that create many ideas.
func (c *Client) AddIdea(ctx context.Context, n NewIdea) (id, number ID, err error) {
	if err := n.check(); err != nil {
		return "", "", err
	}
	var idea struct {
		ID     ID `json:"id"`
		Number ID `json:"number"`
	}
	if err := c.call(ctx, http.MethodPost, "/ideas", n, &idea); err != nil {
		return "", "", err
	}
	if idea.ID == "" && idea.Number == "" { // also for null
		return "", "", c.http.UnknownReply(http.MethodPost, "")
	}
	c.remember(Idea{ID: idea.ID, Number: idea.Number, Title: n.Title, Status: cmp.Or(n.Status, "captured"), Tags: n.Tags})
	return idea.ID, idea.Number, nil
}

// check returns an error of wrong use if n is not valid, and makes Tags a list.
func (n *NewIdea) check() error {
	if err := n.Validate(); err != nil {
		return usageError(err.Error())
	}
	if n.Tags == nil {
		n.Tags = []string{}
	}
	return nil
}

// UpdateIdea changes the fields of an idea that are set in u, and returns the
// changed idea: PATCH /ideas/<id>. If u is not valid, the error has the code
// usage, and nothing is sent.
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

// ArchiveIdea archives an idea, so that it no longer appears in lists: DELETE
// /ideas/<id>. The API cannot undo this. If the response is lost and the repeated
// request finds no idea, ArchiveIdea succeeds.
func (c *Client) ArchiveIdea(ctx context.Context, id ID) error {
	err := c.remove(ctx, "/ideas/", id)
	if err == nil {
		c.forget(id)
	}
	return err
}

// MergeIdeas merges body, tags, links and relations of absorb into keep, archives
// absorb, and returns the merged idea: POST /ideas/<keep>/merge.
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

// ideaCall makes a request whose reply is one idea.
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
	if idea.ID == "" && idea.Number == "" { // also for null
		return Idea{}, c.http.UnknownReply(method, "")
	}
	idea.Raw = bytes.TrimSpace(resp.Body)
	c.remember(idea)
	return idea, nil
}
