package neuralrepo

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/nrepo-cli/nrepo/internal/apihttp/apihttptest"
	"github.com/nrepo-cli/nrepo/pkg/output"
)

// asked makes one call to a service that answers with body.
func asked[T any](t *testing.T, body string, call func(*Client) (T, error)) (T, error) {
	t.Helper()
	apiURL, _ := apihttptest.Serve(t, apihttptest.Reply(200, body))
	return call(newClient(apiURL, apiKey))
}

func TestIdeaFields(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	body := `{"id":698,"number":12,"title":"T","body":"B","status":"building","source":"cli","source_url":"https://x.example",
		"tags":["a"],"parent_id":7,"is_archived":1,"created_at":"2026-01-15 12:00:00","updated_at":null,"processing":0,
		"links":[{"id":1,"url":"https://y.example","title":null,"link_type":"url","created_at":"2026-01-15"}],
		"relations":[{"id":3,"source_idea_id":698,"target_idea_id":5,"relation_type":"blocks","score":0.5,"note":null,"related_idea_title":"O","related_idea_number":2},
			{"id":4,"source_idea_id":6,"target_idea_id":698,"relation_type":"parent","note":"n"}]}`
	i, err := asked(t, body, func(c *Client) (Idea, error) { return c.Idea(ctx, "698") })
	if err != nil || string(i.Raw) != body {
		t.Fatalf("%s, %v", i.Raw, err)
	}
	i.Raw, i.Links[0].Raw, i.Relations[0].Raw, i.Relations[1].Raw = nil, nil, nil, nil
	if *i.Relations[0].Score != 0.5 || i.CreatedAt.Date() != "2026-01-15" || i.UpdatedAt.Date() != "never" {
		t.Errorf("%+v", i)
	}
	i.Relations[0].Score, i.CreatedAt = nil, Time{}
	got := fmt.Sprintf("%+v", i)
	want := "{ID:698 Number:12 Title:T Body:B Status:building Source:cli SourceURL:https://x.example Tags:[a] ParentID:7 IsArchived:true"
	if !strings.HasPrefix(got, want) || i.Processing {
		t.Errorf("%s", got)
	}
	if l := i.Links[0]; l.ID != "1" || l.URL != "https://y.example" || l.Title != "" || l.Type != "url" {
		t.Errorf("%+v", l)
	}
	if r := i.Relations[0]; r.Other != (RelatedIdea{"5", "2", "O", ""}) || r.Type != "blocks" || r.SourceID != "698" {
		t.Errorf("%+v", r)
	}
	if r := i.Relations[1]; r.Other != (RelatedIdea{ID: "6"}) || r.Note != "n" || r.Score != nil {
		t.Errorf("%+v", r)
	}
	sparse, err := asked(t, `{"id":"a","number":null,"source_url":null,"parent_id":null,"is_archived":false,"processing":true,"tags":null,"links":null}`,
		func(c *Client) (Idea, error) { return c.Idea(ctx, "a") })
	if err != nil || sparse.ID != "a" || sparse.Number != "" || sparse.SourceURL != "" || sparse.ParentID != "" || sparse.IsArchived || !sparse.Processing {
		t.Errorf("%+v, %v", sparse, err)
	}
}

func TestSearchForms(t *testing.T) {
	t.Parallel()
	for _, body := range []string{
		`{"search_type":"semantic","results":[{"id":1,"title":"T","score":0.92},{"id":2,"score":null}]}`,
		`{"query":"x","search_type":"semantic","results":[{"id":1,"title":"T","score":0.92},{"id":2}]}`,
	} {
		r, err := asked(t, body, func(c *Client) (SearchResult, error) { return c.SearchIdeas(t.Context(), SearchQuery{Text: "x"}) })
		if err != nil || r.Type != "semantic" || len(r.Results) != 2 || r.Results[0].Title != "T" || *r.Results[0].Score != 0.92 || r.Results[1].Score != nil || string(r.Raw) != body {
			t.Errorf("%s: %+v, %v", body, r, err)
		}
	}
}

// Both forms of a relation give the same source, target and other idea.
func TestRelationForms(t *testing.T) {
	t.Parallel()
	for form, body := range map[string]string{
		"live": `{"outgoing":[{"id":1,"relation_type":"blocks","score":null,"note":null,"created_at":"2026-01-15T00:00:00Z","idea_id":8,"idea_number":2,"idea_title":"A","idea_status":"captured"}],
			"incoming":[{"id":2,"relation_type":"parent","score":0.7,"note":"n","idea_id":9,"idea_number":3,"idea_title":"B","idea_status":"shipped"}]}`,
		"documented": `{"outgoing":[{"id":1,"source_idea_id":7,"target_idea_id":8,"relation_type":"blocks","note":null,"created_at":"2026-01-15T00:00:00Z"}],
			"incoming":[{"id":2,"source_idea_id":9,"target_idea_id":7,"relation_type":"parent","note":"n","created_at":null}]}`,
	} {
		r, err := asked(t, body, func(c *Client) (Relations, error) { return c.Relations(t.Context(), "7") })
		if err != nil || len(r.Outgoing) != 1 || len(r.Incoming) != 1 || string(r.Raw) != body {
			t.Fatalf("%s: %+v, %v", form, r, err)
		}
		out, in := r.Outgoing[0], r.Incoming[0]
		if out.SourceID != "7" || out.TargetID != "8" || out.Other.ID != "8" || in.SourceID != "9" || in.TargetID != "7" || in.Other.ID != "9" || in.Note != "n" {
			t.Errorf("%s: %+v", form, r)
		}
		if live := form == "live"; (out.Other.Title == "A") != live || (in.Other == RelatedIdea{"9", "3", "B", "shipped"}) != live {
			t.Errorf("%s: %+v", form, r)
		}
	}
}

func TestDescribeRelated(t *testing.T) {
	t.Parallel()
	apiURL, got := apihttptest.Serve(t, apihttptest.Reply(200, `{"id":8,"number":2,"title":"A","status":"captured"}`))
	list := []Relation{{Other: RelatedIdea{ID: "8"}}, {Other: RelatedIdea{"9", "3", "B", "shipped"}}, {Other: RelatedIdea{ID: "8", Title: "A"}}}
	if err := newClient(apiURL, apiKey).DescribeRelated(t.Context(), list); err != nil {
		t.Fatal(err)
	}
	if a := (RelatedIdea{"8", "2", "A", "captured"}); list[0].Other != a || list[2].Other != a || list[1].Other.Title != "B" || len(got.All()) != 1 {
		t.Errorf("%+v, %d requests", list, len(got.All()))
	}
}

func TestLinkForms(t *testing.T) {
	t.Parallel()
	const flat = `{"id":5,"source_idea_id":7,"target_idea_id":8,"relation_type":"related","note":null,"created_at":"2026-01-15T00:00:00Z"}`
	for _, body := range []string{flat, `{"relation":` + flat + `}`} {
		r, err := asked(t, body, func(c *Client) (Relation, error) {
			return c.LinkIdeas(t.Context(), NewRelation{SourceID: "7", TargetID: "8"}, false)
		})
		if err != nil || r.ID != "5" || r.SourceID != "7" || string(r.Raw) != flat {
			t.Errorf("%s: %+v, %v", body, r, err)
		}
	}
	many := `{"linked":1,"errors":1,"results":[{"source_idea_id":7,"target_idea_id":8,"relation_type":"blocks","status":"created","relation_id":5},
		{"source_idea_id":8,"target_idea_id":7,"relation_type":"blocks","status":"error","error":"cycle"}]}`
	r, err := asked(t, many, func(c *Client) (BulkResult[LinkChange], error) {
		return c.LinkManyIdeas(t.Context(), []NewRelation{{SourceID: "7", TargetID: "8"}}, false)
	})
	if err != nil || r.Done != 1 || r.Errors != 1 || r.Results[0].RelationID != "5" || r.Results[1].Error != "cycle" || string(r.Raw) != many {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestDuplicateForms(t *testing.T) {
	t.Parallel()
	for _, body := range []string{
		`{"duplicates":[{"id":1,"idea_id":58,"duplicate_of_id":42,"similarity_score":0.92,"status":"pending","created_at":"2026-01-15T00:00:00Z"}]}`,
		`{"duplicates":[{"id":1,"idea_id":58,"duplicate_of_id":42,"similarity_score":0.92,"status":"pending","idea_number":2,"idea_title":"N","duplicate_number":1,"duplicate_title":"O"}]}`,
		`{"detections":[{"id":1,"idea_id":58,"duplicate_of_id":42,"score":0.92,"status":"pending"}]}`,
		`[{"id":1,"idea_id":58,"duplicate_of_id":42,"score":0.92,"status":"pending"}]`,
	} {
		list, err := asked(t, body, func(c *Client) ([]Duplicate, error) { return c.Duplicates(t.Context()) })
		if err != nil || len(list) != 1 || list[0].IdeaID != "58" || list[0].DuplicateOfID != "42" || *list[0].Score != 0.92 || list[0].Status != "pending" {
			t.Errorf("%s: %+v, %v", body, list, err)
		}
		if d := list[0]; strings.Contains(body, "title") && (d.IdeaNumber != "2" || d.IdeaTitle != "N" || d.DuplicateNumber != "1" || d.DuplicateTitle != "O") {
			t.Errorf("%s: %+v", body, list)
		}
	}
}

// Several requests for many ideas give one result.
func TestBulkInParts(t *testing.T) {
	t.Parallel()
	apiURL, got := apihttptest.Serve(t, apihttptest.Reply(200, `{"updated":1,"errors":1,"results":[{"id":1,"status":"updated","x":2},{"id":2,"status":"error","error":"gone"}]}`))
	c := newClient(apiURL, apiKey)
	ids := make([]ID, 201)
	for i := range ids {
		ids[i] = ID(fmt.Sprint(i + 1))
	}
	r, err := c.UpdateIdeas(t.Context(), ids, BulkUpdate{Status: "shipped"})
	if err != nil || len(got.All()) != 3 || r.Done != 3 || r.Errors != 3 || len(r.Results) != 6 || r.Results[5].Error != "gone" {
		t.Errorf("%+v, %v, %d requests", r, err, len(got.All()))
	}
	doc, err := json.Marshal(r)
	if err != nil || !strings.HasPrefix(string(doc), `{"updated":3,"errors":3,"results":[{"id":1,"status":"updated","x":2},`) {
		t.Errorf("%s, %v", doc, err)
	}
	if last := got.All()[2].Body; last != `{"ids":[201],"status":"shipped"}` {
		t.Errorf("last request %s", last)
	}
}

// Invalid arguments are not sent.
func TestWrongUseIsNotSent(t *testing.T) {
	t.Parallel()
	apiURL, got := apihttptest.Serve(t, apihttptest.Reply(200, `{}`))
	c, ctx := newClient(apiURL, apiKey), t.Context()
	empty, long, bad := "", strings.Repeat("é", 501), "new"
	tags := strings.Fields(strings.Repeat("t ", 21))
	for name, call := range map[string]func() error{
		"nothing to change":    func() error { _, err := c.UpdateIdea(ctx, "7", IdeaUpdate{}); return err },
		"empty title":          func() error { _, err := c.UpdateIdea(ctx, "7", IdeaUpdate{Title: &empty}); return err },
		"other status":         func() error { _, err := c.UpdateIdea(ctx, "7", IdeaUpdate{Status: &bad}); return err },
		"many tags":            func() error { _, err := c.UpdateIdea(ctx, "7", IdeaUpdate{Tags: &tags}); return err },
		"no id":                func() error { _, err := c.Idea(ctx, ""); return err },
		"an id that is a path": func() error { return c.ArchiveIdea(ctx, "..") },
		"no ideas":             func() error { _, err := c.UpdateIdeas(ctx, nil, BulkUpdate{Status: "shipped"}); return err },
		"no change":            func() error { _, err := c.UpdateIdeas(ctx, []ID{"1"}, BulkUpdate{}); return err },
		"tags both ways": func() error {
			_, err := c.UpdateIdeas(ctx, []ID{"1"}, BulkUpdate{Tags: []string{}, AddTags: []string{"a"}})
			return err
		},
		"merge with itself":  func() error { _, err := c.MergeIdeas(ctx, "7", "7"); return err },
		"empty search":       func() error { _, err := c.SearchIdeas(ctx, SearchQuery{Text: " "}); return err },
		"long search":        func() error { _, err := c.SearchIdeas(ctx, SearchQuery{Text: long}); return err },
		"other mode":         func() error { _, err := c.SearchIdeas(ctx, SearchQuery{Text: "x", Mode: "fts"}); return err },
		"search of 101":      func() error { _, err := c.SearchIdeas(ctx, SearchQuery{Text: "x", Limit: 101}); return err },
		"relation to itself": func() error { _, err := c.LinkIdeas(ctx, NewRelation{SourceID: "7", TargetID: "7"}, false); return err },
		"relation to none":   func() error { _, err := c.LinkIdeas(ctx, NewRelation{SourceID: "7"}, false); return err },
		"a duplicate": func() error {
			_, err := c.LinkIdeas(ctx, NewRelation{SourceID: "7", TargetID: "8", Type: "duplicate"}, true)
			return err
		},
		"long note": func() error {
			_, err := c.LinkIdeas(ctx, NewRelation{SourceID: "7", TargetID: "8", Note: long}, false)
			return err
		},
		"one of many is wrong": func() error {
			_, err := c.LinkManyIdeas(ctx, []NewRelation{{SourceID: "7", TargetID: "8"}, {}}, false)
			return err
		},
		"no relations": func() error { _, err := c.LinkManyIdeas(ctx, nil, false); return err },
		"a source that is none": func() error {
			_, err := c.CreateIdea(ctx, NewIdea{Title: "T", SourceURL: "javascript:alert(1)"})
			return err
		},
	} {
		if err := call(); apihttptest.Outcome(err) != output.CodeUsage {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n := len(got.All()); n != 0 {
		t.Errorf("%d requests", n)
	}
}

// A successful status with an unexpected body is an error.
func TestRepliesThatSayNothing(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	for name, call := range map[string]func(*Client) error{
		"Idea": func(c *Client) error { _, err := c.Idea(ctx, "7"); return err },
		"UpdateIdeas": func(c *Client) error {
			_, err := c.UpdateIdeas(ctx, []ID{"7"}, BulkUpdate{Status: "shipped"})
			return err
		},
		"MergeIdeas":  func(c *Client) error { _, err := c.MergeIdeas(ctx, "7", "8"); return err },
		"SearchIdeas": func(c *Client) error { _, err := c.SearchIdeas(ctx, SearchQuery{Text: "x"}); return err },
		"Relations":   func(c *Client) error { _, err := c.Relations(ctx, "7"); return err },
		"LinkIdeas": func(c *Client) error {
			_, err := c.LinkIdeas(ctx, NewRelation{SourceID: "7", TargetID: "8"}, false)
			return err
		},
		"LinkManyIdeas": func(c *Client) error {
			_, err := c.LinkManyIdeas(ctx, []NewRelation{{SourceID: "7", TargetID: "8"}}, false)
			return err
		},
		"Map":              func(c *Client) error { _, err := c.Map(ctx); return err },
		"Duplicates":       func(c *Client) error { _, err := c.Duplicates(ctx); return err },
		"AddIdea":          func(c *Client) error { _, _, err := c.AddIdea(ctx, NewIdea{Title: "T"}); return err },
		"Ideas":            func(c *Client) error { _, err := c.Ideas(ctx, IdeaFilter{}); return err },
		"Resolve":          func(c *Client) error { _, err := c.Resolve(ctx, Ref{Number: "1"}); return err },
		"DismissDuplicate": func(c *Client) error { return c.DismissDuplicate(ctx, "3") },
		"ArchiveIdea":      func(c *Client) error { return c.ArchiveIdea(ctx, "3") },
	} {
		for _, body := range []string{`{"success":false}`, `null`, `3`, `<p>sign in</p>`} {
			if _, err := asked(t, body, func(c *Client) (int, error) { return 0, call(c) }); err == nil {
				t.Errorf("%s: %s is a success", name, body)
			}
		}
	}
}
