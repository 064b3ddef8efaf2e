package neuralrepo

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"
)

// The modes of a search (https://docs.neuralrepo.com/api/search).
const (
	SearchKeyword  = "keyword"  // by words (full text)
	SearchSemantic = "semantic" // by meaning, or by words if that finds nothing
)

// SearchQuery is a search. Text is required.
type SearchQuery struct {
	Text   string // 1 to 500 characters
	Mode   string // SearchKeyword or SearchSemantic; "" for the default of the service, SearchSemantic
	Limit  int    // 1 to 100; 0 for the default of the service, 20
	Offset int    // how many to skip
}

// Validate checks the documented limits of the service.
func (q SearchQuery) Validate() error {
	size := utf8.RuneCountInString(q.Text)
	switch {
	case strings.TrimSpace(q.Text) == "":
		return errors.New("there is nothing to search for")
	case !utf8.ValidString(q.Text):
		return errNotText("query")
	case size > 500:
		return errors.New("the query has " + strconv.Itoa(size) + " characters; the limit is 500")
	case q.Mode != "" && q.Mode != SearchKeyword && q.Mode != SearchSemantic:
		return errors.New("the mode must be " + SearchKeyword + " or " + SearchSemantic)
	case q.Limit < 0 || q.Limit > 100:
		return errors.New("the limit must be 1 to 100")
	}
	return nil
}

// SearchResult is the result of a search.
type SearchResult struct {
	// Query is the text of the search. "" if the service does not repeat it.
	Query string `json:"query"`
	// Type is how the service searched: "semantic", or "fts" or "keyword" for full
	// text.
	Type string `json:"search_type"`
	// Results are the ideas that were found, best match first; empty for none.
	Results []Match `json:"results"`

	// Raw is the object as the service sent it.
	Raw json.RawMessage `json:"-"`
}

// Match is an idea found by a search.
type Match struct {
	Idea
	// Score is how well the idea matches; from 0 to 1 for a semantic search. nil
	// if the service sends none.
	Score *float64
}

// UnmarshalJSON fills the fields and keeps the object in Raw.
func (r *SearchResult) UnmarshalJSON(doc []byte) (err error) {
	type fields SearchResult
	r.Raw, err = decodeRaw(doc, (*fields)(r))
	if err == nil && r.Results == nil {
		err = errors.New("there are no results")
	}
	return err
}

// MarshalJSON returns Raw, or null if that is nil.
func (r SearchResult) MarshalJSON() ([]byte, error) { return r.Raw.MarshalJSON() }

// UnmarshalJSON fills the fields and keeps the object in Raw.
func (m *Match) UnmarshalJSON(doc []byte) error {
	if err := json.Unmarshal(doc, &m.Idea); err != nil {
		return err
	}
	return json.Unmarshal(doc, &struct{ Score **float64 }{&m.Score})
}

// SearchIdeas searches titles and bodies: GET /ideas/search. It may take a moment
// until a search finds a new idea. If q is not valid, the error has the code usage,
// and nothing is sent.
func (c *Client) SearchIdeas(ctx context.Context, q SearchQuery) (SearchResult, error) {
	if err := q.Validate(); err != nil {
		return SearchResult{}, usageError(err.Error())
	}
	query := url.Values{"q": {q.Text}}
	if q.Mode != "" {
		query.Set("mode", q.Mode)
	}
	for name, value := range map[string]int{"limit": q.Limit, "offset": q.Offset} {
		if value != 0 {
			query.Set(name, strconv.Itoa(value))
		}
	}
	var r SearchResult
	err := c.call(ctx, http.MethodGet, "/ideas/search?"+query.Encode(), nil, &r)
	found := c.note()
	for _, match := range r.Results {
		found.add(match.Idea)
	}
	c.save(found, false)
	return r, err
}
