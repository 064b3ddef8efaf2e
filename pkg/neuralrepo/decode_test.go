package neuralrepo

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/nrepo-cli/nrepo/internal/apihttp/apihttptest"
	"github.com/nrepo-cli/nrepo/pkg/output"
)

func TestID(t *testing.T) {
	t.Parallel()
	for doc, want := range map[string]ID{
		`"ak_1"`: "ak_1", `7`: "7", `0`: "0", `-1`: "-1", `12345678901234567890`: "12345678901234567890", `1e3`: "1e3", `""`: "", `null`: "",
		`true`: "!", `{}`: "!", `[]`: "!",
	} {
		var id ID
		err := json.Unmarshal([]byte(doc), &id)
		if want == "!" {
			if err == nil {
				t.Errorf("%s is taken for the id %q", doc, id)
			}
			continue
		}
		if err != nil || id != want {
			t.Errorf("%s: %q, %v, want %q", doc, id, err, want)
		}
	}
}

func TestTime(t *testing.T) {
	t.Parallel()
	for doc, want := range map[string]string{
		`"2026-03-24T23:30:00Z"`:      "2026-03-24",
		`"2026-03-24T23:30:00.123Z"`:  "2026-03-24",
		`"2026-03-24T23:30:00-02:00"`: "2026-03-25",
		`"2026-03-24 23:30:00"`:       "2026-03-24",
		`"2026-03-24"`:                "2026-03-24",
		`null`:                        "never",
		`"2026-03-24T23:30:00"`:       "2026-03-24T23:30:00", // without a zone, the time is unknown
		`"2026-03-24T23:30Z"`:         "2026-03-24T23:30Z",
		`""`:                          `""`,
		`"soon\u001b[2J"`:             `soon\u001b[2J`,
		`1774310400`:                  "1774310400",
		`{}`:                          "{}",
	} {
		var at Time
		if err := json.Unmarshal([]byte(doc), &at); err != nil || at.Date() != want {
			t.Errorf("%s: %s, %v, want %s", doc, at.Date(), err, want)
		}
	}
}

func FuzzIDAndTime(f *testing.F) {
	for _, doc := range []string{`"a"`, `7`, `null`, `1e999`, `"2026-03-24T12:00:00Z"`, `"2026-03-24 12:00:00"`, `[`, "\xff"} {
		f.Add([]byte(doc))
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		var id ID
		if err := json.Unmarshal(doc, &id); err != nil && json.Valid(doc) && strings.IndexByte("\"-0123456789n", strings.TrimSpace(string(doc))[0]) >= 0 {
			t.Errorf("id %s: %v", doc, err)
		}
		var at Time
		if err := json.Unmarshal(doc, &at); (err == nil) != json.Valid(doc) {
			t.Errorf("time %s: %v", doc, err)
		}
		date := at.Date()
		if json.Valid(doc) && (date == "never") != (strings.TrimSpace(string(doc)) == "null" || at.Text == "never") {
			t.Errorf("time %s: date %s", doc, date)
		}
		if date != output.SafeLine(date) || utf8.RuneCountInString(at.Text) < 40 && !at.Time.IsZero() && len(date) != len(time.DateOnly) {
			t.Errorf("time %s: date %q", doc, date)
		}
		for _, v := range []any{id, at} {
			if _, err := json.Marshal(v); err != nil {
				t.Errorf("%s: %v", doc, err)
			}
		}
	})
}

// A list is an array, or an array in an object. Its elements are not changed.
func TestLists(t *testing.T) {
	t.Parallel()
	const one = `{"id":7,"label":"ci","created_at":"2026-01-15T00:00:00Z","last_used_at":null,"new":{"b":1,"a":2}}`
	for body, want := range map[string]string{
		`[` + one + `]`:                           `[` + one + `]`,
		`{"api_keys":[` + one + `]}`:              `[` + one + `]`,
		` {"total":1, "api_keys":[` + one + `]} `: `[` + one + `]`,
		`[]`:                `[]`,
		`{"api_keys":[]}`:   `[]`,
		`{"api_keys":null}`: `[]`,
		`{}`:                "",
		`{"keys":[]}`:       "",
		`null`:              "",
		`{"api_keys":{}}`:   "",
		`{"api_keys":[1]}`:  "",
		`[null]`:            "",
		`["a"]`:             "",
		`[{"label":1}]`:     "",
		`[{"id":true}]`:     "",
		`3`:                 "",
	} {
		apiURL, _ := apihttptest.Serve(t, apihttptest.Reply(200, body))
		keys, err := newClient(apiURL, apiKey).APIKeys(context.Background())
		if want == "" {
			if err == nil || !strings.Contains(err.Error(), "this version") {
				t.Errorf("%s: %v, %v", body, keys, err)
			}
			continue
		}
		if doc, encodeErr := json.Marshal(keys); err != nil || encodeErr != nil || string(doc) != want {
			t.Errorf("%s: %s, %v, %v", body, doc, err, encodeErr)
		}
		for _, k := range keys {
			if k.ID != "7" || k.Label != "ci" || k.CreatedAt.Date() != "2026-01-15" || k.LastUsedAt.Date() != "never" {
				t.Errorf("%s: %+v", body, k)
			}
		}
	}
}

// A hostile reply of many small values would need a hundred times its size in memory.
func TestTooManyValues(t *testing.T) {
	t.Parallel()
	const maxValues = 100_000
	many := func(value string, commas int) string { return strings.Repeat(value+",", commas) + value }
	for what, tt := range map[string]struct {
		body, want string
	}{
		"as many as may be": {"[" + many("{}", maxValues) + "]", ""},
		"commas of a text":  {`[{"label":"\"` + strings.Repeat(`\\,\",`, maxValues) + `"}]`, ""},
		"a list":            {"[" + many("{}", maxValues+1) + "]", "100000"},
		"a list in a list":  {`[{"id":1},{"tags":[` + many(`"\""`, maxValues) + "]}]", "100000"},
		"no JSON":           {"[" + many("{}", maxValues+1), "is not JSON"},
	} {
		apiURL, _ := apihttptest.Serve(t, apihttptest.Reply(200, tt.body))
		_, err := newClient(apiURL, apiKey).APIKeys(context.Background())
		if tt.want == "" && err != nil {
			t.Errorf("%s: %v", what, err)
		}
		if tt.want != "" && (apihttptest.Outcome(err) != "network_error" || !strings.Contains(err.Error(), tt.want)) {
			t.Errorf("%s: %v", what, err)
		}
	}
	apiURL, _ := apihttptest.Serve(t, apihttptest.Reply(400, `{"error":{"a":[`+many(`""`, maxValues+1)+`]}}`))
	if _, err := newClient(apiURL, apiKey).APIKeys(context.Background()); apihttptest.Outcome(err) != "http_400" || !strings.Contains(err.Error(), "refused") {
		t.Errorf("an error: %v", err)
	}
}

func FuzzList(f *testing.F) {
	for _, doc := range []string{`[]`, `{"api_keys":[{"id":1}]}`, `[{"id":"a","label":"b"}]`, `[null]`, `{"api_keys":null}`, `{`, "\xff"} {
		f.Add([]byte(doc))
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		var list listOf[APIKey]
		if json.Unmarshal(doc, list.under("api_keys")) != nil {
			return
		}
		if list.items == nil {
			t.Errorf("%s: nil", doc)
		}
		if _, err := json.Marshal(list.items); err != nil {
			t.Errorf("%s: %v", doc, err)
		}
	})
}

// Both forms in the documentation, of the older and the newer pages, are accepted.
func TestForms(t *testing.T) {
	t.Parallel()
	for _, body := range []string{
		`{"id":"user_abc123","email":"you@example.com","display_name":"Jane Doe","plan":"pro","settings_json":{},"has_github_sync":true}`,
		`{"id":"user_abc123","email":"you@example.com","display_name":"Jane Doe","plan":"pro","settings_json":"{\"a\":1}"}`,
	} {
		apiURL, _ := apihttptest.Serve(t, apihttptest.Reply(200, body))
		u, err := newClient(apiURL, apiKey).Me(context.Background())
		if err != nil || u.ID != "user_abc123" || u.DisplayName != "Jane Doe" || u.Plan != "pro" || string(u.Raw) != body {
			t.Errorf("%s: %+v, %v", body, u, err)
		}
	}
	for _, body := range []string{
		`[{"id":42,"title":"T","tags":["a"],"processing":true}]`,
		`{"ideas":[{"id":42,"title":"T","tags":["a"],"processing":true}],"has_more":false}`,
	} {
		apiURL, _ := apihttptest.Serve(t, apihttptest.Reply(200, body))
		page, err := newClient(apiURL, apiKey).Ideas(context.Background(), IdeaFilter{})
		ideas := page.Ideas
		if err != nil || len(ideas) != 1 || ideas[0].ID != "42" || ideas[0].Tags[0] != "a" || !ideas[0].Processing {
			t.Errorf("%s: %+v, %v", body, ideas, err)
		}
	}
	body := `{"id":"ak_1","label":"ci","key":"` + apiKey + `","created_at":"2026-01-15T00:00:00Z"}`
	apiURL, _ := apihttptest.Serve(t, apihttptest.Reply(201, body))
	k, err := newClient(apiURL, apiKey).CreateAPIKey(context.Background(), "ci")
	if doc, _ := json.Marshal(k); err != nil || k.Key.Reveal() != apiKey || k.ID != "ak_1" || string(doc) != body {
		t.Errorf("%s, %v", doc, err)
	}
}

func TestZeroValuesEncode(t *testing.T) {
	t.Parallel()
	if doc, err := json.Marshal([]any{User{}, APIKey{}, CreatedAPIKey{}, Idea{}}); err != nil || string(doc) != "[null,null,null,null]" {
		t.Errorf("%s, %v", doc, err)
	}
}
