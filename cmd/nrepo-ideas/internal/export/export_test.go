package export

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/nrepo-cli/nrepo/pkg/neuralrepo"
)

// A line is the object of the service with the relations in the form of GET /ideas/<id>.
func TestJSONLines(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	w := JSONLines{&out}
	edges := []neuralrepo.MapEdge{
		{ID: "3", SourceID: "1", TargetID: "x\"y", Type: "blocks", Note: "a \"note\"\n\u2028"},
		{ID: "", SourceID: "007", TargetID: "1", Type: "related"},
	}
	for _, item := range []Item{
		{Idea: neuralrepo.Idea{Raw: json.RawMessage(`{ "id": 1, "new": [1.0] }`)}, Relations: edges},
		{Idea: neuralrepo.Idea{Raw: json.RawMessage(`{"id":2,"relations":"old"}`)}},
	} {
		if err := w.Write(item); err != nil {
			t.Fatal(err)
		}
	}
	const want = `{"id":1,"new":[1.0],"relations":[` +
		`{"id":3,"source_idea_id":1,"target_idea_id":"x\"y","relation_type":"blocks","note":"a \"note\"\n\u2028"},` +
		`{"id":null,"source_idea_id":"007","target_idea_id":1,"relation_type":"related","note":""}]}
{"id":2,"relations":[]}
`
	if out.String() != want {
		t.Errorf("%s", out.String())
	}
}
