package api

import (
	"net/http"

	"github.com/nrepo-cli/nrepo/internal/sandbox/store"
)

func (a *API) listRelations(r *http.Request, who store.Caller) (result, error) {
	id, err := pathID(r, "id", "Idea")
	if err != nil {
		return result{}, err
	}
	outgoing, incoming, err := a.Store.Relations(who.User.ID, id)
	if err != nil {
		return result{}, err
	}
	return ok(map[string][]store.Relation{"outgoing": outgoing, "incoming": incoming})
}
