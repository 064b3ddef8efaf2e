package api

import (
	"net/http"
	"net/url"

	"github.com/nrepo-cli/nrepo/internal/sandbox/reply"
	"github.com/nrepo-cli/nrepo/internal/sandbox/store"
)

// ideaSources are from https://docs.neuralrepo.com/getting-started/concepts.
var ideaSources = []string{"web", "cli", "claude-mcp", "siri", "email", "api", "shortcut"}

func (a *API) listIdeas(r *http.Request, who store.Caller) (result, error) {
	filter, err := ideaFilter(r.URL.Query())
	if err != nil {
		return result{}, err
	}
	limit := filter.Limit
	filter.Limit++
	ideas, err := a.Store.Ideas(who.User.ID, filter)
	if err != nil {
		return result{}, err
	}
	return ok(a.list(ideas[:min(limit, len(ideas))], len(ideas) > limit))
}

func ideaFilter(query url.Values) (f store.IdeaFilter, err error) {
	f.Tag = query.Get("tag")
	if f.Status = query.Get("status"); f.Status != "" {
		if err := checkOneOf("Status", f.Status, store.Statuses); err != nil {
			return f, err
		}
	}
	f.Limit, f.Offset, err = page(query)
	return f, err
}

func (a *API) getIdea(r *http.Request, who store.Caller) (result, error) {
	id, err := pathID(r, "id")
	if err != nil {
		return result{}, err
	}
	idea, err := a.Store.Idea(who.User.ID, id)
	if err != nil {
		return result{}, err
	}
	return ok(a.full(idea, false))
}

func (a *API) createIdea(r *http.Request, who store.Caller) (result, error) {
	in, err := readFields(r, false)
	if err != nil {
		return result{}, err
	}
	n, err := in.newIdea()
	if err != nil {
		return result{}, err
	}
	idea, err := a.Store.CreateIdea(who.User.ID, n)
	if err != nil {
		return result{}, err
	}
	return created(a.full(idea, true))
}

func (f fields) newIdea() (n store.NewIdea, err error) {
	c, err := f.ideaChange()
	if err != nil {
		return n, err
	}
	if c.Title == nil {
		return n, checkLength("Title", "", 1, 200)
	}
	n.Title, n.Body, n.Status = *c.Title, or(c.Body, ""), or(c.Status, "captured")
	if c.Tags != nil {
		n.Tags = *c.Tags
	}
	source, err := f.oneOf("source", ideaSources)
	if err != nil {
		return n, err
	}
	n.Source = or(source, "api")
	if n.SourceURL, err = f.url("source_url", 2000); err != nil {
		return n, err
	}
	n.ParentID, err = f.id("parent_id")
	return n, err
}

// ideaChange reads the fields that can be set at creation and later, within
// their documented limits.
func (f fields) ideaChange() (c store.IdeaChange, err error) {
	if c.Title, err = f.text("title", 1, 200); err != nil {
		return c, err
	}
	if c.Body, err = f.text("body", 0, 50000); err != nil {
		return c, err
	}
	if c.Status, err = f.oneOf("status", store.Statuses); err != nil {
		return c, err
	}
	c.Tags, err = f.tags("tags")
	return c, err
}

func (a *API) updateIdea(r *http.Request, who store.Caller) (result, error) {
	id, err := pathID(r, "id")
	if err != nil {
		return result{}, err
	}
	in, err := readFields(r, false)
	if err != nil {
		return result{}, err
	}
	change, err := in.ideaChange()
	if err != nil {
		return result{}, err
	}
	if change == (store.IdeaChange{}) {
		return result{}, reply.BadRequest("Nothing to update: send title, body, status or tags")
	}
	idea, err := a.Store.UpdateIdea(who.User.ID, id, change)
	if err != nil {
		return result{}, err
	}
	return ok(a.full(idea, false))
}

func (a *API) archiveIdea(r *http.Request, who store.Caller) (result, error) {
	id, err := pathID(r, "id")
	if err != nil {
		return result{}, err
	}
	if err := a.Store.ArchiveIdea(who.User.ID, id); err != nil {
		return result{}, err
	}
	return a.deleted()
}
