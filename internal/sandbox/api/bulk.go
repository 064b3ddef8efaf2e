package api

import (
	"encoding/json"
	"net/http"
	"slices"

	"github.com/nrepo-cli/nrepo/internal/sandbox/reply"
	"github.com/nrepo-cli/nrepo/internal/sandbox/store"
)

// bulkResult is the result for one idea.
type bulkResult struct {
	ID     int64  `json:"id"`
	Status string `json:"status"` // "updated" or "error"
	Error  string `json:"error,omitempty"`
}

func (a *API) updateIdeas(r *http.Request, who store.Caller) (result, error) {
	in, err := readFields(r, false)
	if err != nil {
		return result{}, err
	}
	var ids []int64
	if json.Unmarshal(in["ids"], &ids) != nil || len(ids) == 0 || slices.Min(ids) < 1 {
		return result{}, reply.BadRequest("Ids must be an array of positive whole numbers, at least one")
	}
	change, err := in.bulkChange()
	if err != nil {
		return result{}, err
	}
	refused, err := a.Store.UpdateIdeas(who.User.ID, ids, change)
	if err != nil {
		return result{}, err
	}
	updated, results := 0, make([]bulkResult, len(ids))
	for i, id := range ids {
		results[i] = bulkResult{ID: id, Status: "updated"}
		if refused[i] != nil {
			results[i] = bulkResult{ID: id, Status: "error", Error: refused[i].Error()}
			continue
		}
		updated++
	}
	return ok(struct {
		Updated int          `json:"updated"`
		Errors  int          `json:"errors"`
		Results []bulkResult `json:"results"`
	}{updated, len(ids) - updated, results})
}

func (f fields) bulkChange() (c store.BulkChange, err error) {
	if c.Status, err = f.oneOf("status", store.Statuses); err != nil {
		return c, err
	}
	if c.Tags, err = f.tags("tags"); err != nil {
		return c, err
	}
	add, err := f.tags("add_tags")
	if err != nil {
		return c, err
	}
	remove, err := f.tags("remove_tags")
	if err != nil {
		return c, err
	}
	if c.Status == nil && c.Tags == nil && add == nil && remove == nil {
		return c, reply.BadRequest("Nothing to update: send status, tags, add_tags or remove_tags")
	}
	if add != nil {
		c.AddTags = *add
	}
	if remove != nil {
		c.RemoveTags = *remove
	}
	return c, nil
}
