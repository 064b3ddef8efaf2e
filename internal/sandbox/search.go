package sandbox

import (
	"net/http"
	"strings"
	"unicode"
)

// hit is an idea that was found. Score is null for a search by words, as in
// https://docs.neuralrepo.com/api/search/ (the newer page).
type hit struct {
	idea
	Score *float64 `json:"score"`
}

// maxRanked bounds how many ideas a search ranks, the newest that match: a word
// that is in every one of 100,000 ideas is answered as fast as a rare one.
const maxRanked = 1000

// searchIdeas answers both modes by words, best first: the documented
// fall-back of the semantic mode, as there are no embeddings here.
func (s *Server) searchIdeas(r *http.Request, who caller) (reply, error) {
	query := r.URL.Query()
	words := query.Get("q")
	if err := checkLength("Query", words, 1, 500); err != nil {
		return reply{}, err
	}
	if query.Has("mode") {
		if err := checkOneOf("Mode", query.Get("mode"), []string{"keyword", "semantic"}); err != nil {
			return reply{}, err
		}
	}
	limit, offset, err := page(query)
	if err != nil {
		return reply{}, err
	}
	// The innermost query ranks by id alone, and stops after the newest ones;
	// whole ideas are read for one page only.
	rows, err := s.store.read.Query(`SELECT `+ideaColumns+` FROM
		(SELECT id, rank FROM
			(SELECT i.id, f.rank FROM ideas_fts f CROSS JOIN ideas i ON i.id = f.rowid
			 WHERE ideas_fts MATCH ? AND i.user_id = ? AND i.is_archived = 0
			 ORDER BY f.rowid DESC LIMIT ?)
		 ORDER BY rank, id DESC LIMIT ? OFFSET ?) found
		JOIN ideas i ON i.id = found.id ORDER BY found.rank, i.id DESC`,
		matchAll(words), who.user.ID, maxRanked, limit, offset)
	if err != nil {
		return reply{}, err
	}
	hits, err := collect(rows, func(h *hit) []any { return ideaTargets(&h.idea) })
	if err != nil {
		return reply{}, err
	}
	return ok(struct {
		Query      string `json:"query"`
		SearchType string `json:"search_type"`
		Results    []hit  `json:"results"`
	}{words, "fts", hits})
}

// matchAll makes of a person's words an FTS5 expression that asks for all of
// them. Each word is a quoted string (https://www.sqlite.org/fts5.html,
// section 3.1), so nothing in it is read as FTS5 syntax. A NUL would end the
// expression inside a string, so it parts words.
func matchAll(text string) string {
	words := strings.FieldsFunc(text, func(r rune) bool { return r == 0 || unicode.IsSpace(r) })
	if len(words) == 0 {
		return `""` // finds nothing; an empty expression would be an error
	}
	for i, w := range words {
		words[i] = `"` + strings.ReplaceAll(w, `"`, `""`) + `"`
	}
	return strings.Join(words, " ")
}
