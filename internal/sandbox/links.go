package sandbox

import (
	"database/sql"
	"net/http"
)

var linkTypes = []string{"url", "claude-chat", "github-repo", "github-issue", "attachment"}

// link is a web address on an idea (https://docs.neuralrepo.com/api/links).
type link struct {
	ID        int64   `json:"id"`
	URL       string  `json:"url"`
	Title     *string `json:"title"`
	LinkType  string  `json:"link_type"`
	CreatedAt string  `json:"created_at"`
}

func (s *Server) listLinks(r *http.Request, who caller) (reply, error) {
	id, err := pathID(r, "id", "Idea")
	if err != nil {
		return reply{}, err
	}
	if err := checkIdea(s.store.read, who.user.ID, id); err != nil {
		return reply{}, err
	}
	links, err := loadLinks(s.store.read, id)
	if err != nil {
		return reply{}, err
	}
	return ok(links)
}

func loadLinks(q querier, ideaID int64) ([]link, error) {
	rows, err := q.Query("SELECT id, url, title, link_type, created_at FROM idea_links WHERE idea_id = ? ORDER BY id", ideaID)
	if err != nil {
		return nil, err
	}
	return collect(rows, func(l *link) []any { return []any{&l.ID, &l.URL, &l.Title, &l.LinkType, &l.CreatedAt} })
}

func (s *Server) createLink(r *http.Request, who caller) (reply, error) {
	ideaID, err := pathID(r, "id", "Idea")
	if err != nil {
		return reply{}, err
	}
	in, err := readFields(r, false)
	if err != nil {
		return reply{}, err
	}
	l := link{LinkType: "url", CreatedAt: s.timestamp()}
	address, given, err := in.url("url", 2000)
	if err != nil {
		return reply{}, err
	}
	if !given {
		return reply{}, badRequest("Url is required")
	}
	l.URL = address
	title, given, err := in.text("title", 0, 200)
	if err != nil {
		return reply{}, err
	}
	if given {
		l.Title = &title
	}
	linkType, given, err := in.oneOf("link_type", linkTypes)
	if err != nil {
		return reply{}, err
	}
	if given {
		l.LinkType = linkType
	}
	err = s.store.write(func(tx *sql.Tx) error {
		if err := checkIdea(tx, who.user.ID, ideaID); err != nil {
			return err
		}
		return tx.QueryRow("INSERT INTO idea_links (idea_id, url, title, link_type, created_at) VALUES (?, ?, ?, ?, ?) RETURNING id",
			ideaID, l.URL, l.Title, l.LinkType, l.CreatedAt).Scan(&l.ID)
	})
	if err != nil {
		return reply{}, err
	}
	return created(l)
}

func (s *Server) deleteLink(r *http.Request, who caller) (reply, error) {
	ideaID, err := pathID(r, "id", "Idea")
	if err != nil {
		return reply{}, err
	}
	id, err := pathID(r, "link", "Link")
	if err != nil {
		return reply{}, err
	}
	err = s.store.write(func(tx *sql.Tx) error {
		if err := checkIdea(tx, who.user.ID, ideaID); err != nil {
			return err
		}
		return mustChange("Link")(tx.Exec("DELETE FROM idea_links WHERE id = ? AND idea_id = ?", id, ideaID))
	})
	if err != nil {
		return reply{}, err
	}
	return noContent()
}
