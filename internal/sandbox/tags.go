package sandbox

import (
	"database/sql"
	"encoding/json"
	"net/http"
	"slices"
)

const defaultTagColor = "#888888"

// tag is a tag in a list (https://docs.neuralrepo.com/api/tags/, the newer page).
type tag struct {
	ID        int64  `json:"id"`
	Name      string `json:"name"`
	Color     string `json:"color"`
	IdeaCount int64  `json:"idea_count"`
}

func (s *Server) listTags(_ *http.Request, who caller) (reply, error) {
	rows, err := s.store.read.Query(`SELECT t.id, t.name, t.color,
		(SELECT count(*) FROM idea_tags it JOIN ideas i ON i.id = it.idea_id WHERE it.tag_id = t.id AND i.is_archived = 0)
		FROM tags t WHERE t.user_id = ? ORDER BY t.name`, who.user.ID)
	if err != nil {
		return reply{}, err
	}
	tags, err := collect(rows, func(t *tag) []any { return []any{&t.ID, &t.Name, &t.Color, &t.IdeaCount} })
	if err != nil {
		return reply{}, err
	}
	return ok(map[string][]tag{"tags": tags})
}

// tags reads the field "tags": at most 20 of 1 to 50 characters each. A name
// given twice counts once.
func (f fields) tags() (names []string, given bool, err error) {
	raw, given := f["tags"]
	if !given {
		return nil, false, nil
	}
	var list []json.RawMessage
	if json.Unmarshal(raw, &list) != nil || list == nil {
		return nil, true, badRequest("Tags must be an array of strings")
	}
	if len(list) > 20 {
		return nil, true, badRequest("Tags must be at most 20")
	}
	for _, item := range list {
		name, _, err := fields{"each tag": item}.text("each tag", 1, 50)
		if err != nil {
			return nil, true, err
		}
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names, true, nil
}

// setTags gives an idea these tags and no others, and makes the new ones.
func setTags(tx *sql.Tx, userID string, ideaID int64, names []string, now string) error {
	if _, err := tx.Exec("DELETE FROM idea_tags WHERE idea_id = ?", ideaID); err != nil {
		return err
	}
	for position, name := range names {
		_, err := tx.Exec("INSERT INTO tags (user_id, name, color, created_at) VALUES (?, ?, ?, ?) ON CONFLICT (user_id, name) DO NOTHING",
			userID, name, defaultTagColor, now)
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
