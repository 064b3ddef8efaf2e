package store

import (
	"strings"
	"unicode"
)

// MaxRanked limits a search to the newest ideas that match. So it is as fast for a word that
// is in all of 100,000 ideas as for a rare word.
const MaxRanked = 1000

// Hit is a result of a search.
type Hit struct {
	Idea
	Score float64 // 0.5 to 1; 1 for the best result
}

// SearchIdeas returns the user's ideas that contain all words, or at least one of them if any
// is enough, best first.
func (s *Store) SearchIdeas(userID, words string, anyWord bool, limit, offset int) (hits []Hit, err error) {
	// If the smaller index has MaxRanked matches, the larger one has the same.
	for _, index := range []string{"newest_fts", "ideas_fts"} {
		// Ranks are negative; the lowest is the best. Whole ideas are read for one page only.
		rows, err := s.read.Query(`WITH
			found AS MATERIALIZED (SELECT i.id, f.rank FROM `+index+`(?) f CROSS JOIN ideas i ON i.id = f.rowid
				WHERE i.user_id = ? ORDER BY f.rowid DESC LIMIT ?),
			page AS (SELECT id, rank FROM found ORDER BY rank, id DESC LIMIT ? OFFSET ?)
			SELECT `+ideaColumns+`, round(0.5 + 0.5 * page.rank / (SELECT min(rank) FROM found), 2), (SELECT count(*) FROM found)
			FROM page JOIN ideas i ON i.id = page.id ORDER BY page.rank, i.id DESC`,
			match(words, anyWord), userID, MaxRanked, limit, offset)
		ranked := 0
		hits, err = collect(rows, err, func(h *Hit) []any { return append(ideaTargets(&h.Idea), &h.Score, &ranked) })
		if err != nil || ranked == MaxRanked {
			return hits, err
		}
	}
	return hits, nil
}

// match returns an FTS5 expression for all of the words, or for any of them. Each word is a
// quoted string (https://www.sqlite.org/fts5.html, section 3.1), so that nothing in it is FTS5
// syntax. A NUL would end the expression, so it separates words.
func match(text string, anyWord bool) string {
	words := strings.FieldsFunc(text, func(r rune) bool { return r == 0 || unicode.IsSpace(r) })
	if len(words) == 0 {
		return `""` // finds nothing; an empty expression would be an error
	}
	for i, w := range words {
		words[i] = `"` + strings.ReplaceAll(w, `"`, `""`) + `"`
	}
	if anyWord {
		return strings.Join(words, " OR ")
	}
	return strings.Join(words, " ")
}
