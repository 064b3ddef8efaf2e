package api

import (
	"net/http"

	"github.com/nrepo-cli/nrepo/internal/sandbox/store"
)

// hit is an idea that was found. Score is null for a search by keyword, as in
// https://docs.neuralrepo.com/api/search/ (the newer page).
type hit struct {
	store.Idea
	Score *float64 `json:"score"`
}

// searchIdeas finds ideas with all the words, best first. In the semantic mode it finds ideas
// with any of them, because the sandbox has no embeddings.
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
	semantic, kind := query.Get("mode") != "keyword", "fts"
	if semantic {
		kind = "semantic"
	}
	found, err := a.Store.SearchIdeas(who.User.ID, words, semantic, limit, offset)
	if err != nil {
		return result{}, err
	}
	hits := make([]hit, len(found))
	for i := range found {
		hits[i].Idea = found[i].Idea
		if semantic {
			hits[i].Score = &found[i].Score
		}
	}
	return ok(struct {
		Query      string `json:"query"`
		SearchType string `json:"search_type"`
		Results    []hit  `json:"results"`
	}{words, kind, hits})
}
