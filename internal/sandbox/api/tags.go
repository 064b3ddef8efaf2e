package api

import (
	"net/http"
	"regexp"

	"github.com/nrepo-cli/nrepo/internal/sandbox/reply"
	"github.com/nrepo-cli/nrepo/internal/sandbox/store"
)

var colorForm = regexp.MustCompile(`^#[0-9a-fA-F]{6}$`)

func (a *API) listTags(_ *http.Request, who store.Caller) (result, error) {
	tags, err := a.Store.Tags(who.User.ID)
	if err != nil {
		return result{}, err
	}
	return ok(a.tags(tags))
}

func (a *API) similarTags(r *http.Request, who store.Caller) (result, error) {
	query := r.URL.Query()
	name := query.Get("tag")
	if err := checkLength("Tag", name, 1, 50); err != nil {
		return result{}, err
	}
	limit, err := queryInt(query, "limit", 5, 1, 20)
	if err != nil {
		return result{}, err
	}
	similar, err := a.Store.SimilarTags(who.User.ID, name, limit)
	if err != nil {
		return result{}, err
	}
	return ok(map[string][]store.SimilarTag{"similar": similar})
}

func (a *API) createTag(r *http.Request, who store.Caller) (result, error) {
	name, color, err := readTag(r)
	if err != nil {
		return result{}, err
	}
	if name == nil {
		return result{}, checkLength("Name", "", 1, 50)
	}
	t, err := a.Store.CreateTag(who.User.ID, *name, or(color, ""))
	if err != nil {
		return result{}, err
	}
	return created(a.oneTag(t))
}

func readTag(r *http.Request) (name, color *string, err error) {
	in, err := readFields(r, false)
	if err != nil {
		return nil, nil, err
	}
	if name, err = in.text("name", 1, 50); err != nil {
		return nil, nil, err
	}
	color, err = in.text("color", 0, 7)
	if err == nil && color != nil && !colorForm.MatchString(*color) {
		err = reply.BadRequest("Color must be #rrggbb")
	}
	return name, color, err
}

func (a *API) updateTag(r *http.Request, who store.Caller) (result, error) {
	id, err := pathID(r, "id")
	if err != nil {
		return result{}, err
	}
	name, color, err := readTag(r)
	if err != nil {
		return result{}, err
	}
	if name == nil && color == nil {
		return result{}, reply.BadRequest("Nothing to update: send name or color")
	}
	t, err := a.Store.UpdateTag(who.User.ID, id, name, color)
	if err != nil {
		return result{}, err
	}
	return ok(a.oneTag(t))
}

func (a *API) deleteTag(r *http.Request, who store.Caller) (result, error) {
	id, err := pathID(r, "id")
	if err != nil {
		return result{}, err
	}
	if err := a.Store.DeleteTag(who.User.ID, id); err != nil {
		return result{}, err
	}
	return a.deleted()
}
