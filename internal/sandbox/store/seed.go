package store

import (
	"cmp"
	"database/sql"
	"fmt"
	"slices"
)

// SeedIdea is an idea from another database.
type SeedIdea struct {
	NewIdea
	ID, Number           int64  // in the other database; 0 if unknown
	CreatedAt, UpdatedAt string // "" for now
	Links                []Link
	Relations            []Relation // with ids of the other database; a "duplicate" is a pending detection too
}

// AddIdeas adds ideas of the user, unless the user already has ideas. They keep their numbers
// and get new ids, in the order of the numbers. Relations to other ideas are left out.
func (s *Store) AddIdeas(userID string, ideas []SeedIdea) error {
	if len(ideas) == 0 {
		return nil
	}
	ideas = slices.Clone(ideas)
	slices.SortStableFunc(ideas, func(a, b SeedIdea) int {
		return cmp.Compare(uint64(a.Number-1), uint64(b.Number-1)) // those without a number last
	})
	return s.write(func(tx *sql.Tx) error {
		var some bool
		if err := tx.QueryRow("SELECT EXISTS (SELECT 1 FROM ideas WHERE user_id = ?)", userID).Scan(&some); err != nil || some {
			return err
		}
		ids := map[int64]int64{} // new ids by old ids
		numbers := map[int64]bool{}
		last := int64(0)
		for _, idea := range ideas {
			if idea.Number == 0 {
				idea.Number = last + 1
			}
			if last = idea.Number; numbers[last] {
				return fmt.Errorf("two ideas have the number %d", last)
			}
			numbers[last] = true
			id, err := s.addIdea(tx, userID, idea)
			if err != nil {
				return err
			}
			if _, twice := ids[idea.ID]; twice && idea.ID != 0 {
				return fmt.Errorf("two ideas have the id %d", idea.ID)
			}
			ids[idea.ID] = id
		}
		for _, idea := range ideas {
			for _, r := range idea.Relations {
				r.Source, r.Target = ids[r.Source], ids[r.Target]
				if r.Source == 0 || r.Target == 0 || r.Source == r.Target {
					continue
				}
				if err := s.addRelation(tx, r); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

func (s *Store) addIdea(tx *sql.Tx, userID string, idea SeedIdea) (id int64, err error) {
	created := cmp.Or(idea.CreatedAt, s.Timestamp())
	err = tx.QueryRow(`INSERT INTO ideas (user_id, number, title, body, status, source, source_url, created_at, updated_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`,
		userID, idea.Number, idea.Title, idea.Body, idea.Status, idea.Source, idea.SourceURL, created, cmp.Or(idea.UpdatedAt, created)).Scan(&id)
	if err != nil {
		return 0, err
	}
	for _, l := range idea.Links {
		_, err := tx.Exec("INSERT INTO idea_links (idea_id, url, title, link_type, created_at) VALUES (?, ?, ?, ?, ?)",
			id, l.URL, l.Title, l.LinkType, cmp.Or(l.CreatedAt, created))
		if err != nil {
			return 0, err
		}
	}
	return id, s.setTags(tx, userID, id, idea.Tags)
}

func (s *Store) addRelation(tx *sql.Tx, r Relation) error {
	r.CreatedAt = s.Timestamp()
	if err := insertRelation(tx, &r); err != nil || r.Type != "duplicate" {
		return err
	}
	_, err := tx.Exec(`INSERT INTO duplicate_detections (idea_id, duplicate_of_id, similarity_score, status, created_at)
		SELECT ?1, ?2, 0.9, 'pending', ?3
		WHERE NOT EXISTS (SELECT 1 FROM duplicate_detections WHERE idea_id = ?1 AND duplicate_of_id = ?2)`,
		max(r.Source, r.Target), min(r.Source, r.Target), r.CreatedAt)
	return err
}
