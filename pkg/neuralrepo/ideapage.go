package neuralrepo

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"strconv"

	"github.com/nrepo-cli/nrepo/internal/apihttp"
)

// IdeaFilter narrows a list. The zero value is all ideas.
type IdeaFilter struct {
	// Status is one of [Statuses]; "" is any.
	Status string
	// Tag is a whole tag; "" is any.
	Tag string
	// Limit is the most ideas to return: for [Client.Ideas] 1 to 100, or 0 for
	// the service's default of 20; for [Client.AllIdeas] any number, or 0 for
	// all.
	Limit int
	// Offset is how many to pass over.
	Offset int
}

// IdeaPage is a part of a list of ideas.
type IdeaPage struct {
	// Ideas are in the service's order, the newest first.
	Ideas []Idea
	// HasMore is whether more ideas follow. Where the service does not say, it is
	// whether this page is as long as the limit.
	HasMore bool

	said bool // the service did say
}

// Ideas returns one page of ideas that are not archived: GET /ideas. It may be
// shorter than f.Limit, and still not be the last: see [Client.AllIdeas] for a
// whole list.
func (c *Client) Ideas(ctx context.Context, f IdeaFilter) (IdeaPage, error) {
	page, err := c.ideaPage(ctx, f)
	c.remember(page.Ideas...)
	return page, err
}

func (c *Client) ideaPage(ctx context.Context, f IdeaFilter) (IdeaPage, error) {
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
	var page IdeaPage
	err := c.stream(ctx, "/ideas?"+query.Encode(), apihttp.Limits{}, func(dec *json.Decoder) error {
		page = IdeaPage{Ideas: []Idea{}}
		return page.read(dec)
	})
	if err != nil {
		return IdeaPage{}, err
	}
	if !page.said {
		page.HasMore = len(page.Ideas) >= cmp.Or(f.Limit, 20)
	}
	return page, nil
}

// read decodes a bare list, or an object with the list under its name.
func (p *IdeaPage) read(dec *json.Decoder) error {
	idea := func() error {
		var i namedIdea
		err := dec.Decode(&i)
		p.Ideas = append(p.Ideas, i.Idea)
		return err
	}
	begin, err := dec.Token()
	if err != nil {
		return err
	}
	if begin == json.Delim('[') {
		return readElements(dec, idea)
	}
	if begin != json.Delim('{') {
		return errors.New("neither a list nor an object")
	}
	named := false
	err = readObject(dec, func(name string) error {
		switch name {
		case "ideas":
			named = true
			return readList(dec, idea)
		case "has_more":
			var more *looseBool
			err := dec.Decode(&more)
			if more != nil {
				p.said, p.HasMore = true, bool(*more)
			}
			return err
		}
		return skip(dec)
	})
	if err == nil && !named {
		err = errors.New("there are no ideas")
	}
	return err
}
