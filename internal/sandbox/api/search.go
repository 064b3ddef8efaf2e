package api

import (
	"net/http"

	"github.com/nrepo-cli/nrepo/internal/sandbox/store"
)

// hit is an idea that was found. Score is null for a search by words, as in
// https://docs.neuralrepo.com/api/search/ (the newer page).
type hit struct {
	store.Idea
	Score *float64 `json:"score"`
}

// searchIdeas answers both modes by words, best first: the documented
// fall-back of the semantic mode, as there are no embeddings here.
func (a *API) searchIdeas(r *http.Request, who store.Caller) (result, error) {
	query := r.URL.Query()
	words := query.Get("q")
	if err := checkLength("Query", words, 1, 500); err != nil {
		return result{}, err
	}
	if query.Has("mode") {
		if err := checkOneOf("Mode", query.Get("mode"), []string{"keyword", "semantic"}); err != nil {
			return result{}, err
		}
	}
	limit, offset, err := page(query)
	if err != nil {
		return result{}, err
	}
	ideas, err := a.Store.SearchIdeas(who.User.ID, words, limit, offset)
	if err != nil {
		return result{}, err
	}
	hits := make([]hit, len(ideas))
	for i, idea := range ideas {
		hits[i].Idea = idea
	}
	return ok(struct {
		Query      string `json:"query"`
		SearchType string `json:"search_type"`
		Results    []hit  `json:"results"`
	}{words, "fts", hits})
}
