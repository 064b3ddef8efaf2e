package store

import "database/sql"

// Relation is an edge between two ideas of a user
// (https://docs.neuralrepo.com/api/relations).
type Relation struct {
	ID        int64   `json:"id"`
	Source    int64   `json:"source_idea_id"`
	Target    int64   `json:"target_idea_id"`
	Type      string  `json:"relation_type"`
	Note      *string `json:"note"`
	CreatedAt string  `json:"created_at"`
}

// Relations returns the relations from and to an idea of the user whose other
// end is not archived, oldest first.
func (s *Store) Relations(userID string, ideaID int64) (outgoing, incoming []Relation, err error) {
	if err := checkIdea(s.read, userID, ideaID); err != nil {
		return nil, nil, err
	}
	return loadRelations(s.read, ideaID)
}

func loadRelations(q querier, ideaID int64) (outgoing, incoming []Relation, err error) {
	load := func(near, far string) ([]Relation, error) {
		rows, err := q.Query(`SELECT r.id, r.source_idea_id, r.target_idea_id, r.relation_type, r.note, r.created_at
			FROM idea_relations r JOIN ideas i ON i.id = r.`+far+` WHERE r.`+near+` = ? AND i.is_archived = 0 ORDER BY r.id`, ideaID)
		return collect(rows, err, func(r *Relation) []any {
			return []any{&r.ID, &r.Source, &r.Target, &r.Type, &r.Note, &r.CreatedAt}
		})
	}
	if outgoing, err = load("source_idea_id", "target_idea_id"); err != nil {
		return nil, nil, err
	}
	incoming, err = load("target_idea_id", "source_idea_id")
	return outgoing, incoming, err
}

func insertRelation(tx *sql.Tx, r Relation) error {
	_, err := tx.Exec("INSERT INTO idea_relations (source_idea_id, target_idea_id, relation_type, note, created_at) VALUES (?, ?, ?, ?, ?)",
		r.Source, r.Target, r.Type, r.Note, r.CreatedAt)
	return err
}
