package api

import (
	"encoding/json"
	"net/http"

	"github.com/nrepo-cli/nrepo/internal/sandbox/reply"
	"github.com/nrepo-cli/nrepo/internal/sandbox/store"
)

func (a *API) listRelations(r *http.Request, who store.Caller) (result, error) {
	id, err := pathID(r, "id")
	if err != nil {
		return result{}, err
	}
	outgoing, incoming, err := a.Store.Relations(who.User.ID, id)
	if err != nil {
		return result{}, err
	}
	return ok(map[string]any{"outgoing": a.neighbours(outgoing), "incoming": a.neighbours(incoming)})
}

// createRelations creates one relation, or several with "links".
func (a *API) createRelations(r *http.Request, who store.Caller) (result, error) {
	in, err := readFields(r, false)
	if err != nil {
		return result{}, err
	}
	force := r.URL.Query().Get("force") == "true"
	if links, many := in["links"]; many {
		return a.createMany(links, who, force)
	}
	wanted, err := in.newRelation()
	if err != nil {
		return result{}, err
	}
	made, refused, err := a.Store.Relate(who.User.ID, force, wanted)
	if err == nil {
		err = refused[0]
	}
	if err != nil {
		return result{}, err
	}
	return created(a.oneRelation(made[0]))
}

// linkResult is the result for one of several relations.
type linkResult struct {
	Source     int64  `json:"source_idea_id"`
	Target     int64  `json:"target_idea_id"`
	Type       string `json:"relation_type"`
	Status     string `json:"status"` // "created" or "error"
	RelationID int64  `json:"relation_id,omitempty"`
	Error      string `json:"error,omitempty"`
}

func (a *API) createMany(links json.RawMessage, who store.Caller, force bool) (result, error) {
	var list []fields
	if json.Unmarshal(links, &list) != nil || len(list) == 0 {
		return result{}, reply.BadRequest("Links must be an array of at least one object")
	}
	wanted := make([]store.Relation, len(list))
	for i, in := range list {
		var err error
		if wanted[i], err = in.newRelation(); err != nil {
			return result{}, err
		}
	}
	made, refused, err := a.Store.Relate(who.User.ID, force, wanted...)
	if err != nil {
		return result{}, err
	}
	linked, results := 0, make([]linkResult, len(made))
	for i, r := range made {
		results[i] = linkResult{Source: r.Source, Target: r.Target, Type: r.Type, Status: "created", RelationID: r.ID}
		if refused[i] != nil {
			results[i].Status, results[i].RelationID, results[i].Error = "error", 0, refused[i].Error()
			continue
		}
		linked++
	}
	return ok(struct {
		Linked  int          `json:"linked"`
		Errors  int          `json:"errors"`
		Results []linkResult `json:"results"`
	}{linked, len(made) - linked, results})
}

func (f fields) newRelation() (r store.Relation, err error) {
	if r.Source, err = f.id("source_idea_id"); err != nil {
		return r, err
	}
	if r.Target, err = f.id("target_idea_id"); err != nil {
		return r, err
	}
	switch {
	case r.Source == 0 || r.Target == 0:
		return r, reply.BadRequest("Source idea id and target idea id are required")
	case r.Source == r.Target:
		return r, reply.BadRequest("An idea cannot have a relation to itself")
	}
	c, err := f.relationChange()
	r.Type, r.Note = or(c.Type, "related"), c.Note
	return r, err
}

// relationChange reads the fields that can be set at creation and later. One page of the
// documentation calls the type "type" (https://docs.neuralrepo.com/organize/relations).
func (f fields) relationChange() (c store.RelationChange, err error) {
	name := "relation_type"
	if _, given := f["type"]; given && f[name] == nil {
		name = "type"
	}
	if c.Type, err = f.oneOf(name, store.RelationTypes); err != nil {
		return c, err
	}
	c.Note, err = f.text("note", 0, 500)
	return c, err
}

func (a *API) updateRelation(r *http.Request, who store.Caller) (result, error) {
	id, err := pathID(r, "id")
	if err != nil {
		return result{}, err
	}
	in, err := readFields(r, false)
	if err != nil {
		return result{}, err
	}
	change, err := in.relationChange()
	if err != nil {
		return result{}, err
	}
	if change == (store.RelationChange{}) {
		return result{}, reply.BadRequest("Nothing to update: send relation_type or note")
	}
	changed, err := a.Store.UpdateRelation(who.User.ID, id, change)
	if err != nil {
		return result{}, err
	}
	return ok(a.oneRelation(changed))
}

func (a *API) deleteRelation(r *http.Request, who store.Caller) (result, error) {
	id, err := pathID(r, "id")
	if err != nil {
		return result{}, err
	}
	if err := a.Store.DeleteRelation(who.User.ID, id); err != nil {
		return result{}, err
	}
	return a.deleted()
}
