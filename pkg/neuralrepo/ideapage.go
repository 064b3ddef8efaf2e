package neuralrepo

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/url"
	"strconv"

	"github.com/nrepo-cli/nrepo/internal/apihttp"
)

// IdeaFilter selects ideas. The zero value selects all.
type IdeaFilter struct {
	// Status is one of [Statuses]; "" is any.
	Status string
	// Tag is a whole tag; "" is any.
	Tag string
	// Limit is the maximum number of ideas. For [Client.Ideas], it is 1 to 100, or
	// 0 for the default of the service, 20. For [Client.AllIdeas], it is any
	// number, or 0 for all.
	Limit int
	// Offset is how many ideas to skip.
	Offset int
}

// IdeaPage is a page of a list of ideas.
type IdeaPage struct {
	// Ideas are in the order of the service, newest first.
	Ideas []Idea
	// HasMore reports whether more ideas follow. If the service does not say, it
	// reports whether the page has as many ideas as the limit.
	HasMore bool

	said bool // whether the service sent this
}

// Ideas returns one page of ideas that are not archived: GET /ideas. Even if it is
// shorter than f.Limit, it may not be the last page. To get all ideas, use
// [Client.AllIdeas].
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
	err := c.stream(ctx, "/ideas?"+query.Encode(), apihttp.Limits{}, func(body io.Reader) error {
		page = IdeaPage{Ideas: make([]Idea, 0, min(max(f.Limit, 0), pageSize))}
		return page.read(body)
	})
	if err != nil {
		return IdeaPage{}, err
	}
	if !page.said {
		page.HasMore = len(page.Ideas) >= cmp.Or(f.Limit, 20)
	}
	return page, nil
}

// read decodes an array, or an object with the array under its name.
func (p *IdeaPage) read(body io.Reader) error {
	kept := &keeper{from: body}
	dec := json.NewDecoder(kept)
	idea := func() error {
		from := dec.InputOffset()
		var i Idea
		if err := i.fill(dec.Decode); err != nil {
			return err
		}
		i.Raw = kept.take(from, dec.InputOffset())
		if i.Raw[0] != '{' || i.ID == "" && i.Number == "" {
			return errors.New("not an idea")
		}
		p.Ideas = append(p.Ideas, i)
		return nil
	}
	begin, err := dec.Token()
	switch {
	case err != nil:
		return err
	case begin == json.Delim('['):
		err = readElements(dec, idea)
	case begin == json.Delim('{'):
		err = p.readObject(dec, idea)
	default:
		err = errors.New("neither a list nor an object")
	}
	if err != nil {
		return err
	}
	return readEnd(dec)
}

func (p *IdeaPage) readObject(dec *json.Decoder, idea func() error) error {
	named := false
	err := readObject(dec, func(name string) error {
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
