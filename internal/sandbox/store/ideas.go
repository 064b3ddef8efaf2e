package store

import (
	"database/sql"
	"encoding/json"
)

// Statuses are the statuses of an idea, in the usual order
// (https://docs.neuralrepo.com/getting-started/concepts).
var Statuses = []string{"captured", "exploring", "building", "shipped", "shelved"}

// Idea is an idea in a list (https://docs.neuralrepo.com/api/ideas). Its id is
// unique in the sandbox, and its number among the ideas of the user.
type Idea struct {
	ID         int64    `json:"id"`
	Number     int64    `json:"number"`
	Title      string   `json:"title"`
	Body       string   `json:"body"`
	Status     string   `json:"status"`
	Source     string   `json:"source"`
	SourceURL  *string  `json:"source_url"`
	Tags       []string `json:"tags"`
	IsArchived bool     `json:"is_archived"`
	CreatedAt  string   `json:"created_at"`
	UpdatedAt  string   `json:"updated_at"`
}

// FullIdea is a single idea with its relations.
type FullIdea struct {
	Idea
	ParentID  *int64 // from the first relation of type parent, nil if there is none
	Links     []Link
	Relations []Relation // outgoing, then incoming
}

// NewIdea is an idea to be created.
type NewIdea struct {
	Title, Body, Status, Source string
	SourceURL                   *string
	Tags                        []string
	ParentID                    int64 // 0 for none
}

// IdeaChange is a change of an idea; a field that is nil is not changed.
type IdeaChange struct {
	Title, Body, Status *string
	Tags                *[]string
}

// IdeaFilter selects the ideas of a list; an empty field selects all.
type IdeaFilter struct {
	Status, Tag   string
	Limit, Offset int
}

// tagNames is a JSON array of the tags of an idea named i, for [jsonStrings].
const tagNames = `(SELECT json_group_array(t.name ORDER BY it.position) FROM idea_tags it JOIN tags t ON t.id = it.tag_id WHERE it.idea_id = i.id)`

// ideaColumns are the columns that ideaTargets scans, of ideas named i.
const ideaColumns = `i.id, i.number, i.title, i.body, i.status, i.source, i.source_url, i.is_archived, i.created_at, i.updated_at, ` + tagNames

func ideaTargets(i *Idea) []any {
	return []any{&i.ID, &i.Number, &i.Title, &i.Body, &i.Status, &i.Source, &i.SourceURL, &i.IsArchived,
		&i.CreatedAt, &i.UpdatedAt, (*jsonStrings)(&i.Tags)}
}

// jsonStrings scans a JSON array of strings.
type jsonStrings []string

func (s *jsonStrings) Scan(src any) error {
	text, _ := src.(string)
	return json.Unmarshal([]byte(text), (*[]string)(s))
}

// Ideas returns the user's ideas that are not archived, newest first.
func (s *Store) Ideas(userID string, f IdeaFilter) ([]Idea, error) {
	rows, err := s.read.Query(`SELECT `+ideaColumns+` FROM ideas i
		WHERE i.user_id = ? AND i.is_archived = 0 AND (? = '' OR i.status = ?)
		AND (? = '' OR EXISTS (SELECT 1 FROM idea_tags it JOIN tags t ON t.id = it.tag_id WHERE it.idea_id = i.id AND t.name = ?))
		ORDER BY i.id DESC LIMIT ? OFFSET ?`,
		userID, f.Status, f.Status, f.Tag, f.Tag, f.Limit, f.Offset)
	return collect(rows, err, ideaTargets)
}

// Idea returns the user's idea with its links and relations. An idea that is archived or
// another user's is not found.
func (s *Store) Idea(userID string, id int64) (FullIdea, error) { return loadIdea(s.read, userID, id) }

func loadIdea(q querier, userID string, id int64) (full FullIdea, err error) {
	err = q.QueryRow(`SELECT `+ideaColumns+` FROM ideas i WHERE i.id = ? AND i.user_id = ? AND i.is_archived = 0`, id, userID).
		Scan(ideaTargets(&full.Idea)...)
	if isNoRows(err) {
		return FullIdea{}, NotFoundError("Idea")
	}
	if err != nil {
		return FullIdea{}, err
	}
	if full.Links, err = loadLinks(q, id); err != nil {
		return FullIdea{}, err
	}
	outgoing, incoming, err := loadRelations(q, id)
	full.Relations = append(outgoing, incoming...)
	for i := range incoming {
		if r := &incoming[i]; r.Type == "parent" && full.ParentID == nil {
			full.ParentID = &r.Source
		}
	}
	return full, err
}

// checkIdea returns a [NotFoundError] unless the idea exists and belongs to the user.
func checkIdea(q querier, userID string, id int64) error {
	var found bool
	err := q.QueryRow("SELECT count(*) FROM ideas WHERE id = ? AND user_id = ? AND is_archived = 0", id, userID).Scan(&found)
	if err == nil && !found {
		err = NotFoundError("Idea")
	}
	return err
}

// Numbers returns the ids of the user's ideas by their numbers, without unknown numbers and
// archived ideas.
func (s *Store) Numbers(userID string, numbers []int64) (ids map[int64]int64, err error) {
	ids = map[int64]int64{}
	for _, number := range numbers {
		var id int64
		err := s.read.QueryRow("SELECT id FROM ideas WHERE user_id = ? AND number = ? AND is_archived = 0", userID, number).Scan(&id)
		if isNoRows(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		ids[number] = id
	}
	return ids, nil
}

// CreateIdea creates an idea of the user.
func (s *Store) CreateIdea(userID string, n NewIdea) (full FullIdea, err error) {
	err = s.write(func(tx *sql.Tx) error {
		if n.ParentID != 0 {
			if err := checkIdea(tx, userID, n.ParentID); err != nil {
				return err
			}
		}
		var id int64
		err := tx.QueryRow(`INSERT INTO ideas (user_id, number, title, body, status, source, source_url, created_at, updated_at)
			VALUES (?1, (SELECT coalesce(max(number), 0) + 1 FROM ideas WHERE user_id = ?1), ?2, ?3, ?4, ?5, ?6, ?7, ?7) RETURNING id`,
			userID, n.Title, n.Body, n.Status, n.Source, n.SourceURL, s.Timestamp()).Scan(&id)
		if err != nil {
			return err
		}
		if err := s.setTags(tx, userID, id, n.Tags); err != nil {
			return err
		}
		if n.ParentID != 0 {
			if err := insertRelation(tx, &Relation{Source: n.ParentID, Target: id, Type: "parent", CreatedAt: s.Timestamp()}); err != nil {
				return err
			}
		}
		if err := s.detectDuplicate(tx, userID, id); err != nil {
			return err
		}
		full, err = loadIdea(tx, userID, id)
		return err
	})
	return full, err
}

// UpdateIdea changes an idea of the user and returns it.
func (s *Store) UpdateIdea(userID string, id int64, c IdeaChange) (full FullIdea, err error) {
	err = s.write(func(tx *sql.Tx) error {
		if err := s.updateIdea(tx, userID, id, c); err != nil {
			return err
		}
		full, err = loadIdea(tx, userID, id)
		return err
	})
	return full, err
}

func (s *Store) updateIdea(tx *sql.Tx, userID string, id int64, c IdeaChange) error {
	err := mustChange("Idea")(tx.Exec(`UPDATE ideas SET title = coalesce(?, title), body = coalesce(?, body),
		status = coalesce(?, status), updated_at = ? WHERE id = ? AND user_id = ? AND is_archived = 0`,
		c.Title, c.Body, c.Status, s.Timestamp(), id, userID))
	if err != nil || c.Tags == nil {
		return err
	}
	return s.setTags(tx, userID, id, *c.Tags)
}

// ArchiveIdea archives an idea: it stays in the database but is no longer found.
func (s *Store) ArchiveIdea(userID string, id int64) error {
	return s.write(func(tx *sql.Tx) error { return s.archive(tx, userID, id) })
}

func (s *Store) archive(tx *sql.Tx, userID string, id int64) error {
	return mustChange("Idea")(tx.Exec(
		"UPDATE ideas SET is_archived = 1, updated_at = ? WHERE id = ? AND user_id = ? AND is_archived = 0",
		s.Timestamp(), id, userID))
}
