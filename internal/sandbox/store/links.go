package store

import "database/sql"

// Link is a URL attached to an idea (https://docs.neuralrepo.com/api/links).
type Link struct {
	ID        int64   `json:"id"`
	URL       string  `json:"url"`
	Title     *string `json:"title"`
	LinkType  string  `json:"link_type"`
	CreatedAt string  `json:"created_at"`
}

func loadLinks(q querier, ideaID int64) ([]Link, error) {
	rows, err := q.Query("SELECT id, url, title, link_type, created_at FROM idea_links WHERE idea_id = ? ORDER BY id", ideaID)
	return collect(rows, err, func(l *Link) []any { return []any{&l.ID, &l.URL, &l.Title, &l.LinkType, &l.CreatedAt} })
}

// Links returns the links of an idea of the user, oldest first.
func (s *Store) Links(userID string, ideaID int64) ([]Link, error) {
	if err := checkIdea(s.read, userID, ideaID); err != nil {
		return nil, err
	}
	return loadLinks(s.read, ideaID)
}

// CreateLink adds a link to an idea of the user.
func (s *Store) CreateLink(userID string, ideaID int64, l Link) (Link, error) {
	l.CreatedAt = s.Timestamp()
	err := s.write(func(tx *sql.Tx) error {
		if err := checkIdea(tx, userID, ideaID); err != nil {
			return err
		}
		return tx.QueryRow("INSERT INTO idea_links (idea_id, url, title, link_type, created_at) VALUES (?, ?, ?, ?, ?) RETURNING id",
			ideaID, l.URL, l.Title, l.LinkType, l.CreatedAt).Scan(&l.ID)
	})
	return l, err
}

// DeleteLink removes a link from an idea of the user.
func (s *Store) DeleteLink(userID string, ideaID, id int64) error {
	return s.write(func(tx *sql.Tx) error {
		if err := checkIdea(tx, userID, ideaID); err != nil {
			return err
		}
		return mustChange("Link")(tx.Exec("DELETE FROM idea_links WHERE id = ? AND idea_id = ?", id, ideaID))
	})
}
