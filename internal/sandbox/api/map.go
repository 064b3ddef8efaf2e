package api

import (
	"net/http"

	"github.com/nrepo-cli/nrepo/internal/sandbox/store"
)

func (a *API) getMap(_ *http.Request, who store.Caller) (result, error) {
	nodes, err := a.Store.Nodes(who.User.ID)
	if err != nil {
		return result{}, err
	}
	edges, err := a.Store.Edges(who.User.ID)
	if err != nil {
		return result{}, err
	}
	return ok(struct {
		Nodes []store.Node `json:"nodes"`
		Edges []store.Edge `json:"edges"`
	}{nodes, edges})
}
