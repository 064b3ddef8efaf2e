package store

import "database/sql"

const defaultTagColor = "#888888"

// ErrTagTaken means that there is already a tag with that name.
const ErrTagTaken ConflictError = "Tag name is taken"

// Tag is a tag (https://docs.neuralrepo.com/api/tags/).
type Tag struct {
	ID        int64
	Name      string
	Color     string
	CreatedAt string
	IdeaCount int64 // without archived ideas
}

// SimilarTag is a tag that often has the same ideas as another tag.
type SimilarTag struct {
	Name       string  `json:"name"`
	IdeaCount  int64   `json:"idea_count"`
	Similarity float64 `json:"similarity"` // 0 to 1
}

// tagColumns are the columns that tagTargets scans, of tags named t.
const tagColumns = `t.id, t.name, t.color, t.created_at,
	(SELECT count(*) FROM idea_tags it JOIN ideas i ON i.id = it.idea_id WHERE it.tag_id = t.id AND i.is_archived = 0)`

func tagTargets(t *Tag) []any { return []any{&t.ID, &t.Name, &t.Color, &t.CreatedAt, &t.IdeaCount} }

// Tags returns the user's tags by name.
func (s *Store) Tags(userID string) ([]Tag, error) {
	rows, err := s.read.Query(`SELECT `+tagColumns+` FROM tags t WHERE t.user_id = ? ORDER BY t.name`, userID)
	return collect(rows, err, tagTargets)
}

// SimilarTags replaces a comparison of embeddings: it returns the tags that share ideas with
// the named tag, sorted by the share of ideas that have both.
func (s *Store) SimilarTags(userID, name string, limit int) ([]SimilarTag, error) {
	var id int64
	err := s.read.QueryRow("SELECT id FROM tags WHERE user_id = ? AND name = ?", userID, name).Scan(&id)
	if isNoRows(err) {
		return nil, NotFoundError("Tag")
	}
	if err != nil {
		return nil, err
	}
	rows, err := s.read.Query(`WITH live AS (SELECT it.tag_id, it.idea_id FROM idea_tags it JOIN ideas i ON i.id = it.idea_id WHERE i.is_archived = 0),
			own AS (SELECT idea_id FROM live WHERE tag_id = ?1),
			others AS (SELECT tag_id, count(*) AS n, sum(idea_id IN own) AS shared FROM live WHERE tag_id <> ?1 GROUP BY tag_id)
		SELECT t.name, o.n, round(1.0 * o.shared / (o.n + (SELECT count(*) FROM own) - o.shared), 2) AS similarity
		FROM others o JOIN tags t ON t.id = o.tag_id WHERE o.shared > 0 ORDER BY similarity DESC, t.name LIMIT ?2`, id, limit)
	return collect(rows, err, func(t *SimilarTag) []any { return []any{&t.Name, &t.IdeaCount, &t.Similarity} })
}

// CreateTag creates a tag of the user. An empty color means the default.
func (s *Store) CreateTag(userID, name, color string) (Tag, error) {
	if color == "" {
		color = defaultTagColor
	}
	t := Tag{Name: name, Color: color, CreatedAt: s.Timestamp()}
	return t, s.write(func(tx *sql.Tx) error {
		err := tx.QueryRow("INSERT INTO tags (user_id, name, color, created_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING id",
			userID, t.Name, t.Color, t.CreatedAt).Scan(&t.ID)
		if isNoRows(err) {
			return ErrTagTaken
		}
		return err
	})
}

// UpdateTag renames or recolors a tag of the user; a field that is nil is not changed.
func (s *Store) UpdateTag(userID string, id int64, name, color *string) (t Tag, err error) {
	err = s.write(func(tx *sql.Tx) error {
		var taken bool
		err := tx.QueryRow("SELECT count(*) FROM tags WHERE user_id = ? AND name = ? AND id <> ?", userID, name, id).Scan(&taken)
		if err == nil && taken {
			err = ErrTagTaken
		}
		if err != nil {
			return err
		}
		err = mustChange("Tag")(tx.Exec("UPDATE tags SET name = coalesce(?, name), color = coalesce(?, color) WHERE id = ? AND user_id = ?",
			name, color, id, userID))
		if err != nil {
			return err
		}
		return tx.QueryRow(`SELECT `+tagColumns+` FROM tags t WHERE t.id = ?`, id).Scan(tagTargets(&t)...)
	})
	return t, err
}

// DeleteTag deletes a tag of the user and removes it from all ideas.
func (s *Store) DeleteTag(userID string, id int64) error {
	return s.write(func(tx *sql.Tx) error {
		_, err := tx.Exec("DELETE FROM idea_tags WHERE tag_id IN (SELECT id FROM tags WHERE id = ? AND user_id = ?)", id, userID)
		if err != nil {
			return err
		}
		return mustChange("Tag")(tx.Exec("DELETE FROM tags WHERE id = ? AND user_id = ?", id, userID))
	})
}

// setTags replaces the tags of an idea, and creates tags that do not exist.
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
