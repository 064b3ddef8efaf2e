package sandbox

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
)

// npmCall is a request that a command of the service's own client, the npm
// package, sends, and the fields that it reads from the reply, each with its type:
// "number", "string", "bool", "list", "null", or several with a | between them.
type npmCall struct {
	command, method, path, body string
	reads                       string
}

const npmIdea = "id number, number number, title string, body string, status string, source string, tags list, created_at string, updated_at string"

// npmCalls are the requests of all its commands, in an order in which each finds what it
// needs. Ideas one to six exist; the sixth has the title of the fifth.
var npmCalls = []npmCall{
	{"login, whoami", "GET", "/user/me", "", "id string, email string, plan string, display_name string|null"},
	{"push", "POST", "/ideas", `{"title":"Pushed","tags":["a"],"source":"cli","status":"exploring"}`, npmIdea + ", processing bool"},
	{"search", "GET", "/ideas/search?q=idea&limit=5", "", "query string, search_type string, results list, results.0.number number, results.0.score number|null"},
	{"log", "GET", "/ideas?limit=100", "", "ideas list, has_more bool, ideas.0.number number, ideas.0.tags list"},
	{"log --status --tag", "GET", "/ideas?status=captured&tag=none&limit=5", "", "ideas list, has_more bool"},
	{"an idea's number", "GET", "/ideas/by-number?numbers=1,2", "", "results list, results.0.number number, results.0.id number"},
	{"show, pull", "GET", "/ideas/698", "", npmIdea + ", links list, relations list"},
	{"edit", "PATCH", "/ideas/698", `{"title":"idea one","body":"new"}`, npmIdea},
	{"move", "PATCH", "/ideas/698", `{"status":"building"}`, "number number, status string"},
	{"move --ids", "PATCH", "/ideas/bulk", `{"ids":[698,699],"status":"building"}`, "updated number, errors number, results list, results.0.id number, results.0.status string"},
	{"tag add --ids", "PATCH", "/ideas/bulk", `{"ids":[698],"add_tags":["x"]}`, "updated number, errors number, results list"},
	{"tag remove --ids", "PATCH", "/ideas/bulk", `{"ids":[698],"remove_tags":["x"]}`, "updated number, errors number, results list"},
	{"tag", "PATCH", "/ideas/698", `{"tags":["a","b"]}`, "tags list"},
	{"link", "POST", "/map/relations", `{"source_idea_id":698,"target_idea_id":699,"relation_type":"blocks","note":"n"}`,
		"relation.id number, relation.source_idea_id number, relation.target_idea_id number, relation.relation_type string, relation.note string"},
	{"link --force", "POST", "/map/relations?force=true", `{"source_idea_id":699,"target_idea_id":698,"relation_type":"supersedes"}`, "relation.id number"},
	{"link --batch", "POST", "/map/relations", `{"links":[{"source_idea_id":698,"target_idea_id":700},{"source_idea_id":1,"target_idea_id":2}]}`,
		"linked number, errors number, results.0.source_idea_id number, results.0.relation_type string, results.0.status string, results.0.relation_id number, results.1.error string"},
	{"links, graph", "GET", "/ideas/698/relations", "",
		"outgoing list, incoming list, outgoing.0.id number, outgoing.0.relation_type string, outgoing.0.score number|null, outgoing.0.note string|null, " +
			"outgoing.0.created_at string, outgoing.0.idea_id number, outgoing.0.idea_number number, outgoing.0.idea_title string, outgoing.0.idea_status string, incoming.0.idea_id number"},
	{"show, with relations", "GET", "/ideas/698", "",
		"relations.0.relation_type string, relations.0.source_idea_id number, relations.0.target_idea_id number, relations.0.score number|null, " +
			"relations.0.related_idea_title string, relations.0.related_idea_number number"},
	{"unlink", "DELETE", "/map/relations/1", "", "success bool"},
	{"branch", "POST", "/ideas", `{"title":"Branch","body":"b","tags":[],"source":"cli","parent_id":698}`, npmIdea},
	{"diff", "GET", "/ideas/706", "", "parent_id number"},
	{"merge", "POST", "/ideas/698/merge", `{"absorb_id":700}`, npmIdea},
	{"duplicate list, status", "GET", "/ideas/duplicates", "",
		"duplicates list, duplicates.0.id number, duplicates.0.status string, duplicates.0.similarity_score number, duplicates.0.idea_id number, duplicates.0.duplicate_of_id number"},
	{"duplicate dismiss", "POST", "/ideas/duplicates/1/dismiss", "", "success bool"},
	{"duplicate merge", "POST", "/ideas/duplicates/2/merge", "", "success bool"},
	{"rm", "DELETE", "/ideas/699", "", "success bool"},
	{"key create", "POST", "/user/api-keys", `{"label":"ci"}`, "id number|string, key string, label string, created_at string"},
	{"key list", "GET", "/user/api-keys", "", "api_keys list, api_keys.0.id number|string, api_keys.0.label string, api_keys.0.created_at string, api_keys.0.last_used_at string|null"},
	{"key revoke", "DELETE", "/user/api-keys/2", "", "success bool"},
}

// TestNpmClient replays the requests of the service's own client. It parses each reply as
// JSON, even an empty one, and fails if a field is missing, as the client would. It does not
// run the client, which is a program in another language.
func TestNpmClient(t *testing.T) {
	t.Parallel()
	s := start(t, Options{})
	c := alice(t, s)
	for i := range 6 {
		c.want(201, "POST", "/ideas", fmt.Sprintf(`{"title":"idea %d"}`, min(i, 4)))
	}
	c.want(201, "POST", "/ideas", `{"title":"idea 3"}`)
	h := http.Header{"X-Api-Key": {s.APIKey()}, "Content-Type": {"application/json"}, "X-Neuralrepo-Client": {"cli/0.0.9"}}
	for _, call := range npmCalls {
		a := send(t, call.method, s.APIURL()+call.path, h, call.body)
		if a.status/100 != 2 || a.body == nil {
			t.Errorf("%s: %d %v", call.command, a.status, a.body)
			continue
		}
		for read := range strings.SplitSeq(call.reads, ", ") {
			path, types, _ := strings.Cut(read, " ")
			if got := typeAt(a.body, path); !strings.Contains("|"+types+"|", "|"+got+"|") {
				t.Errorf("%s: %s is %s, want %s in %v", call.command, path, got, types, a.body)
			}
		}
	}
	// The client prints the text at "error" if a request fails.
	for _, call := range []struct {
		method, path, body string
		status             int
	}{
		{"GET", "/ideas/4711", "", 404},
		{"POST", "/ideas", `{"title":""}`, 400},
		{"POST", "/map/relations", `{"source_idea_id":701,"target_idea_id":701}`, 400},
	} {
		a := send(t, call.method, s.APIURL()+call.path, h, call.body)
		if text, _ := a.field("error").(string); a.status != call.status || text == "" {
			t.Errorf("%s %s: %d %v", call.method, call.path, a.status, a.body)
		}
	}
}

// typeAt returns the type of the value at a path of names and indexes.
func typeAt(body any, path string) string {
	for step := range strings.SplitSeq(path, ".") {
		switch value := body.(type) {
		case map[string]any:
			next, found := value[step]
			if !found {
				return "missing"
			}
			body = next
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i >= len(value) {
				return "missing"
			}
			body = value[i]
		default:
			return "missing"
		}
	}
	switch body.(type) {
	case float64:
		return "number"
	case string:
		return "string"
	case bool:
		return "bool"
	case []any:
		return "list"
	case nil:
		return "null"
	}
	return "object"
}
