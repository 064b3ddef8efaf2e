package sandbox

import (
	"database/sql"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
)

// The words of https://docs.neuralrepo.com/getting-started/concepts.
var (
	ideaStatuses = []string{"captured", "exploring", "building", "shipped", "shelved"}
	ideaSources  = []string{"web", "cli", "claude-mcp", "siri", "email", "api", "shortcut"}
)

// idea is an idea in a list (https://docs.neuralrepo.com/api/ideas). Its id is
// unique in the sandbox, its number counts within the user.
type idea struct {
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

// fullIdea is an idea by itself.
type fullIdea struct {
	idea
	Links     []link     `json:"links"`
	Relations []relation `json:"relations"`
	// Processing is true in the reply to a creation, as documented, and false
	// afterwards: nothing is queued here.
	Processing bool `json:"processing"`
}

// ideaColumns are the columns that ideaTargets scans, of ideas named i.
const ideaColumns = `i.id, i.number, i.title, i.body, i.status, i.source, i.source_url, i.is_archived, i.created_at, i.updated_at,
	(SELECT json_group_array(t.name ORDER BY it.position) FROM idea_tags it JOIN tags t ON t.id = it.tag_id WHERE it.idea_id = i.id)`

func ideaTargets(i *idea) []any {
	return []any{&i.ID, &i.Number, &i.Title, &i.Body, &i.Status, &i.Source, &i.SourceURL, &i.IsArchived,
		&i.CreatedAt, &i.UpdatedAt, (*jsonStrings)(&i.Tags)}
}

// jsonStrings scans a JSON array of strings.
type jsonStrings []string

func (s *jsonStrings) Scan(src any) error {
	text, _ := src.(string)
	return json.Unmarshal([]byte(text), (*[]string)(s))
}

func (s *Server) listIdeas(r *http.Request, who caller) (reply, error) {
	query := r.URL.Query()
	limit, offset, err := page(query)
	if err != nil {
		return reply{}, err
	}
	status, tag, err := ideaFilter(query)
	if err != nil {
		return reply{}, err
	}
	rows, err := s.store.read.Query(`SELECT `+ideaColumns+` FROM ideas i
		WHERE i.user_id = ? AND i.is_archived = 0 AND (? = '' OR i.status = ?)
		AND (? = '' OR EXISTS (SELECT 1 FROM idea_tags it JOIN tags t ON t.id = it.tag_id WHERE it.idea_id = i.id AND t.name = ?))
		ORDER BY i.id DESC LIMIT ? OFFSET ?`,
		who.user.ID, status, status, tag, tag, limit, offset)
	if err != nil {
		return reply{}, err
	}
	ideas, err := collect(rows, ideaTargets)
	if err != nil {
		return reply{}, err
	}
	return ok(ideas)
}

func ideaFilter(query url.Values) (status, tag string, err error) {
	if status = query.Get("status"); status != "" {
		err = checkOneOf("Status", status, ideaStatuses)
	}
	return status, query.Get("tag"), err
}

func (s *Server) getIdea(r *http.Request, who caller) (reply, error) {
	id, err := pathID(r, "id", "Idea")
	if err != nil {
		return reply{}, err
	}
	full, err := loadIdea(s.store.read, who.user.ID, id)
	if err != nil {
		return reply{}, err
	}
	return ok(full)
}

// loadIdea returns the user's idea, or a 404 when it is archived, another
// user's or not there at all.
func loadIdea(q querier, userID string, id int64) (full fullIdea, err error) {
	err = q.QueryRow(`SELECT `+ideaColumns+` FROM ideas i WHERE i.id = ? AND i.user_id = ? AND i.is_archived = 0`, id, userID).
		Scan(ideaTargets(&full.idea)...)
	if errors.Is(err, sql.ErrNoRows) {
		return fullIdea{}, notFound("Idea")
	}
	if err != nil {
		return fullIdea{}, err
	}
	if full.Links, err = loadLinks(q, id); err != nil {
		return fullIdea{}, err
	}
	outgoing, incoming, err := loadRelations(q, id)
	full.Relations = append(outgoing, incoming...)
	return full, err
}

// checkIdea returns a 404 unless the idea is there and the user's.
func checkIdea(q querier, userID string, id int64) error {
	var found bool
	err := q.QueryRow("SELECT count(*) FROM ideas WHERE id = ? AND user_id = ? AND is_archived = 0", id, userID).Scan(&found)
	if err == nil && !found {
		err = notFound("Idea")
	}
	return err
}

func (s *Server) createIdea(r *http.Request, who caller) (reply, error) {
	in, err := readFields(r, false)
	if err != nil {
		return reply{}, err
	}
	change, err := in.ideaChange()
	if err != nil {
		return reply{}, err
	}
	if !change.has.title {
		return reply{}, checkLength("Title", "", 1, 200)
	}
	if !change.has.status {
		change.status = "captured"
	}
	source, given, err := in.oneOf("source", ideaSources)
	if err != nil {
		return reply{}, err
	}
	if !given {
		source = "api"
	}
	var sourceURL sql.NullString
	if sourceURL.String, sourceURL.Valid, err = in.url("source_url", 2000); err != nil {
		return reply{}, err
	}
	parent, hasParent, err := in.id("parent_id")
	if err != nil {
		return reply{}, err
	}

	var full fullIdea
	err = s.store.write(func(tx *sql.Tx) error {
		if hasParent {
			if err := checkIdea(tx, who.user.ID, parent); err != nil {
				return err
			}
		}
		var id int64
		now := s.timestamp()
		err := tx.QueryRow(`INSERT INTO ideas (user_id, number, title, body, status, source, source_url, created_at, updated_at)
			VALUES (?1, (SELECT coalesce(max(number), 0) + 1 FROM ideas WHERE user_id = ?1), ?2, ?3, ?4, ?5, ?6, ?7, ?7) RETURNING id`,
			who.user.ID, change.title, change.body, change.status, source, sourceURL, now).Scan(&id)
		if err != nil {
			return err
		}
		if err := setTags(tx, who.user.ID, id, change.tags, now); err != nil {
			return err
		}
		if hasParent {
			if err := insertRelation(tx, relation{Source: parent, Target: id, Type: "parent", CreatedAt: now}); err != nil {
				return err
			}
		}
		full, err = loadIdea(tx, who.user.ID, id)
		return err
	})
	if err != nil {
		return reply{}, err
	}
	full.Processing = true
	return created(full)
}

// ideaChange is the part of an idea that can be set at creation and later.
type ideaChange struct {
	title, body, status string
	tags                []string
	has                 struct{ title, body, status, tags bool }
}

// ideaChange reads those fields within their documented limits.
func (f fields) ideaChange() (c ideaChange, err error) {
	if c.title, c.has.title, err = f.text("title", 1, 200); err != nil {
		return c, err
	}
	if c.body, c.has.body, err = f.text("body", 0, 50000); err != nil {
		return c, err
	}
	if c.status, c.has.status, err = f.oneOf("status", ideaStatuses); err != nil {
		return c, err
	}
	c.tags, c.has.tags, err = f.tags()
	return c, err
}

func (s *Server) updateIdea(r *http.Request, who caller) (reply, error) {
	id, err := pathID(r, "id", "Idea")
	if err != nil {
		return reply{}, err
	}
	in, err := readFields(r, false)
	if err != nil {
		return reply{}, err
	}
	change, err := in.ideaChange()
	if err != nil {
		return reply{}, err
	}
	has := change.has
	if !has.title && !has.body && !has.status && !has.tags {
		return reply{}, badRequest("Nothing to update: send title, body, status or tags")
	}
	var full fullIdea
	err = s.store.write(func(tx *sql.Tx) error {
		now := s.timestamp()
		err := mustChange("Idea")(tx.Exec(`UPDATE ideas SET title = iif(?, ?, title), body = iif(?, ?, body),
			status = iif(?, ?, status), updated_at = ? WHERE id = ? AND user_id = ? AND is_archived = 0`,
			has.title, change.title, has.body, change.body, has.status, change.status, now, id, who.user.ID))
		if err != nil {
			return err
		}
		if has.tags {
			if err := setTags(tx, who.user.ID, id, change.tags, now); err != nil {
				return err
			}
		}
		full, err = loadIdea(tx, who.user.ID, id)
		return err
	})
	if err != nil {
		return reply{}, err
	}
	return ok(full)
}

// archiveIdea is what DELETE does: the idea stays in the database and is not
// found any more.
func (s *Server) archiveIdea(r *http.Request, who caller) (reply, error) {
	id, err := pathID(r, "id", "Idea")
	if err != nil {
		return reply{}, err
	}
	err = s.store.write(func(tx *sql.Tx) error {
		return mustChange("Idea")(tx.Exec(
			"UPDATE ideas SET is_archived = 1, updated_at = ? WHERE id = ? AND user_id = ? AND is_archived = 0",
			s.timestamp(), id, who.user.ID))
	})
	if err != nil {
		return reply{}, err
	}
	return success()
}
