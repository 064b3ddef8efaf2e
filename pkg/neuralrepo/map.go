package neuralrepo

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
)

// Map is all ideas of the user with their relations
// (https://docs.neuralrepo.com/api/map).
type Map struct {
	Nodes []MapNode `json:"nodes"`
	Edges []MapEdge `json:"edges"`
}

// MapNode is an idea on the map. The service sends no numbers here.
type MapNode struct {
	ID     ID       `json:"id"`
	Title  string   `json:"title"`
	Status string   `json:"status"` // one of Statuses
	Tags   []string `json:"tags"`   // nil or empty for none
}

// MapEdge is a relation on the map.
type MapEdge struct {
	ID       ID     `json:"id"`
	SourceID ID     `json:"source"`        // of a node
	TargetID ID     `json:"target"`        // of a node
	Type     string `json:"relation_type"` // one of RelationTypes, or "duplicate"
	Note     string `json:"note"`          // "" for none
}

// UnmarshalJSON refuses what has no nodes or edges.
func (m *Map) UnmarshalJSON(doc []byte) error {
	type fields Map
	err := json.Unmarshal(doc, (*fields)(m))
	if err == nil && (m.Nodes == nil || m.Edges == nil) {
		err = errors.New("there are no nodes or no edges")
	}
	return err
}

// Map returns the map: GET /map, one request whatever the number of ideas.
func (c *Client) Map(ctx context.Context) (Map, error) {
	var m Map
	err := c.call(ctx, http.MethodGet, "/map", nil, &m)
	return m, err
}
