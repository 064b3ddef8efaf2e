package store

import "database/sql"

// Duplicate is a pending detection: two ideas that look like one
// (https://docs.neuralrepo.com/api/duplicates).
type Duplicate struct {
	ID          int64
	Idea, Other Neighbour // the newer idea, and the one that a merge would keep
	Score       float64   // 0 to 1
	CreatedAt   string
}

// Duplicates returns the user's pending detections, oldest first, without those where one of
// the ideas is archived.
func (s *Store) Duplicates(userID string) ([]Duplicate, error) {
	rows, err := s.read.Query(`SELECT d.id, d.similarity_score, d.created_at, a.id, a.number, a.title, a.status, b.id, b.number, b.title, b.status
		FROM duplicate_detections d JOIN ideas a ON a.id = d.idea_id JOIN ideas b ON b.id = d.duplicate_of_id
		WHERE a.user_id = ? AND d.status = 'pending' AND a.is_archived = 0 AND b.is_archived = 0 ORDER BY d.id`, userID)
	return collect(rows, err, func(d *Duplicate) []any {
		return []any{&d.ID, &d.Score, &d.CreatedAt, &d.Idea.ID, &d.Idea.Number, &d.Idea.Title, &d.Idea.Status,
			&d.Other.ID, &d.Other.Number, &d.Other.Title, &d.Other.Status}
	})
}

// detectDuplicate replaces the comparison of embeddings: an idea looks like an older one if
// they have the same title, ignoring case.
func (s *Store) detectDuplicate(tx *sql.Tx, userID string, id int64) error {
	_, err := tx.Exec(`INSERT INTO duplicate_detections (idea_id, duplicate_of_id, similarity_score, status, created_at)
		SELECT n.id, o.id, iif(n.body = o.body, 1, 0.9), 'pending', ?
		FROM ideas n JOIN ideas o ON o.user_id = n.user_id AND o.title = n.title COLLATE NOCASE AND o.is_archived = 0 AND o.id < n.id
		WHERE n.id = ? AND n.user_id = ? ORDER BY o.id LIMIT 1`, s.Timestamp(), id, userID)
	return err
}

// DismissDuplicate dismisses a pending detection of the user.
func (s *Store) DismissDuplicate(userID string, id int64) error {
	return s.write(func(tx *sql.Tx) error {
		return mustChange("Duplicate")(tx.Exec(`UPDATE duplicate_detections SET status = 'dismissed'
			WHERE id = ? AND status = 'pending' AND idea_id IN (SELECT id FROM ideas WHERE user_id = ?)`, id, userID))
	})
}

// MergeDuplicate merges the two ideas of a pending detection of the user.
func (s *Store) MergeDuplicate(userID string, id int64) error {
	return s.write(func(tx *sql.Tx) error {
		var absorb, keep int64
		err := tx.QueryRow(`SELECT d.idea_id, d.duplicate_of_id FROM duplicate_detections d JOIN ideas i ON i.id = d.idea_id
			WHERE d.id = ? AND d.status = 'pending' AND i.user_id = ?`, id, userID).Scan(&absorb, &keep)
		if isNoRows(err) {
			return NotFoundError("Duplicate")
		}
		if err != nil {
			return err
		}
		return s.merge(tx, userID, keep, absorb)
	})
}
