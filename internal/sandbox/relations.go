package sandbox

import (
	"database/sql"
	"net/http"
)

// relation is an edge between two ideas of a user
// (https://docs.neuralrepo.com/api/relations).
type relation struct {
	ID        int64   `json:"id"`
	Source    int64   `json:"source_idea_id"`
	Target    int64   `json:"target_idea_id"`
	Type      string  `json:"relation_type"`
	Note      *string `json:"note"`
	CreatedAt string  `json:"created_at"`
}

func (s *Server) listRelations(r *http.Request, who caller) (reply, error) {
	id, err := pathID(r, "id", "Idea")
	if err != nil {
		return reply{}, err
	}
	if err := checkIdea(s.store.read, who.user.ID, id); err != nil {
		return reply{}, err
	}
	outgoing, incoming, err := loadRelations(s.store.read, id)
	if err != nil {
		return reply{}, err
	}
	return ok(map[string][]relation{"outgoing": outgoing, "incoming": incoming})
}

// loadRelations returns the relations from and to an idea whose other end is
// not archived.
func loadRelations(q querier, ideaID int64) (outgoing, incoming []relation, err error) {
	load := func(near, far string) ([]relation, error) {
		rows, err := q.Query(`SELECT r.id, r.source_idea_id, r.target_idea_id, r.relation_type, r.note, r.created_at
			FROM idea_relations r JOIN ideas i ON i.id = r.`+far+` WHERE r.`+near+` = ? AND i.is_archived = 0 ORDER BY r.id`, ideaID)
		if err != nil {
			return nil, err
		}
		return collect(rows, func(r *relation) []any {
			return []any{&r.ID, &r.Source, &r.Target, &r.Type, &r.Note, &r.CreatedAt}
		})
	}
	if outgoing, err = load("source_idea_id", "target_idea_id"); err != nil {
		return nil, nil, err
	}
	incoming, err = load("target_idea_id", "source_idea_id")
	return outgoing, incoming, err
}

func insertRelation(tx *sql.Tx, r relation) error {
	_, err := tx.Exec("INSERT INTO idea_relations (source_idea_id, target_idea_id, relation_type, note, created_at) VALUES (?, ?, ?, ?, ?)",
		r.Source, r.Target, r.Type, r.Note, r.CreatedAt)
	return err
}
