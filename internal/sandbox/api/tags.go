package api

import (
	"net/http"

	"github.com/nrepo-cli/nrepo/internal/sandbox/store"
)

func (a *API) listTags(_ *http.Request, who store.Caller) (result, error) {
	tags, err := a.Store.Tags(who.User.ID)
	if err != nil {
		return result{}, err
	}
	return ok(map[string][]store.Tag{"tags": tags})
}
