package store

import (
	"database/sql"
	"errors"
	"slices"
	"strings"
)

// ErrArchived means that an idea to be merged is archived.
const ErrArchived ConflictError = "Idea is archived"

// Merge merges the user's idea absorb into keep, and returns keep. It joins the bodies with a
// horizontal rule, adds the tags, and moves links and relations. The absorbed idea is shelved
// and archived, and a relation marks it as superseded
// (https://docs.neuralrepo.com/organize/duplicates).
func (s *Store) Merge(userID string, keep, absorb int64) (full FullIdea, err error) {
	err = s.write(func(tx *sql.Tx) error {
		if err := s.merge(tx, userID, keep, absorb); err != nil {
			return err
		}
		full, err = loadIdea(tx, userID, keep)
		return err
	})
	return full, err
}

func (s *Store) merge(tx *sql.Tx, userID string, keep, absorb int64) error {
	kept, err := loadForMerge(tx, userID, keep)
	if err != nil {
		return err
	}
	absorbed, err := loadForMerge(tx, userID, absorb)
	if err != nil {
		return err
	}
	body := strings.TrimSpace(kept.Body + "\n\n---\n\n" + absorbed.Body)
	if kept.Body == "" || absorbed.Body == "" {
		body = kept.Body + absorbed.Body
	}
	tags := kept.Tags
	for _, name := range absorbed.Tags {
		if !slices.Contains(tags, name) && len(tags) < MaxTags {
			tags = append(tags, name)
		}
	}
	if err := s.updateIdea(tx, userID, keep, IdeaChange{Body: &body, Tags: &tags}); err != nil {
		return err
	}
	for _, statement := range []string{
		"UPDATE idea_links SET idea_id = ?1 WHERE idea_id = ?2",
		"UPDATE OR IGNORE idea_relations SET source_idea_id = ?1 WHERE source_idea_id = ?2 AND target_idea_id <> ?1",
		"UPDATE OR IGNORE idea_relations SET target_idea_id = ?1 WHERE target_idea_id = ?2 AND source_idea_id <> ?1",
		"DELETE FROM idea_relations WHERE ?2 IN (source_idea_id, target_idea_id) AND ?1 <> ?2",
		"UPDATE duplicate_detections SET status = 'merged' WHERE status = 'pending' AND (idea_id, duplicate_of_id) IN ((?1, ?2), (?2, ?1))",
	} {
		if _, err := tx.Exec(statement, keep, absorb); err != nil {
			return err
		}
	}
	shelved := "shelved"
	if err := s.updateIdea(tx, userID, absorb, IdeaChange{Status: &shelved}); err != nil {
		return err
	}
	if err := s.archive(tx, userID, absorb); err != nil {
		return err
	}
	return insertRelation(tx, &Relation{Source: keep, Target: absorb, Type: "supersedes", CreatedAt: s.Timestamp()})
}

// loadForMerge returns different errors for an archived idea and a missing one.
func loadForMerge(tx *sql.Tx, userID string, id int64) (FullIdea, error) {
	full, err := loadIdea(tx, userID, id)
	if errors.As(err, new(NotFoundError)) {
		var archived bool
		if e := tx.QueryRow("SELECT count(*) FROM ideas WHERE id = ? AND user_id = ?", id, userID).Scan(&archived); e != nil || archived {
			return full, errors.Join(e, ErrArchived)
		}
	}
	return full, err
}
