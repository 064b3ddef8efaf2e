package api

import (
	"net/http"

	"github.com/nrepo-cli/nrepo/internal/sandbox/reply"
	"github.com/nrepo-cli/nrepo/internal/sandbox/store"
)

var linkTypes = []string{"url", "claude-chat", "github-repo", "github-issue", "attachment"}

func (a *API) listLinks(r *http.Request, who store.Caller) (result, error) {
	id, err := pathID(r, "id")
	if err != nil {
		return result{}, err
	}
	links, err := a.Store.Links(who.User.ID, id)
	if err != nil {
		return result{}, err
	}
	return ok(links)
}

func (a *API) createLink(r *http.Request, who store.Caller) (result, error) {
	ideaID, err := pathID(r, "id")
	if err != nil {
		return result{}, err
	}
	in, err := readFields(r, false)
	if err != nil {
		return result{}, err
	}
	address, err := in.url("url", 2000)
	if err != nil {
		return result{}, err
	}
	if address == nil {
		return result{}, reply.BadRequest("Url is required")
	}
	title, err := in.text("title", 0, 200)
	if err != nil {
		return result{}, err
	}
	linkType, err := in.oneOf("link_type", linkTypes)
	if err != nil {
		return result{}, err
	}
	l, err := a.Store.CreateLink(who.User.ID, ideaID, store.Link{URL: *address, Title: title, LinkType: or(linkType, "url")})
	if err != nil {
		return result{}, err
	}
	return created(l)
}

func (a *API) deleteLink(r *http.Request, who store.Caller) (result, error) {
	ideaID, err := pathID(r, "id")
	if err != nil {
		return result{}, err
	}
	id, err := pathID(r, "link")
	if err != nil {
		return result{}, err
	}
	if err := a.Store.DeleteLink(who.User.ID, ideaID, id); err != nil {
		return result{}, err
	}
	return a.deleted()
}
