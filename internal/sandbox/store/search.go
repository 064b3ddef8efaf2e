package store

import (
	"strings"
	"unicode"
)

// MaxRanked bounds how many ideas a search ranks, the newest that match: a word
// that is in every one of 100,000 ideas is answered as fast as a rare one.
const MaxRanked = 1000

// SearchIdeas returns the user's ideas that have all the words, best first.
func (s *Store) SearchIdeas(userID, words string, limit, offset int) ([]Idea, error) {
	// The innermost query ranks by id alone, and stops after the newest ones;
	// whole ideas are read for one page only.
	rows, err := s.read.Query(`SELECT `+ideaColumns+` FROM
		(SELECT id, rank FROM
			(SELECT i.id, f.rank FROM ideas_fts f CROSS JOIN ideas i ON i.id = f.rowid
			 WHERE ideas_fts MATCH ? AND i.user_id = ? AND i.is_archived = 0
			 ORDER BY f.rowid DESC LIMIT ?)
		 ORDER BY rank, id DESC LIMIT ? OFFSET ?) found
		JOIN ideas i ON i.id = found.id ORDER BY found.rank, i.id DESC`,
		matchAll(words), userID, MaxRanked, limit, offset)
	return collect(rows, err, ideaTargets)
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
