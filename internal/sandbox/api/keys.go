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

// createKey creates a key with at most the scopes of the caller: a key that can only read
// cannot create one that can write.
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
