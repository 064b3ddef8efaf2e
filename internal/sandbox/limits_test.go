package sandbox

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// TestLimits has a row for the last value that a documented limit allows, and a row for the
// first that it does not. It uses é, which is two bytes long, because limits count
// characters.
func TestLimits(t *testing.T) {
	t.Parallel()
	s := start(t, Options{})
	c := alice(t, s)
	c.want(201, "POST", "/ideas", `{"title":"first"}`)

	chars := func(n int) string { return strings.Repeat("é", n) }
	tags := func(n int) string {
		list := make([]string, n)
		for i := range list {
			list[i] = fmt.Sprintf("%q", fmt.Sprint("t", i))
		}
		return "[" + strings.Join(list, ",") + "]"
	}
	settings := func(n int) string { return quote(`{"a":"` + chars(n-8) + `"}`) }
	link := func(n int) string { return quote("https://example.com/" + strings.Repeat("a", n-20)) }
	field := func(name, value string) string { return `{` + quote(name) + `:` + value + `}` }
	idea := func(name, value string) string { return `{"title":"t",` + quote(name) + `:` + value + `}` }

	for _, row := range []struct {
		what, method, path, body string
		status                   int
		words                    string // of the error
	}{
		{"title of 1", "POST", "/ideas", field("title", `"x"`), 201, ""},
		{"title of 200", "POST", "/ideas", field("title", quote(chars(200))), 201, ""},
		{"title of 201", "POST", "/ideas", field("title", quote(chars(201))), 400, "Title 1 200"},
		{"title of 0", "POST", "/ideas", field("title", `""`), 400, "Title 1 200"},
		{"blank title", "POST", "/ideas", field("title", `" \t"`), 400, "Title 1 200"},
		{"no title", "POST", "/ideas", `{}`, 400, "Title 1 200"},
		{"null title", "POST", "/ideas", field("title", "null"), 400, "Title string"},
		{"title a number", "POST", "/ideas", field("title", "1"), 400, "Title string"},
		{"name in another case", "POST", "/ideas", field("Title", `"x"`), 400, "Title 1 200"},
		{"body of 50000", "POST", "/ideas", idea("body", quote(chars(50000))), 201, ""},
		{"body of 50001", "POST", "/ideas", idea("body", quote(chars(50001))), 400, "Body 50000"},
		{"body of 50000, all escaped as surrogates", "POST", "/ideas", idea("body", `"`+strings.Repeat(`\ud83d\ude00`, 50000)+`"`), 201, ""},
		{"20 tags", "POST", "/ideas", idea("tags", tags(20)), 201, ""},
		{"21 tags", "POST", "/ideas", idea("tags", tags(21)), 400, "Tags 20"},
		{"tag of 50", "POST", "/ideas", idea("tags", "["+quote(chars(50))+"]"), 201, ""},
		{"tag of 51", "POST", "/ideas", idea("tags", "["+quote(chars(51))+"]"), 400, "tag 1 50"},
		{"empty tag", "POST", "/ideas", idea("tags", `[""]`), 400, "tag 1 50"},
		{"tag a number", "POST", "/ideas", idea("tags", `[1]`), 400, "tag string"},
		{"tags a string", "POST", "/ideas", idea("tags", `"a"`), 400, "Tags array"},
		{"tags null", "POST", "/ideas", idea("tags", `null`), 400, "Tags array"},
		{"source_url of 2000", "POST", "/ideas", idea("source_url", link(2000)), 201, ""},
		{"source_url of 2001", "POST", "/ideas", idea("source_url", link(2001)), 400, "Source url 2000"},
		{"source_url no URL", "POST", "/ideas", idea("source_url", `"example"`), 400, "Source url URL"},
		{"each status", "POST", "/ideas", idea("status", `"shelved"`), 201, ""},
		{"unknown status", "POST", "/ideas", idea("status", `"done"`), 400, "Status captured, exploring, building, shipped, shelved"},
		{"source cli", "POST", "/ideas", idea("source", `"cli"`), 201, ""},
		{"unknown source", "POST", "/ideas", idea("source", `"fax"`), 400, "Source web, cli, claude-mcp, siri, email, api, shortcut"},
		{"parent", "POST", "/ideas", idea("parent_id", `698`), 201, ""},
		{"parent that is not there", "POST", "/ideas", idea("parent_id", `9999`), 404, "Idea not found"},
		{"parent a string", "POST", "/ideas", idea("parent_id", `"1"`), 400, "Parent id positive"},
		{"unknown field", "POST", "/ideas", idea("colour", `"red"`), 201, ""},

		{"patched title of 201", "PATCH", "/ideas/698", field("title", quote(chars(201))), 400, "Title 1 200"},
		{"patched body of 50001", "PATCH", "/ideas/698", field("body", quote(chars(50001))), 400, "Body 50000"},
		{"patched 21 tags", "PATCH", "/ideas/698", field("tags", tags(21)), 400, "Tags 20"},
		{"patch of nothing", "PATCH", "/ideas/698", `{}`, 400, "Nothing to update: send title, body, status or tags"},

		{"display name of 100", "PATCH", "/user/me", field("display_name", quote(chars(100))), 200, ""},
		{"display name of 101", "PATCH", "/user/me", field("display_name", quote(chars(101))), 400, "Display name 1 100"},
		{"display name of 0", "PATCH", "/user/me", field("display_name", `""`), 400, "Display name 1 100"},
		{"settings of 10000", "PATCH", "/user/me", field("settings_json", settings(10000)), 200, ""},
		{"settings of 10001", "PATCH", "/user/me", field("settings_json", settings(10001)), 400, "Settings json 10000"},
		{"settings not JSON", "PATCH", "/user/me", field("settings_json", `"{"`), 400, "Settings json JSON object"},
		{"settings an object", "PATCH", "/user/me", field("settings_json", `{}`), 400, "Settings json string"},
		{"user patch of nothing", "PATCH", "/user/me", `{}`, 400, "Nothing to update: send display_name or settings_json"},

		{"label of 100", "POST", "/user/api-keys", field("label", quote(chars(100))), 201, ""},
		{"label of 101", "POST", "/user/api-keys", field("label", quote(chars(101))), 400, "Label 1 100"},
		{"label of 0", "POST", "/user/api-keys", field("label", `""`), 400, "Label 1 100"},

		{"link of 2000", "POST", "/ideas/698/links", field("url", link(2000)), 201, ""},
		{"link of 2001", "POST", "/ideas/698/links", field("url", link(2001)), 400, "Url 2000"},
		{"no link", "POST", "/ideas/698/links", `{}`, 400, "Url is required"},
		{"link title of 200", "POST", "/ideas/698/links", `{"url":"https://example.com","title":` + quote(chars(200)) + `}`, 201, ""},
		{"link title of 201", "POST", "/ideas/698/links", `{"url":"https://example.com","title":` + quote(chars(201)) + `}`, 400, "Title 200"},
		{"unknown link type", "POST", "/ideas/698/links", `{"url":"https://example.com","link_type":"x"}`, 400, "Link type url, claude-chat, github-repo, github-issue, attachment"},

		{"list of 100", "GET", "/ideas?limit=100", "", 200, ""},
		{"list of 101", "GET", "/ideas?limit=101", "", 400, "Limit 1 100"},
		{"list of 0", "GET", "/ideas?limit=0", "", 400, "Limit 1 100"},
		{"limit no number", "GET", "/ideas?limit=ten", "", 400, "Limit 1 100"},
		{"negative offset", "GET", "/ideas?offset=-1", "", 400, "Offset 0 2147483647"},
		{"unknown status in a list", "GET", "/ideas?status=done", "", 400, "Status captured, exploring, building, shipped, shelved"},
		{"search of 500", "GET", "/ideas/search?q=" + url.QueryEscape(chars(500)), "", 200, ""},
		{"search of 501", "GET", "/ideas/search?q=" + url.QueryEscape(chars(501)), "", 400, "Query 1 500"},
		{"search for nothing", "GET", "/ideas/search", "", 400, "Query 1 500"},
		{"unknown mode", "GET", "/ideas/search?q=a&mode=vector", "", 400, "Mode keyword, semantic"},
		{"search of 101 results", "GET", "/ideas/search?q=a&limit=101", "", 400, "Limit 1 100"},
	} {
		t.Run(row.what, func(t *testing.T) {
			a := client{t, s, s.APIKey()}.want(row.status, row.method, row.path, row.body)
			for word := range strings.FieldsSeq(row.words) {
				if text := fmt.Sprint(a.field("error")); !strings.Contains(text, word) {
					t.Errorf("no %q in the error %q", word, text)
				}
			}
		})
	}
}

func TestBodies(t *testing.T) {
	t.Parallel()
	s := start(t, Options{})
	for _, row := range []struct {
		what, contentType, body string
		status                  int
	}{
		{"JSON with a charset", "application/json; charset=utf-8", `{"title":"x"}`, 201},
		{"white space around", "application/json", " \n{ \"title\" : \"x\" }\n", 201},
		{"no type", "", `{"title":"x"}`, 415},
		{"a form", "application/x-www-form-urlencoded", `{"title":"x"}`, 415},
		{"no body", "application/json", "", 400},
		{"half an object", "application/json", `{"title":"x"`, 400},
		{"two objects", "application/json", `{"title":"x"}{}`, 400},
		{"an array", "application/json", `["x"]`, 400},
		{"null", "application/json", `null`, 400},
		{"not UTF-8", "application/json", "{\"title\":\"\xff\"}", 400},
		{"one byte below the bound", "application/json", `{"title":"x"}` + strings.Repeat(" ", 1<<20-13), 201},
		{"one byte too long", "application/json", `{"title":"x"}` + strings.Repeat(" ", 1<<20-12), 413},
	} {
		t.Run(row.what, func(t *testing.T) {
			h := http.Header{"X-Api-Key": {s.APIKey()}}
			if row.contentType != "" {
				h.Set("Content-Type", row.contentType)
			}
			a := send(t, "POST", s.APIURL()+"/ideas", h, row.body)
			if a.status != row.status {
				t.Errorf("status %d %v, want %d", a.status, a.body, row.status)
			}
			if text, _ := a.field("error").(string); (text == "") != (row.status == 201) {
				t.Errorf("error is %v", a.field("error"))
			}
		})
	}
}
