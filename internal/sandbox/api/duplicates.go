package api

import (
	"net/http"

	"github.com/nrepo-cli/nrepo/internal/sandbox/reply"
	"github.com/nrepo-cli/nrepo/internal/sandbox/store"
)

func (a *API) listDuplicates(_ *http.Request, who store.Caller) (result, error) {
	list, err := a.Store.Duplicates(who.User.ID)
	if err != nil {
		return result{}, err
	}
	return ok(map[string]any{"duplicates": a.duplicates(list)})
}

func (a *API) dismissDuplicate(r *http.Request, who store.Caller) (result, error) {
	return a.resolveDuplicate(r, who, a.Store.DismissDuplicate)
}

func (a *API) mergeDuplicate(r *http.Request, who store.Caller) (result, error) {
	return a.resolveDuplicate(r, who, a.Store.MergeDuplicate)
}

func (a *API) resolveDuplicate(r *http.Request, who store.Caller, resolve func(userID string, id int64) error) (result, error) {
	id, err := pathID(r, "id")
	if err != nil {
		return result{}, err
	}
	if err := resolve(who.User.ID, id); err != nil {
		return result{}, err
	}
	return success()
}

// mergeIdeas merges another idea into the one in the path.
func (a *API) mergeIdeas(r *http.Request, who store.Caller) (result, error) {
	keep, err := pathID(r, "id")
	if err != nil {
		return result{}, err
	}
	in, err := readFields(r, false)
	if err != nil {
		return result{}, err
	}
	absorb, err := in.id("absorb_id")
	switch {
	case err != nil:
		return result{}, err
	case absorb == 0:
		return result{}, reply.BadRequest("Absorb id is required")
	case absorb == keep:
		return result{}, reply.BadRequest("An idea cannot be merged with itself")
	}
	kept, err := a.Store.Merge(who.User.ID, keep, absorb)
	if err != nil {
		return result{}, err
	}
	return ok(a.full(kept, false))
}
