package store

// Node is an idea in the map (https://docs.neuralrepo.com/api/map).
type Node struct {
	ID     int64    `json:"id"`
	Number int64    `json:"-"` // the service's map has only ids
	Title  string   `json:"title"`
	Status string   `json:"status"`
	Tags   []string `json:"tags"`
}

// Nodes returns the user's ideas that are not archived, oldest first.
func (s *Store) Nodes(userID string) ([]Node, error) {
	rows, err := s.read.Query(`SELECT i.id, i.number, i.title, i.status, `+tagNames+`
		FROM ideas i WHERE i.user_id = ? AND i.is_archived = 0 ORDER BY i.id`, userID)
	return collect(rows, err, func(n *Node) []any { return []any{&n.ID, &n.Number, &n.Title, &n.Status, (*jsonStrings)(&n.Tags)} })
}
