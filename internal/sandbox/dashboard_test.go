package sandbox

import (
	"fmt"
	"html"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/nrepo-cli/nrepo/internal/sandbox/store"
)

var keyInPage = regexp.MustCompile(`nrp_[0-9a-f]{64}`)

func TestDashboard(t *testing.T) {
	t.Parallel()
	clock := newClock("2026-03-24T12:00:00Z")
	s := start(t, Options{Now: clock.Now})
	c := alice(t, s)
	c.want(201, "POST", "/ideas", `{"title":"<script>alert(1)</script>","tags":["a&b"]}`)
	access, _ := newProgram(t).login(t, s)
	b := newBrowser(t, s)
	b.signIn()

	page := b.get("/")
	for _, text := range []string{"Alice Example", "alice@example.com", "&lt;script&gt;alert(1)", "a&amp;b", "2026-03-24 13:00, renewable", s.APIURL()} {
		if !strings.Contains(page.body, text) {
			t.Errorf("no %q on\n%s", text, page.body)
		}
	}
	if strings.Contains(page.body, "<script") {
		t.Error("a title became markup")
	}

	made := b.post("/keys", url.Values{"csrf": {b.csrf()}, "label": {"from the page"}})
	shown := b.get("/")
	key := keyInPage.FindString(shown.body)
	if made.status != 303 || made.header.Get("Location") != "/" || keyInPage.MatchString(made.body) || key == "" {
		t.Fatalf("%d\n%s", made.status, shown.body)
	}
	client{t, s, key}.want(201, "POST", "/ideas", `{"title":"x"}`)
	if strings.Contains(b.get("/").body, key) {
		t.Error("the key is shown twice")
	}
	for _, label := range []string{"", "  ", strings.Repeat("é", 101)} {
		if a := b.post("/keys", url.Values{"csrf": {b.csrf()}, "label": {label}}); a.status != 400 {
			t.Errorf("label %q: %d", label, a.status)
		}
	}
	if a := b.post("/keys/revoke", url.Values{"csrf": {b.csrf()}, "id": {"2"}}); a.status != 303 {
		t.Errorf("revoke: %d", a.status)
	}
	client{t, s, key}.want(401, "GET", "/user/me", "")
	if a := b.post("/logins/revoke", url.Values{"csrf": {b.csrf()}, "id": {"1"}}); a.status != 303 {
		t.Errorf("end: %d", a.status)
	}
	if got := me(t, s, access); got != 401 {
		t.Errorf("an ended session gives %d", got)
	}
	bob(t, s) // with key 3 and, below, login 2
	if _, err := s.store.CreateSession("user_bob", store.AllScopes, time.Hour); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/keys/revoke", "/logins/revoke"} {
		for _, id := range []string{"2", "3", "0", "x", ""} {
			if a := b.post(path, url.Values{"csrf": {b.csrf()}, "id": {id}}); a.status != 404 {
				t.Errorf("%s %q: %d", path, id, a.status)
			}
		}
	}
	if a := b.post("/signout", url.Values{"csrf": {b.csrf()}}); a.status != 303 || b.get("/").webPage.form("continue") == nil {
		t.Errorf("sign-out: %d", a.status)
	}
}

// The list, the page of an idea and the graph show the ideas, and no text becomes markup.
func TestIdeaPages(t *testing.T) {
	t.Parallel()
	s := start(t, Options{})
	c := alice(t, s)
	const evil = `</bdi><script>alert(1)</script>`
	c.want(201, "POST", "/ideas", `{"title":`+quote(evil)+`,"body":`+quote(evil)+`,"tags":[`+quote(evil)+`],"source_url":"javascript://x/%0aalert(1)"}`)
	c.want(201, "POST", "/ideas", `{"title":"second","parent_id":698}`)
	c.want(201, "POST", "/ideas", `{"title":"alone","status":"shipped","tags":["a&b"]}`)
	c.want(201, "POST", "/map/relations", `{"source_idea_id":699,"target_idea_id":698,"relation_type":"blocks","note":`+quote(evil)+`}`)
	b := newBrowser(t, s)
	if page := b.get("/ideas/1"); page.webPage.form("continue") == nil || strings.Contains(page.body, "alert") {
		t.Errorf("for a stranger: %s", page.body)
	}
	b.signIn()
	for path, want := range map[string][]string{
		"/ideas":                       {"#3", "alone", "#1", "/ideas?tag=a%26b"},
		"/ideas?status=shipped":        {"alone"},
		"/ideas?tag=" + "a%26b":        {"alone", "a&amp;b"},
		"/ideas?status=nosuch&page=-1": {"No ideas here"},
		"/ideas/1":                     {"is the parent of", "is blocked by", "#2", "&lt;script&gt;", "#ZgotmplZ"},
		"/ideas/2":                     {"is a child of", "blocks", "#1"},
		"/ideas/3":                     {"No body", "None"},
		"/graph":                       {"#1 is the parent of #2", "#2 blocks #1", "Ideas without a relation: 1"},
	} {
		page := b.get(path)
		for _, text := range want {
			if page.status != 200 || !strings.Contains(page.body, text) {
				t.Errorf("%s: %d, no %q on\n%s", path, page.status, text, page.body)
			}
		}
		if strings.Contains(page.body, "<script") || strings.Contains(page.body, `="javascript:`) {
			t.Errorf("%s: markup on\n%s", path, page.body)
		}
	}
	for _, path := range []string{"/ideas/4", "/ideas/0", "/ideas/x", "/ideas/698", "/nosuch", "/graph/x"} {
		if page := b.get(path); page.status != 404 || !strings.Contains(page.body, "<h1>") {
			t.Errorf("%s: %d\n%s", path, page.status, page.body)
		}
	}
	for _, path := range []string{"/favicon.ico", "/icon.svg"} {
		if icon := b.get(path); icon.status != 200 || icon.header.Get("Content-Type") != "image/svg+xml" {
			t.Errorf("%s: %d %v", path, icon.status, icon.header)
		}
	}
}

func TestIdeaListPages(t *testing.T) {
	t.Parallel()
	s := start(t, Options{})
	for i := range 101 {
		alice(t, s).want(201, "POST", "/ideas", fmt.Sprintf(`{"title":"idea %d","status":"building"}`, i+1))
	}
	b := newBrowser(t, s)
	b.signIn()
	path, seen := "/ideas?status=building", 0
	for path != "" {
		page := b.get(path)
		seen += strings.Count(page.body, `<li><a href="/ideas/`)
		next := regexp.MustCompile(`<a href="([^"]+)" rel="next">`).FindStringSubmatch(page.body)
		path = ""
		if next != nil {
			path = html.UnescapeString(next[1])
		}
	}
	if seen != 101 {
		t.Errorf("%d ideas", seen)
	}
}
