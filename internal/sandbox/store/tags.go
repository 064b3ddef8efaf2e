package store

import "database/sql"

const defaultTagColor = "#888888"

// Tag is a tag in a list (https://docs.neuralrepo.com/api/tags/).
type Tag struct {
	ID        int64  `json:"id"`
	Name      string `json:"name"`
	Color     string `json:"color"`
	IdeaCount int64  `json:"idea_count"` // without archived ideas
}

// Tags returns the user's tags by name.
func (s *Store) Tags(userID string) ([]Tag, error) {
	rows, err := s.read.Query(`SELECT t.id, t.name, t.color,
		(SELECT count(*) FROM idea_tags it JOIN ideas i ON i.id = it.idea_id WHERE it.tag_id = t.id AND i.is_archived = 0)
		FROM tags t WHERE t.user_id = ? ORDER BY t.name`, userID)
	return collect(rows, err, func(t *Tag) []any { return []any{&t.ID, &t.Name, &t.Color, &t.IdeaCount} })
}

// setTags gives an idea these tags and no others, and makes the new ones.
func (s *Store) setTags(tx *sql.Tx, userID string, ideaID int64, names []string) error {
	if _, err := tx.Exec("DELETE FROM idea_tags WHERE idea_id = ?", ideaID); err != nil {
		return err
	}
	for position, name := range names {
		_, err := tx.Exec("INSERT INTO tags (user_id, name, color, created_at) VALUES (?, ?, ?, ?) ON CONFLICT (user_id, name) DO NOTHING",
			userID, name, defaultTagColor, s.Timestamp())
		if err != nil {
			return err
		}
		_, err = tx.Exec("INSERT INTO idea_tags (idea_id, position, tag_id) SELECT ?, ?, id FROM tags WHERE user_id = ? AND name = ?",
			ideaID, position, userID, name)
		if err != nil {
			return err
		}
	}
	return nil
}
