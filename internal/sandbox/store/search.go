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

// SearchIdeas returns the user's ideas that contain all words, or at least one of them if
// anyWord, best first.
func (s *Store) SearchIdeas(userID, words string, anyWord bool, limit, offset int) ([]Hit, error) {
	// The innermost query ranks by id alone, and stops after the newest ones;
	// whole ideas are read for one page only. Ranks are negative; the lowest is
	// the best.
	rows, err := s.read.Query(`SELECT `+ideaColumns+`, round(0.5 + 0.5 * found.rank / found.best, 2) FROM
		(SELECT id, rank, min(rank) OVER () AS best FROM
			(SELECT i.id, f.rank FROM ideas_fts f CROSS JOIN ideas i ON i.id = f.rowid
			 WHERE ideas_fts MATCH ? AND i.user_id = ? AND i.is_archived = 0
			 ORDER BY f.rowid DESC LIMIT ?)
		 ORDER BY rank, id DESC LIMIT ? OFFSET ?) found
		JOIN ideas i ON i.id = found.id ORDER BY found.rank, i.id DESC`,
		match(words, anyWord), userID, MaxRanked, limit, offset)
	return collect(rows, err, hitTargets)
}

func hitTargets(h *Hit) []any { return append(ideaTargets(&h.Idea), &h.Score) }

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
