package sandbox

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"
)

// browser keeps cookies and follows no redirect.
type browser struct {
	tb     testing.TB
	s      *Server
	client *http.Client
	origin string // sent with a POST
}

type webAnswer struct {
	*webPage
	status int
	header http.Header
	body   string
}

func newBrowser(tb testing.TB, s *Server) *browser {
	tb.Helper()
	p, err := newPerson()
	if err != nil {
		tb.Fatal(err)
	}
	p.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	tb.Cleanup(p.client.CloseIdleConnections)
	return &browser{tb, s, p.client, s.URL()}
}

// on is the same browser in another test.
func (b *browser) on(tb testing.TB) *browser { return &browser{tb, b.s, b.client, b.origin} }

func (b *browser) do(req *http.Request) webAnswer {
	b.tb.Helper()
	resp, err := b.client.Do(req)
	if err != nil {
		b.tb.Fatal(err)
	}
	defer resp.Body.Close()
	doc, err := io.ReadAll(resp.Body)
	if err != nil {
		b.tb.Fatal(err)
	}
	return webAnswer{readPage(string(doc)), resp.StatusCode, resp.Header, string(doc)}
}

func (b *browser) get(path string) webAnswer {
	b.tb.Helper()
	req, err := http.NewRequest("GET", b.s.URL()+path, nil)
	if err != nil {
		b.tb.Fatal(err)
	}
	return b.do(req)
}

func (b *browser) post(path string, form url.Values) webAnswer {
	b.tb.Helper()
	req, err := http.NewRequest("POST", b.s.URL()+path, strings.NewReader(form.Encode()))
	if err != nil {
		b.tb.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if b.origin != "" {
		req.Header.Set("Origin", b.origin)
	}
	return b.do(req)
}

// press sends the form that has the button.
func (b *browser) press(page webAnswer, button string) webAnswer {
	b.tb.Helper()
	form := page.webPage.press(button)
	if form == nil {
		b.tb.Fatalf("no button %s on\n%s", button, page.body)
	}
	form.fields.Set("decision", button)
	return b.post(form.action, form.fields)
}

func (b *browser) signIn() {
	b.tb.Helper()
	if a := b.press(b.get("/"), "continue"); a.status != 303 {
		b.tb.Fatalf("sign-in: %d\n%s", a.status, a.body)
	}
}

// csrf is the token of the visitor's forms.
func (b *browser) csrf() string {
	b.tb.Helper()
	forms := b.get("/").forms
	if len(forms) == 0 {
		b.tb.Fatal("no form")
	}
	return forms[0].fields.Get("csrf")
}

func TestPageHeaders(t *testing.T) {
	t.Parallel()
	s := start(t, Options{})
	b := newBrowser(t, s)
	check := func(path string) {
		h := b.get(path).header
		policy := h.Get("Content-Security-Policy")
		for _, part := range []string{"default-src 'none'", "style-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"} {
			if !strings.Contains(policy, part) {
				t.Errorf("%s: policy %q lacks %s", path, policy, part)
			}
		}
		if h.Get("X-Frame-Options") != "DENY" || h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Referrer-Policy") != "same-origin" ||
			path != "/style.css" && h.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %v", path, h)
		}
		if strings.Contains(policy, "script-src") || h.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s: %v", path, h)
		}
	}
	consent := authorizePath + "?" + (&program{redirect: "http://127.0.0.1:9/callback"}).request().Encode()
	for _, path := range []string{"/", "/device", "/style.css", consent, authorizePath} {
		check(path)
	}
	b.signIn()
	for _, path := range []string{"/", "/device", consent} {
		check(path)
	}
	if policy := b.get(consent).header.Get("Content-Security-Policy"); !strings.HasSuffix(policy, "form-action 'self' http://127.0.0.1:9") {
		t.Errorf("policy of the consent page %q", policy)
	}
}

func TestCookie(t *testing.T) {
	t.Parallel()
	s := start(t, Options{})
	b := newBrowser(t, s)
	page := b.get("/")
	first := page.header.Get("Set-Cookie")
	done := b.press(page, "continue")
	second := done.header.Get("Set-Cookie")
	for _, cookie := range []string{first, second} {
		if !strings.HasPrefix(cookie, s.cookieName()+"=") || !strings.Contains(cookie, "; HttpOnly; SameSite=Lax") {
			t.Errorf("cookie %q", cookie)
		}
	}
	if first == second {
		t.Error("the sign-in kept the cookie")
	}
	if b.get("/").header.Get("Set-Cookie") != "" {
		t.Error("a cookie for one who has it")
	}
}

// TestForms: no form is taken without its token or from elsewhere.
func TestForms(t *testing.T) {
	t.Parallel()
	s := start(t, Options{})
	d := newDevice(t, s)
	query := (&program{redirect: "http://127.0.0.1:9/callback"}).request().Encode()
	forms := map[string]url.Values{
		"/signin":        {},
		"/signout":       {},
		"/keys":          {"label": {"x"}},
		"/keys/revoke":   {"id": {"1"}},
		"/logins/revoke": {"id": {"1"}},
		"/device":        {"user_code": {d.user}, "decision": {"approve"}},
		consentPath:      {"request": {query}, "decision": {"approve"}},
	}
	other := newBrowser(t, s)
	other.signIn()
	stolen := other.csrf()
	for path, form := range forms {
		for _, row := range []struct {
			what, csrf, origin, site string
		}{
			{"no token", "", s.URL(), ""},
			{"a wrong token", strings.Repeat("0", 64), s.URL(), ""},
			{"another browser's token", stolen, s.URL(), ""},
			{"another origin", "own", "http://evil.example", ""},
			{"an opaque origin", "own", "null", ""},
			{"another port", "own", "http://127.0.0.1:1", ""},
			{"another site", "own", "", "cross-site"},
			{"the same site", "own", "", "same-site"},
		} {
			b := newBrowser(t, s)
			b.signIn()
			form.Set("csrf", row.csrf)
			if row.csrf == "own" {
				form.Set("csrf", b.csrf())
			}
			req, err := http.NewRequest("POST", s.URL()+path, strings.NewReader(form.Encode()))
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			for name, value := range map[string]string{"Origin": row.origin, "Sec-Fetch-Site": row.site} {
				if value != "" {
					req.Header.Set(name, value)
				}
			}
			if a := b.do(req); a.status != 403 || a.header.Get("Location") != "" || a.header.Get("Set-Cookie") != "" {
				t.Errorf("%s with %s: %d %v", path, row.what, a.status, a.header)
			}
		}
	}
	if n := len(alice(t, s).want(200, "GET", "/user/api-keys", "").field("api_keys").([]any)); n != 1 {
		t.Errorf("%d keys", n)
	}
	wantError(t, d.poll(), "authorization_pending")
}

// TestCrossOriginAPI: the API and the token endpoint take no foreign POST
// either, and the pages no foreign Host.
func TestCrossOriginAPI(t *testing.T) {
	t.Parallel()
	s := start(t, Options{})
	h := http.Header{"X-Api-Key": {s.APIKey()}, "Content-Type": {"application/json"}, "Origin": {"http://evil.example"}}
	if a := send(t, "POST", s.APIURL()+"/ideas", h, `{"title":"x"}`); a.status != 403 {
		t.Errorf("API: %d", a.status)
	}
	if a := send(t, "POST", s.URL()+tokenPath, http.Header{"Sec-Fetch-Site": {"cross-site"}}, "x=1"); a.status != 403 {
		t.Errorf("token endpoint: %d", a.status)
	}
	for _, path := range []string{"/", "/device", authorizePath, "/.well-known/oauth-authorization-server/api/v1"} {
		if a := send(t, "GET", s.URL()+path, http.Header{"Host": {"evil.example"}}, ""); a.status != 421 {
			t.Errorf("%s with a foreign Host: %d", path, a.status)
		}
	}
}

func TestSignedOutForms(t *testing.T) {
	t.Parallel()
	s := start(t, Options{})
	for path, form := range map[string]url.Values{
		"/keys": {"label": {"x"}}, "/keys/revoke": {"id": {"1"}}, "/logins/revoke": {"id": {"1"}},
		"/device":   {"user_code": {"BCDF-GHJK"}, "decision": {"approve"}},
		consentPath: {"request": {(&program{redirect: "http://127.0.0.1:9/callback"}).request().Encode()}, "decision": {"approve"}},
	} {
		b := newBrowser(t, s)
		form.Set("csrf", b.csrf())
		if a := b.post(path, form); a.status != 200 || a.webPage.press("continue") == nil || strings.Contains(a.body, "nrp_") {
			t.Errorf("%s: %d\n%s", path, a.status, a.body)
		}
	}
	alice(t, s).want(200, "GET", "/user/me", "")
}

func TestSignInGoesOn(t *testing.T) {
	t.Parallel()
	s := start(t, Options{})
	for next, want := range map[string]string{
		"/device?user_code=X": "/device?user_code=X", "": "/", "//evil.example": "/", `/\evil.example`: "/", "http://evil.example": "/",
		"javascript:x": "/", "/\t/evil.example": "/", "/\r\nx: y": "/", "device": "/",
	} {
		b := newBrowser(t, s)
		a := b.post("/signin", url.Values{"csrf": {b.csrf()}, "next": {next}})
		if a.status != 303 || a.header.Get("Location") != want {
			t.Errorf("%q leads to %q", next, a.header.Get("Location"))
		}
	}
}

// TestSignInRemote: where other machines reach the page, it asks for a key.
func TestSignInRemote(t *testing.T) {
	t.Parallel()
	s := start(t, Options{AllowRemote: true})
	b := newBrowser(t, s)
	for key, status := range map[string]int{"": 403, "nrp_x": 403, bob(t, s).key: 403} {
		if a := b.post("/signin", url.Values{"csrf": {b.csrf()}, "api_key": {key}}); a.status != status {
			t.Errorf("%q: %d", key, a.status)
		}
	}
	if a := b.post("/signin", url.Values{"csrf": {b.csrf()}, "api_key": {s.APIKey()}}); a.status != 303 {
		t.Errorf("the right key: %d", a.status)
	}
}

func TestSignInExpires(t *testing.T) {
	t.Parallel()
	clock := newClock("2026-03-24T12:00:00Z")
	s := start(t, Options{Now: clock.Now})
	b := newBrowser(t, s)
	b.signIn()
	clock.Add(signInLifetime)
	if b.get("/").webPage.press("continue") == nil {
		t.Error("signed in for ever")
	}
}

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
	for _, path := range []string{"/keys/revoke", "/logins/revoke"} {
		for _, id := range []string{"2", "0", "x", ""} {
			if a := b.post(path, url.Values{"csrf": {b.csrf()}, "id": {id}}); a.status != 404 {
				t.Errorf("%s %q: %d", path, id, a.status)
			}
		}
	}
	if a := b.post("/signout", url.Values{"csrf": {b.csrf()}}); a.status != 303 || b.get("/").webPage.press("continue") == nil {
		t.Errorf("sign-out: %d", a.status)
	}
}

// FuzzAuthorize holds that no query is our error, and that none sends a
// browser off this machine.
func FuzzAuthorize(f *testing.F) {
	p := &program{redirect: "http://127.0.0.1:9/callback"}
	for _, query := range []string{p.request().Encode(), p.request("state", "\x00\r\n").Encode(), p.request("redirect_uri", "http://[::1]:1/callback").Encode(),
		p.request().Encode() + "&a=1&a=2", "%zz", "client_id=nrepo-cli&redirect_uri=//evil.example", p.request("scope", "\xff").Encode()} {
		f.Add(query)
	}
	s := start(f, Options{})
	b := newBrowser(f, s)
	b.signIn()
	csrf := b.csrf()
	f.Fuzz(func(t *testing.T, query string) {
		a := b.on(t).post(consentPath, url.Values{"csrf": {csrf}, "request": {query}, "decision": {"approve"}})
		switch location := a.header.Get("Location"); {
		case a.status == 400 && location == "":
		case a.status == 303 && (strings.HasPrefix(location, "http://127.0.0.1") || strings.HasPrefix(location, "http://[::1]")):
			if u, err := url.Parse(location); err != nil || u.Path != "/callback" || !u.Query().Has("iss") {
				t.Errorf("%q leads to %q", query, location)
			}
		default:
			t.Errorf("%q: %d %v", query, a.status, a.header)
		}
	})
}

func FuzzSignInNext(f *testing.F) {
	for _, next := range []string{"/", "//x", "/\\x", "/a?b=c", "\x00", "/\x7f", "http://x", "/%2f/x"} {
		f.Add(next)
	}
	f.Fuzz(func(t *testing.T, next string) {
		u, err := (&url.URL{Scheme: "http", Host: "127.0.0.1:1"}).Parse(localPath(next))
		if err == nil && u.Host != "127.0.0.1:1" {
			t.Errorf("%q leads to %v", next, u)
		}
	})
}

func TestHandoff(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		what, query string // of the callback
		naive       bool
		want        string // what stands before the key
	}{
		{"a query is there", "?state=abc", false, "?state=abc&api_key="},
		{"none is there", "", false, "?api_key="},
		{"joined without looking", "?state=abc", true, "?state=abc?api_key="},
	} {
		t.Run(row.what, func(t *testing.T) {
			t.Parallel()
			s := start(t, Options{Handoff: true, NaiveHandoff: row.naive})
			got := make(chan string, 1)
			listener := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got <- r.RequestURI }))
			defer listener.Close()
			callback := listener.URL + "/callback" + row.query
			if err := Decide(context.Background(), s.URL()+"/auth/cli?callback="+url.QueryEscape(callback), true); err != nil {
				t.Fatal(err)
			}
			key, found := strings.CutPrefix(<-got, "/callback"+row.want)
			if !found {
				t.Fatalf("callback got %s", key)
			}
			keys := client{t, s, key}.want(200, "GET", "/user/api-keys", "").field("api_keys").([]any)
			if made := keys[len(keys)-1].(map[string]any); made["label"] != "CLI (auto-generated)" {
				t.Errorf("made %v", made)
			}
			if err := Decide(context.Background(), s.URL()+"/auth/cli?callback="+url.QueryEscape(callback), false); err != nil {
				t.Fatal(err)
			}
			if request := <-got; !strings.Contains(request, "error=access_denied") || strings.Contains(request, "nrp_") {
				t.Errorf("denied: %s", request)
			}
		})
	}
}

// TestHandoffOnly: with one way to log in the other is not there.
func TestHandoffOnly(t *testing.T) {
	t.Parallel()
	handoff, oauth := start(t, Options{Handoff: true}), start(t, Options{})
	for _, path := range []string{"/.well-known/oauth-authorization-server/api/v1", "/.well-known/oauth-authorization-server", authorizePath, tokenPath, devicePath} {
		if a := send(t, "GET", handoff.URL()+path, http.Header{}, ""); a.status != 404 {
			t.Errorf("%s with handoff: %d", path, a.status)
		}
	}
	if a := send(t, "GET", oauth.URL()+handoffPath, http.Header{}, ""); a.status != 404 {
		t.Errorf("%s with OAuth: %d", handoffPath, a.status)
	}
	b := newBrowser(t, handoff)
	for _, callback := range []string{"", "https://127.0.0.1/callback", "http://evil.example/callback", "http://localhost.evil.example/", "http://user@localhost/",
		"http://127.0.0.1.evil.example/", "http://2130706433/", "javascript:alert(1)", "//localhost/", "http://localhost/#x", "http://[::1", "http://localhost/" + strings.Repeat("a", 2000)} {
		if a := b.get(handoffPath + "?callback=" + url.QueryEscape(callback)); a.status != 400 || a.header.Get("Location") != "" {
			t.Errorf("callback %.60q: %d", callback, a.status)
		}
	}
	for _, callback := range []string{"http://localhost:1/callback?state=x", "http://127.0.0.1:1/", "http://[::1]:1/callback"} {
		if a := b.get(handoffPath + "?callback=" + url.QueryEscape(callback)); a.status != 200 {
			t.Errorf("callback %q: %d", callback, a.status)
		}
	}
}

// TestDecideStaysHere: a login URL cannot lead the helper off this machine.
func TestDecideStaysHere(t *testing.T) {
	t.Parallel()
	s := start(t, Options{})
	away := httptest.NewServer(http.RedirectHandler("http://neuralrepo.example/", http.StatusFound))
	defer away.Close()
	for _, login := range []string{"http://neuralrepo.example/", "https://127.0.0.1/", "http://user@127.0.0.1/", "file:///etc/passwd", "", "-x", "http://[", away.URL} {
		if err := Decide(context.Background(), login, true); !errors.Is(err, ErrNotLocal) {
			t.Errorf("%q: %v", login, err)
		}
	}
	for path, want := range map[string]string{
		"/":           "/ has nothing to approve",
		"/device":     "/device has nothing to approve: Log in a device",
		authorizePath: "400 Bad Request That did not work. The client_id is not known here.",
		"/nope":       "/nope answers 404",
	} {
		if err := Decide(context.Background(), s.URL()+path, true); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", path, err, want)
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), 0*time.Second)
	defer cancel()
	if err := Decide(ctx, s.URL(), true); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v", err)
	}
}
