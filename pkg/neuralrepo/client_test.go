package neuralrepo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nrepo-cli/nrepo/internal/apihttp/apihttptest"
	"github.com/nrepo-cli/nrepo/pkg/authcfg"
	"github.com/nrepo-cli/nrepo/pkg/output"
)

// The credential is in exactly one header, which depends on its form.
func TestHeader(t *testing.T) {
	t.Parallel()
	upper := authcfg.Secret("nrp_" + strings.ToUpper(apiKey[4:]))
	for _, tt := range []struct {
		name   string
		secret authcfg.Secret
		want   map[string]string
	}{
		{"API key", apiKey, map[string]string{"X-Api-Key": apiKey}},
		{"API key in capitals", upper, map[string]string{"X-Api-Key": upper.Reveal()}},
		{"session", session, map[string]string{"Authorization": "Bearer " + session}},
		{"almost an API key", authcfg.Secret(apiKey[:67]), map[string]string{"Authorization": "Bearer " + apiKey[:67]}},
		{"too long for one", apiKey + "0", map[string]string{"Authorization": "Bearer " + apiKey + "0"}},
		{"none", "", map[string]string{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			apiURL, got := apihttptest.Serve(t, apihttptest.Reply(200, alice))
			if _, err := newClient(apiURL, tt.secret).Me(context.Background()); err != nil {
				t.Fatal(err)
			}
			header := got.All()[0].Header
			for _, name := range []string{"X-Api-Key", "Authorization", "Cookie", "Proxy-Authorization"} {
				if v := strings.Join(header.Values(name), "|"); v != tt.want[name] {
					t.Errorf("%s: %q, want %q", name, v, tt.want[name])
				}
			}
		})
	}
}

// Each method makes exactly this request.
func TestRequests(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	for name, tt := range map[string]struct {
		call  func(*Client) error
		reply string
		want  string
	}{
		"Me": {func(c *Client) error { _, err := c.Me(ctx); return err },
			alice, "GET /api/v1/user/me "},
		"APIKeys": {func(c *Client) error { _, err := c.APIKeys(ctx); return err },
			`[]`, "GET /api/v1/user/api-keys "},
		"CreateAPIKey": {func(c *Client) error { _, err := c.CreateAPIKey(ctx, "a \"b\" <c>"); return err },
			`{"id":1,"key":"` + apiKey + `"}`, `POST /api/v1/user/api-keys {"label":"a \"b\" \u003cc\u003e"}`},
		"RevokeAPIKey": {func(c *Client) error { return c.RevokeAPIKey(ctx, "2") },
			``, "DELETE /api/v1/user/api-keys/2 "},
		"CreateIdea": {func(c *Client) error { _, err := c.CreateIdea(ctx, NewIdea{Title: "T"}); return err },
			`{"id":1}`, `POST /api/v1/ideas {"title":"T","tags":[]}`},
		"AddIdea": {func(c *Client) error {
			id, number, err := c.AddIdea(ctx, NewIdea{Title: "T", Status: "shelved"})
			if err == nil && (id != "7" || number != "1") {
				err = fmt.Errorf("id %q, number %q", id, number)
			}
			return err
		}, `{"number":"1","title":"T","id":7}`, `POST /api/v1/ideas {"title":"T","tags":[],"status":"shelved"}`},
		"CreateIdea, all fields": {func(c *Client) error {
			_, err := c.CreateIdea(ctx, NewIdea{Title: "T", Body: "B", Tags: []string{"x"}, Status: "shelved", Source: "cli",
				SourceURL: "https://x.example/?a", ParentID: "9"})
			return err
		}, `{"id":1}`, `POST /api/v1/ideas {"title":"T","body":"B","tags":["x"],"status":"shelved","source":"cli","source_url":"https://x.example/?a","parent_id":9}`},
		"Ideas": {func(c *Client) error { _, err := c.Ideas(ctx, IdeaFilter{}); return err },
			`[]`, "GET /api/v1/ideas? "},
		"Ideas, filtered": {func(c *Client) error {
			_, err := c.Ideas(ctx, IdeaFilter{Status: "captured", Tag: "a&b", Limit: 5, Offset: 10})
			return err
		}, `{"ideas":[],"has_more":false}`, "GET /api/v1/ideas?limit=5&offset=10&status=captured&tag=a%26b "},
		"Idea": {func(c *Client) error { _, err := c.Idea(ctx, "7"); return err },
			`{"id":7}`, "GET /api/v1/ideas/7 "},
		"UpdateIdea": {func(c *Client) error {
			title, tags := "T", []string{}
			_, err := c.UpdateIdea(ctx, "7", IdeaUpdate{Title: &title, Tags: &tags})
			return err
		}, `{"id":7}`, `PATCH /api/v1/ideas/7 {"title":"T","tags":[]}`},
		"UpdateIdeas": {func(c *Client) error {
			_, err := c.UpdateIdeas(ctx, []ID{"7", "x"}, BulkUpdate{Status: "shelved", AddTags: []string{"a"}})
			return err
		}, `{"updated":2,"errors":0,"results":[]}`, `PATCH /api/v1/ideas/bulk {"add_tags":["a"],"ids":[7,"x"],"status":"shelved"}`},
		"UpdateIdeas, no tags": {func(c *Client) error {
			_, err := c.UpdateIdeas(ctx, []ID{"7"}, BulkUpdate{Tags: []string{}})
			return err
		}, `{"updated":1,"errors":0,"results":[]}`, `PATCH /api/v1/ideas/bulk {"ids":[7],"tags":[]}`},
		"ArchiveIdea": {func(c *Client) error { return c.ArchiveIdea(ctx, "7") },
			`{"success":true}`, "DELETE /api/v1/ideas/7 "},
		"MergeIdeas": {func(c *Client) error { _, err := c.MergeIdeas(ctx, "7", "8"); return err },
			`{"id":7}`, `POST /api/v1/ideas/7/merge {"absorb_id":8}`},
		"SearchIdeas": {func(c *Client) error { _, err := c.SearchIdeas(ctx, SearchQuery{Text: "a & b"}); return err },
			`{"results":[]}`, "GET /api/v1/ideas/search?q=a+%26+b "},
		"SearchIdeas, all": {func(c *Client) error {
			_, err := c.SearchIdeas(ctx, SearchQuery{Text: "x", Mode: SearchKeyword, Limit: 5, Offset: 10})
			return err
		}, `{"results":[]}`, "GET /api/v1/ideas/search?limit=5&mode=keyword&offset=10&q=x "},
		"Relations": {func(c *Client) error { _, err := c.Relations(ctx, "7"); return err },
			`{"outgoing":[],"incoming":[]}`, "GET /api/v1/ideas/7/relations "},
		"LinkIdeas": {func(c *Client) error {
			_, err := c.LinkIdeas(ctx, NewRelation{SourceID: "7", TargetID: "8"}, false)
			return err
		},
			`{"id":1}`, `POST /api/v1/map/relations {"source_idea_id":7,"target_idea_id":8}`},
		"LinkIdeas, forced": {func(c *Client) error {
			_, err := c.LinkIdeas(ctx, NewRelation{SourceID: "7", TargetID: "8", Type: "blocks", Note: "N"}, true)
			return err
		}, `{"id":1}`, `POST /api/v1/map/relations?force=true {"source_idea_id":7,"target_idea_id":8,"relation_type":"blocks","note":"N"}`},
		"LinkManyIdeas": {func(c *Client) error {
			_, err := c.LinkManyIdeas(ctx, []NewRelation{{SourceID: "7", TargetID: "8"}}, false)
			return err
		}, `{"linked":1,"errors":0,"results":[]}`, `POST /api/v1/map/relations {"links":[{"source_idea_id":7,"target_idea_id":8}]}`},
		"DeleteRelation": {func(c *Client) error { return c.DeleteRelation(ctx, "3") },
			``, "DELETE /api/v1/map/relations/3 "},
		"Map": {func(c *Client) error { _, err := c.Map(ctx); return err },
			`{"nodes":[],"edges":[]}`, "GET /api/v1/map "},
		"Duplicates": {func(c *Client) error { _, err := c.Duplicates(ctx); return err },
			`{"duplicates":[]}`, "GET /api/v1/ideas/duplicates "},
		"DismissDuplicate": {func(c *Client) error { return c.DismissDuplicate(ctx, "3") },
			`{"success":true}`, "POST /api/v1/ideas/duplicates/3/dismiss "},
		"MergeDuplicate": {func(c *Client) error { return c.MergeDuplicate(ctx, "3") },
			`{"success":true}`, "POST /api/v1/ideas/duplicates/3/merge "},
		"Resolve": {func(c *Client) error {
			_, err := c.Resolve(ctx, Ref{Number: "12"}, Ref{ID: "7"}, Ref{Number: "13"})
			return err
		},
			`{"results":[{"number":12,"id":698},{"number":13,"id":1}]}`, "GET /api/v1/ideas/by-number?numbers=12,13 "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			apiURL, got := apihttptest.Serve(t, apihttptest.Reply(200, tt.reply))
			if err := tt.call(newClient(apiURL, apiKey)); err != nil {
				t.Fatal(err)
			}
			if n := len(got.All()); n != 1 {
				t.Fatalf("%d requests", n)
			}
			r := got.All()[0]
			if line := r.Method + " " + r.URI + " " + r.Body; line != tt.want {
				t.Errorf("request %s, want %s", line, tt.want)
			}
			if r.Header.Get("Accept") != "application/json" || !strings.HasPrefix(r.Header.Get("User-Agent"), "nrepo/") {
				t.Errorf("header %v", r.Header)
			}
			if isJSON := r.Header.Get("Content-Type") == "application/json"; isJSON != (r.Body != "") {
				t.Errorf("content type %q", r.Header.Get("Content-Type"))
			}
		})
	}
}

// A path that leads out of the API is an error, and nothing is sent.
func TestPaths(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		"/user/me":                 "/api/v1/user/me",
		"user/me":                  "/api/v1/user/me",
		"":                         "/api/v1/",
		"/ideas?limit=5&x=a%20b":   "/api/v1/ideas?limit=5&x=a%20b",
		"/ideas?q=a b":             "/api/v1/ideas?q=a%20b",
		"/ideas?url=https://x.org": "/api/v1/ideas?url=https://x.org",
		"?limit=5":                 "/api/v1/?limit=5",
		"/a b":                     "/api/v1/a%20b",
		`/\evil.example`:           "/api/v1/%5Cevil.example",
		"@evil.example/":           "/api/v1/@evil.example/",
		":1/x":                     "/api/v1/:1/x",
		"/a/..b/.c":                "/api/v1/a/..b/.c",
		"/a%2F..%2Fb":              "/api/v1/a%2F..%2Fb",
		"//evil.example/x":         "",
		"https://evil.example/x":   "",
		"HTTPS://evil.example":     "",
		"../x":                     "",
		"/../../x":                 "",
		"/ideas/../user":           "",
		"/ideas/.":                 "",
		"/ideas/%2e%2E/x":          "",
		"/ideas/#x":                "",
		"/ideas#":                  "",
		"/ideas/%zz":               "",
		"/ideas\nX-Evil: 1":        "",
	} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			apiURL, got := apihttptest.Serve(t, apihttptest.Reply(200, `{}`))
			_, err := newClient(apiURL, apiKey).Do(context.Background(), Request{Path: path})
			switch n := len(got.All()); {
			case want == "" && (n != 0 || apihttptest.Outcome(err) != output.CodeUsage):
				t.Errorf("%d requests, error %v", n, err)
			case want != "" && (n != 1 || err != nil || got.All()[0].URI != want):
				t.Errorf("error %v, requests %v, want %s", err, got.All(), want)
			}
		})
	}
}

func TestIDsInPaths(t *testing.T) {
	t.Parallel()
	for id, want := range map[ID]string{
		"2": "2", "ak_1": "ak_1", "../x": "..%2Fx", "a?b": "a%3Fb", "a#b": "a%23b", "a%2Fb": "a%252Fb", `a\b`: "a%5Cb",
		"//evil": "%2F%2Fevil", "https://evil": "https:%2F%2Fevil", "-x": "-x", "\x1b": "%1B",
		"": "", ".": "", "..": "",
	} {
		t.Run(string(id), func(t *testing.T) {
			t.Parallel()
			apiURL, got := apihttptest.Serve(t, apihttptest.Reply(204, ""))
			err := newClient(apiURL, apiKey).RevokeAPIKey(context.Background(), id)
			switch n := len(got.All()); {
			case want == "" && (n != 0 || apihttptest.Outcome(err) != output.CodeUsage):
				t.Errorf("%d requests, error %v", n, err)
			case want != "" && (n != 1 || err != nil || got.All()[0].URI != "/api/v1/user/api-keys/"+want):
				t.Errorf("error %v, requests %v", err, got.All())
			}
		})
	}
}

func TestMethods(t *testing.T) {
	t.Parallel()
	for method, sent := range map[string]bool{
		"GET": true, "": true, "HEAD": true, "OPTIONS": true, "PUT": true, "DELETE": true, "POST": true, "PATCH": true,
		"TRACE": false, "CONNECT": false, "get": false, "GET /x": false, "G\nT": false,
	} {
		apiURL, got := apihttptest.Serve(t, apihttptest.Reply(200, `{}`))
		_, err := newClient(apiURL, apiKey).Do(context.Background(), Request{Method: method, Path: "/x"})
		if n := len(got.All()); (n == 1) != sent || (err == nil) != sent || !sent && apihttptest.Outcome(err) != output.CodeUsage {
			t.Errorf("%q: %d requests, error %v", method, n, err)
		}
	}
}

func TestValidate(t *testing.T) {
	t.Parallel()
	many := strings.Fields(strings.Repeat("t ", 21))
	for name, tt := range map[string]struct {
		idea NewIdea
		want string
	}{
		"least":            {NewIdea{Title: "T"}, ""},
		"longest":          {NewIdea{Title: strings.Repeat("é", 200), Body: strings.Repeat("é", 50_000), Tags: append(many[:19:19], strings.Repeat("é", 50)), Status: "captured"}, ""},
		"no title":         {NewIdea{}, "title is empty"},
		"blank title":      {NewIdea{Title: " \t\u2003"}, "title is empty"},
		"long title":       {NewIdea{Title: strings.Repeat("é", 201)}, "title has 201 "},
		"long body":        {NewIdea{Title: "T", Body: strings.Repeat("é", 50_001)}, "body has 50001 "},
		"many tags":        {NewIdea{Title: "T", Tags: many}, "21 tags"},
		"empty tag":        {NewIdea{Title: "T", Tags: []string{"a", ""}}, "tag 2 "},
		"long tag":         {NewIdea{Title: "T", Tags: []string{strings.Repeat("é", 51)}}, "tag 1 has 51 "},
		"unknown status":   {NewIdea{Title: "T", Status: "Captured"}, "captured, exploring, building, shipped, shelved"},
		"title not UTF-8":  {NewIdea{Title: "a\xff", Body: "\xff"}, "title must be UTF-8"},
		"body not UTF-8":   {NewIdea{Title: "T", Body: "\xff"}, "body must be UTF-8"},
		"tag not UTF-8":    {NewIdea{Title: "T", Tags: []string{"\xff"}}, "tags must be UTF-8"},
		"URL with a blank": {NewIdea{Title: "T", SourceURL: "http://x y"}, "valid"},
		"half characters":  {NewIdea{Title: "T", Tags: []string{"\xe6\xa6", "\x82"}}, "tags must be UTF-8"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			apiURL, got := apihttptest.Serve(t, apihttptest.Reply(201, `{"id":1}`))
			_, err := newClient(apiURL, apiKey).CreateIdea(context.Background(), tt.idea)
			if tt.want == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), tt.want) || apihttptest.Outcome(err) != output.CodeUsage || len(got.All()) != 0 {
				t.Errorf("error %v, %d requests", err, len(got.All()))
			}
		})
	}
}

func TestConnect(t *testing.T) {
	t.Parallel()
	vars := map[string]string{"NEURALREPO_CONFIG": filepath.Join(t.TempDir(), "config.json")}
	store := &authcfg.Store{Getenv: func(name string) string { return vars[name] }}
	if _, err := New(store, Options{}); !errors.Is(err, authcfg.ErrNotLoggedIn) || apihttptest.Outcome(err) != output.CodeAuthRequired {
		t.Errorf("logged out: %v", err)
	}
	apiURL, got := apihttptest.Serve(t, apihttptest.Reply(200, alice))
	vars["NEURALREPO_API_KEY"], vars["NEURALREPO_API_URL"] = apiKey, apiURL
	c, err := New(store, Options{UserAgent: "nrepo-stale/v2"})
	if err != nil {
		t.Fatal(err)
	}
	if cred := c.Credential(); cred.Source != authcfg.FromEnv || cred.APIURL != apiURL {
		t.Errorf("credential %v", cred)
	}
	if _, err := c.Me(context.Background()); err != nil || got.All()[0].Header.Get("User-Agent") != "nrepo-stale/v2" {
		t.Errorf("%v, %v", err, got.All())
	}
}

// Printing values of this package shows no secret.
func TestSecretsArePrintedMasked(t *testing.T) {
	t.Parallel()
	c := newClient("http://127.0.0.1/", apiKey)
	if text := fmt.Sprintf("%v %+v %#v", c.Credential(), c.Credential(), c.Credential()); strings.Contains(text, apiKey) {
		t.Error(text)
	}
	doc, err := json.Marshal(c.Credential())
	if err != nil || strings.Contains(string(doc), apiKey) {
		t.Errorf("%s, %v", doc, err)
	}
}
