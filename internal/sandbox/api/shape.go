package api

import "github.com/nrepo-cli/nrepo/internal/sandbox/store"

// For some replies, the service's documentation and its own client expect different forms.
// Each of these has a function here, which returns the form for the client or, with
// [API.Docs], the documented form.

// deleted answers a deletion.
func (a *API) deleted() (result, error) {
	if a.Docs {
		return noContent()
	}
	return success()
}

// list is a page of ideas, and whether there are more.
func (a *API) list(ideas []store.Idea, more bool) any {
	if a.Docs {
		return ideas
	}
	return struct {
		Ideas   []store.Idea `json:"ideas"`
		HasMore bool         `json:"has_more"`
	}{ideas, more}
}

// relation is a relation by itself (https://docs.neuralrepo.com/api/relations).
type relation struct {
	ID        int64   `json:"id"`
	Source    int64   `json:"source_idea_id"`
	Target    int64   `json:"target_idea_id"`
	Type      string  `json:"relation_type"`
	Note      *string `json:"note"`
	CreatedAt string  `json:"created_at"`
}

// scoredRelation adds the fields that the client reads.
type scoredRelation struct {
	relation
	Score *float64 `json:"score"`
}

// relatedIdea is a relation of an idea, with the other idea.
type relatedIdea struct {
	scoredRelation
	Title  string `json:"related_idea_title"`
	Number int64  `json:"related_idea_number"`
}

// neighbour is a relation with the other idea only.
type neighbour struct {
	ID         int64    `json:"id"`
	Type       string   `json:"relation_type"`
	Score      *float64 `json:"score"`
	Note       *string  `json:"note"`
	CreatedAt  string   `json:"created_at"`
	IdeaID     int64    `json:"idea_id"`
	IdeaNumber int64    `json:"idea_number"`
	IdeaTitle  string   `json:"idea_title"`
	IdeaStatus string   `json:"idea_status"`
}

func plain(r store.Relation) relation {
	return relation{r.ID, r.Source, r.Target, r.Type, r.Note, r.CreatedAt}
}

// oneRelation returns the reply to creating or changing a relation.
func (a *API) oneRelation(r store.Relation) any {
	if a.Docs {
		return plain(r)
	}
	return map[string]any{"relation": scoredRelation{plain(r), r.Score}}
}

// relationsOf returns the relations for the reply with an idea.
func (a *API) relationsOf(list []store.Relation) any {
	if a.Docs {
		return each(list, plain)
	}
	return each(list, func(r store.Relation) relatedIdea {
		return relatedIdea{scoredRelation{plain(r), r.Score}, r.Far.Title, r.Far.Number}
	})
}

// neighbours returns the relations for the reply with relations only.
func (a *API) neighbours(list []store.Relation) any {
	if a.Docs {
		return each(list, plain)
	}
	return each(list, func(r store.Relation) neighbour {
		return neighbour{r.ID, r.Type, r.Score, r.Note, r.CreatedAt, r.Far.ID, r.Far.Number, r.Far.Title, r.Far.Status}
	})
}

// fullIdea is a single idea. As documented, Processing is true in the reply to a creation;
// afterwards it is false, because the sandbox has no queue.
type fullIdea struct {
	store.Idea
	Links      []store.Link `json:"links"`
	Relations  any          `json:"relations"`
	Processing bool         `json:"processing"`
}

type fullIdeaWithParent struct {
	fullIdea
	ParentID *int64 `json:"parent_id"`
}

func (a *API) full(idea store.FullIdea, processing bool) any {
	f := fullIdea{idea.Idea, idea.Links, a.relationsOf(idea.Relations), processing}
	if a.Docs {
		return f
	}
	return fullIdeaWithParent{f, idea.ParentID}
}

// tag is a tag with the number of its ideas (https://docs.neuralrepo.com/api/tags).
type tag struct {
	ID        int64  `json:"id"`
	Name      string `json:"name"`
	Color     string `json:"color"`
	IdeaCount int64  `json:"idea_count"`
}

func plainTag(t store.Tag) tag { return tag{t.ID, t.Name, t.Color, t.IdeaCount} }

func (a *API) tags(list []store.Tag) any {
	if a.Docs {
		return each(list, plainTag)
	}
	return map[string]any{"tags": each(list, plainTag)}
}

func (a *API) oneTag(t store.Tag) any {
	if a.Docs {
		return plainTag(t)
	}
	return map[string]any{"tag": struct {
		ID        int64  `json:"id"`
		Name      string `json:"name"`
		Color     string `json:"color"`
		CreatedAt string `json:"created_at"`
	}{t.ID, t.Name, t.Color, t.CreatedAt}}
}

// duplicate is a pending detection (https://docs.neuralrepo.com/api/duplicates).
type duplicate struct {
	ID        int64   `json:"id"`
	Idea      int64   `json:"idea_id"`
	Other     int64   `json:"duplicate_of_id"`
	Score     float64 `json:"similarity_score"`
	Status    string  `json:"status"`
	CreatedAt string  `json:"created_at"`
}

type namedDuplicate struct {
	duplicate
	IdeaNumber  int64  `json:"idea_number"`
	IdeaTitle   string `json:"idea_title"`
	OtherNumber int64  `json:"duplicate_number"`
	OtherTitle  string `json:"duplicate_title"`
}

func (a *API) duplicates(list []store.Duplicate) any {
	plain := func(d store.Duplicate) duplicate {
		return duplicate{d.ID, d.Idea.ID, d.Other.ID, d.Score, "pending", d.CreatedAt}
	}
	if a.Docs {
		return each(list, plain)
	}
	return each(list, func(d store.Duplicate) namedDuplicate {
		return namedDuplicate{plain(d), d.Idea.Number, d.Idea.Title, d.Other.Number, d.Other.Title}
	})
}

// each never returns a nil slice, so that an empty list is [] in JSON.
func each[A, B any](list []A, form func(A) B) []B {
	formed := make([]B, len(list))
	for i, item := range list {
		formed[i] = form(item)
	}
	return formed
}
