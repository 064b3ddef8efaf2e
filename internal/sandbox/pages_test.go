package sandbox

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/nrepo-cli/nrepo/internal/sandbox/store"
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

// on returns the same browser for another test.
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
	form := page.webPage.form(button)
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
		if !strings.HasPrefix(cookie, fmt.Sprint("nrepo_sandbox_", s.addr.Port)+"=") || !strings.Contains(cookie, "; HttpOnly; SameSite=Lax") {
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

// A form is refused without its token, or from another site.
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

// The API and the token endpoint refuse a POST from another site too, and the pages refuse
// another Host.
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
	for _, method := range []string{"GET", "OPTIONS"} { // no page of another site may read an answer either
		h := http.Header{"Origin": {"http://evil.example"}, "Access-Control-Request-Method": {"POST"}, "X-Api-Key": {s.APIKey()}}
		for name := range send(t, method, s.APIURL()+"/ideas", h, "").header {
			if strings.HasPrefix(name, "Access-Control-") {
				t.Errorf("%s: %s is sent", method, name)
			}
		}
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
		if a := b.post(path, form); a.status != 200 || a.webPage.form("continue") == nil || strings.Contains(a.body, "nrp_") {
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

// If other machines can reach the page, it asks for a key.
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
	clock.Add(store.BrowserLifetime)
	if b.get("/").webPage.form("continue") == nil {
		t.Error("the sign-in never expires")
	}
}
