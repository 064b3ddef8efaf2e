package sandbox

import (
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
	key := keyInPage.FindString(made.body)
	if made.status != 200 || key == "" {
		t.Fatalf("%d\n%s", made.status, made.body)
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
	if a := b.post("/signout", url.Values{"csrf": {b.csrf()}}); a.status != 303 || b.get("/").webPage.press("continue") == nil {
		t.Errorf("sign-out: %d", a.status)
	}
}
