package api

import (
	"net/http"
	"strconv"

	"github.com/nrepo-cli/nrepo/internal/sandbox/store"
)

func (a *API) listKeys(_ *http.Request, who store.Caller) (result, error) {
	keys, err := a.Store.Keys(who.User.ID)
	if err != nil {
		return result{}, err
	}
	return ok(map[string][]store.Key{"api_keys": keys})
}

// createKey makes a key that can do what the caller can: a key that only reads
// cannot make one that writes.
func (a *API) createKey(r *http.Request, who store.Caller) (result, error) {
	in, err := readFields(r, true)
	if err != nil {
		return result{}, err
	}
	label, err := in.text("label", 1, 100)
	if err != nil {
		return result{}, err
	}
	key, err := a.Store.CreateKey(who.User.ID, or(label, "default"), who.Scopes)
	if err != nil {
		return result{}, err
	}
	return created(key)
}

func (a *API) deleteKey(r *http.Request, who store.Caller) (result, error) {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil { // on other servers an id is text
		return result{}, store.NotFoundError("API key")
	}
	if err := a.Store.RevokeKey(who.User.ID, id); err != nil {
		return result{}, err
	}
	return a.deleted()
}
