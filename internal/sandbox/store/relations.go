package store

import (
	"database/sql"
	"slices"
)

// RelationTypes are the types that a person can create
// (https://docs.neuralrepo.com/organize/relations).
var RelationTypes = []string{"related", "parent", "blocks", "inspires", "supersedes"}

// acyclic are the types whose relations must not form a cycle.
var acyclic = []string{"parent", "blocks", "supersedes"}

// ErrCycle means that a relation would close a cycle.
const ErrCycle ConflictError = "Relation would create a cycle"

// Relation is an edge between two ideas of a user
// (https://docs.neuralrepo.com/api/relations).
type Relation struct {
	ID        int64
	Source    int64
	Target    int64
	Type      string
	Score     *float64 // for a relation that the service detected; nil for others
	Note      *string
	CreatedAt string
	Far       Neighbour // the other idea, in the relations of an idea
}

// Neighbour is an idea at the end of a relation.
type Neighbour struct {
	ID, Number    int64
	Title, Status string
}

// RelationChange is a change of a relation; a field that is nil is not changed.
type RelationChange struct{ Type, Note *string }

// Edge is a relation in the map (https://docs.neuralrepo.com/api/map).
type Edge struct {
	ID     int64   `json:"id"`
	Source int64   `json:"source"`
	Target int64   `json:"target"`
	Type   string  `json:"relation_type"`
	Note   *string `json:"note"`
}

// Relations returns the relations of the user's idea, oldest first, without those to archived
// ideas.
func (s *Store) Relations(userID string, ideaID int64) (outgoing, incoming []Relation, err error) {
	if err := checkIdea(s.read, userID, ideaID); err != nil {
		return nil, nil, err
	}
	return loadRelations(s.read, ideaID)
}

func loadRelations(q querier, ideaID int64) (outgoing, incoming []Relation, err error) {
	load := func(near, far string) ([]Relation, error) {
		rows, err := q.Query(`SELECT r.id, r.source_idea_id, r.target_idea_id, r.relation_type, r.score, r.note, r.created_at,
				i.id, i.number, i.title, i.status
			FROM idea_relations r JOIN ideas i ON i.id = r.`+far+` WHERE r.`+near+` = ? AND i.is_archived = 0 ORDER BY r.id`, ideaID)
		return collect(rows, err, func(r *Relation) []any {
			return []any{&r.ID, &r.Source, &r.Target, &r.Type, &r.Score, &r.Note, &r.CreatedAt,
				&r.Far.ID, &r.Far.Number, &r.Far.Title, &r.Far.Status}
		})
	}
	if outgoing, err = load("source_idea_id", "target_idea_id"); err != nil {
		return nil, nil, err
	}
	incoming, err = load("target_idea_id", "source_idea_id")
	return outgoing, incoming, err
}

// Edges returns all relations between ideas of the user that are not archived,
// oldest first.
func (s *Store) Edges(userID string) ([]Edge, error) {
	rows, err := s.read.Query(`SELECT r.id, r.source_idea_id, r.target_idea_id, r.relation_type, r.note
		FROM idea_relations r JOIN ideas a ON a.id = r.source_idea_id JOIN ideas b ON b.id = r.target_idea_id
		WHERE a.user_id = ? AND a.is_archived = 0 AND b.is_archived = 0 ORDER BY r.id`, userID)
	return collect(rows, err, func(e *Edge) []any { return []any{&e.ID, &e.Source, &e.Target, &e.Type, &e.Note} })
}

// Relate creates relations of the user from source, target, type and note, and returns the
// result for each. A relation that already exists gets the note. For types that allow no
// cycle, closing one is [ErrCycle], unless force is set.
func (s *Store) Relate(userID string, force bool, wanted ...Relation) (made []Relation, refused []error, err error) {
	refused = make([]error, len(wanted))
	err = s.write(func(tx *sql.Tx) error {
		made = slices.Clone(wanted)
		for i := range made {
			err := s.relate(tx, userID, force, &made[i])
			if refused[i] = err; err != nil && !isRefusal(err) {
				return err
			}
		}
		return nil
	})
	return made, refused, err
}

func (s *Store) relate(tx *sql.Tx, userID string, force bool, r *Relation) error {
	for _, id := range []int64{r.Source, r.Target} {
		if err := checkIdea(tx, userID, id); err != nil {
			return err
		}
	}
	if !force {
		if err := checkCycle(tx, *r); err != nil {
			return err
		}
	}
	r.CreatedAt = s.Timestamp()
	return insertRelation(tx, r)
}

// insertRelation adds r and sets its id, or finds the existing relation.
func insertRelation(tx *sql.Tx, r *Relation) error {
	return tx.QueryRow(`INSERT INTO idea_relations (source_idea_id, target_idea_id, relation_type, score, note, created_at)
		VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT DO UPDATE SET note = coalesce(excluded.note, note) RETURNING id, note, created_at`,
		r.Source, r.Target, r.Type, r.Score, r.Note, r.CreatedAt).Scan(&r.ID, &r.Note, &r.CreatedAt)
}

func checkCycle(q querier, r Relation) error {
	if !slices.Contains(acyclic, r.Type) {
		return nil
	}
	var closes bool
	err := q.QueryRow(`WITH RECURSIVE reached(id) AS (SELECT ?1 UNION
			SELECT n.target_idea_id FROM idea_relations n JOIN reached ON n.source_idea_id = reached.id
			WHERE n.relation_type = ?2 AND n.id <> ?3)
		SELECT EXISTS (SELECT 1 FROM reached WHERE id = ?4)`, r.Target, r.Type, r.ID, r.Source).Scan(&closes)
	if err == nil && closes {
		err = ErrCycle
	}
	return err
}

// UpdateRelation changes a relation of the user and returns it. The error may be [ErrCycle],
// for a new type.
func (s *Store) UpdateRelation(userID string, id int64, c RelationChange) (r Relation, err error) {
	err = s.write(func(tx *sql.Tx) error {
		err := tx.QueryRow(`SELECT r.id, r.source_idea_id, r.target_idea_id, coalesce(?, r.relation_type), r.score, coalesce(?, r.note), r.created_at
			FROM idea_relations r JOIN ideas i ON i.id = r.source_idea_id WHERE r.id = ? AND i.user_id = ?`,
			c.Type, c.Note, id, userID).Scan(&r.ID, &r.Source, &r.Target, &r.Type, &r.Score, &r.Note, &r.CreatedAt)
		if isNoRows(err) {
			return NotFoundError("Relation")
		}
		if err != nil {
			return err
		}
		if err := checkCycle(tx, r); err != nil {
			return err
		}
		// An existing relation of that type between the two ideas is replaced.
		if _, err := tx.Exec("DELETE FROM idea_relations WHERE source_idea_id = ? AND target_idea_id = ? AND relation_type = ? AND id <> ?",
			r.Source, r.Target, r.Type, id); err != nil {
			return err
		}
		_, err = tx.Exec("UPDATE idea_relations SET relation_type = ?, note = ? WHERE id = ?", r.Type, r.Note, id)
		return err
	})
	return r, err
}

// DeleteRelation deletes a relation of the user.
func (s *Store) DeleteRelation(userID string, id int64) error {
	return s.write(func(tx *sql.Tx) error {
		return mustChange("Relation")(tx.Exec(`DELETE FROM idea_relations
			WHERE id = ? AND source_idea_id IN (SELECT id FROM ideas WHERE user_id = ?)`, id, userID))
	})
}
