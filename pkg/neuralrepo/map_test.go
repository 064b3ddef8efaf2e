package neuralrepo

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestMap(t *testing.T) {
	t.Parallel()
	m, err := asked(t, `{"x":[{}],"edges":[{"id":3,"source":1,"target":"b","relation_type":"blocks","note":null}],
		"nodes":[{"id":1,"title":"A","status":"captured","tags":["a","a"]},{"id":"b","title":"B","status":"shipped","tags":null}]}`,
		func(c *Client) (*Map, error) { return c.Map(t.Context()) })
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"nodes":[{"id":1,"title":"A","status":"captured","tags":["a","a"]},{"id":"b","title":"B","status":"shipped","tags":[]}],` +
		`"edges":[{"id":3,"source":1,"target":"b","relation_type":"blocks","note":""}]}`
	nodes, edges := m.Len()
	if doc, err := json.Marshal(m); err != nil || string(doc) != want || nodes != 2 || edges != 1 {
		t.Errorf("%s, %v", doc, err)
	}
	for _, nodes := range []string{"[]", `[{"id":1},{"id":2,"title":"x"}]`, "null"} {
		number := -1
		m, err := asked(t, `{"nodes":`+nodes+`,"edges":[{"id":3,"source":1,"target":2,"relation_type":"blocks"}]}`, func(c *Client) (m *Map, err error) {
			m, number, err = c.MapEdges(t.Context())
			return m, err
		})
		if err != nil || number != strings.Count(nodes, "id") || m.Edge(0) != (MapEdge{"3", "1", "2", "blocks", ""}) {
			t.Errorf("nodes %s: %d, %+v, %v", nodes, number, m, err)
		}
	}
	for _, body := range []string{`{"nodes":[{}],"edges":[]}`, `{"nodes":[],"edges":[{"id":1}]}`, `{"nodes":{},"edges":[]}`, `[]`, `{"nodes":[]}`} {
		if m, err := asked(t, body, func(c *Client) (*Map, error) { return c.Map(t.Context()) }); err == nil {
			t.Errorf("%s is the map %+v", body, m)
		}
	}
}
