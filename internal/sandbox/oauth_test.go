package sandbox

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

const verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk" // of RFC 7636, appendix B

// program is a client on a loopback address. It records the requests to its callback.
type program struct {
	redirect string
	got      chan url.Values
}

func newProgram(tb testing.TB) *program {
	p := &program{got: make(chan url.Values, 10)}
	listener := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.got <- r.URL.Query()
	}))
	tb.Cleanup(listener.Close)
	p.redirect = listener.URL + "/callback"
	return p
}

func challenge() string {
	sum := sha256.Sum256([]byte(verifier))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// request returns a valid authorization request with changes: pairs of a parameter and its
// value, "-" to remove it.
func (p *program) request(changes ...string) url.Values {
	query := url.Values{
		"response_type": {"code"}, "client_id": {"nrepo-cli"}, "redirect_uri": {p.redirect}, "state": {"st+a/te="},
		"scope": {"ideas:read ideas:write"}, "code_challenge": {challenge()}, "code_challenge_method": {"S256"},
	}
	change(query, changes)
	return query
}

func change(form url.Values, changes []string) {
	for pair := range slices.Chunk(changes, 2) {
		if pair[1] == "-" {
			form.Del(pair[0])
		} else {
			form.Set(pair[0], pair[1])
		}
	}
}

func (p *program) loginURL(s *Server, changes ...string) string {
	return s.URL() + authorizePath + "?" + p.request(changes...).Encode()
}

// approve logs in and returns the code.
func (p *program) approve(t *testing.T, s *Server, changes ...string) string {
	t.Helper()
	if err := Decide(context.Background(), p.loginURL(s, changes...), true); err != nil {
		t.Fatal(err)
	}
	got := <-p.got
	if got.Get("code") == "" || got.Get("state") != "st+a/te=" || got.Get("iss") != s.APIURL() || len(got) != 3 {
		t.Fatalf("callback got %v", got)
	}
	return got.Get("code")
}

// post sends a form to an OAuth endpoint.
func post(t *testing.T, s *Server, path string, form url.Values) answer {
	t.Helper()
	return send(t, "POST", s.URL()+path, http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}, form.Encode())
}

func (p *program) exchange(t *testing.T, s *Server, code string, changes ...string) answer {
	t.Helper()
	form := url.Values{
		"grant_type": {"authorization_code"}, "client_id": {"nrepo-cli"}, "code": {code}, "redirect_uri": {p.redirect}, "code_verifier": {verifier},
	}
	change(form, changes)
	return post(t, s, tokenPath, form)
}

// tokens returns the tokens of an answer, which must have them.
func tokens(t *testing.T, a answer) (access, refresh string) {
	t.Helper()
	access, _ = a.field("access_token").(string)
	refresh, _ = a.field("refresh_token").(string)
	if a.status != 200 || access == "" || refresh == "" {
		t.Fatalf("%d %v", a.status, a.body)
	}
	return access, refresh
}

func (p *program) login(t *testing.T, s *Server) (access, refresh string) {
	t.Helper()
	return tokens(t, p.exchange(t, s, p.approve(t, s)))
}

func refreshWith(t *testing.T, s *Server, token string, changes ...string) answer {
	t.Helper()
	form := url.Values{"grant_type": {"refresh_token"}, "client_id": {"nrepo-cli"}, "refresh_token": {token}}
	change(form, changes)
	return post(t, s, tokenPath, form)
}

func me(t *testing.T, s *Server, access string) int {
	t.Helper()
	return send(t, "GET", s.APIURL()+"/user/me", http.Header{"Authorization": {"Bearer " + access}}, "").status
}

func wantError(t *testing.T, a answer, code string) {
	t.Helper()
	status := map[string]int{"invalid_client": 401}[code]
	if status == 0 {
		status = 400
	}
	if a.status != status || a.field("error") != code || a.header.Get("Cache-Control") != "no-store" {
		t.Errorf("%d %v, want %s", a.status, a.body, code)
	}
}

// TestMetadata compares all of the two documents (RFC 8414, 2).
func TestMetadata(t *testing.T) {
	t.Parallel()
	s := start(t, Options{})
	const wellKnown = "/.well-known/oauth-authorization-server"
	want := `{"issuer":"ORIGIN/api/v1",
		"authorization_endpoint":"ORIGIN/oauth/authorize","token_endpoint":"ORIGIN/oauth/token",
		"revocation_endpoint":"ORIGIN/oauth/revoke","device_authorization_endpoint":"ORIGIN/oauth/device_authorization",
		"scopes_supported":["ideas:read","ideas:write"],"response_types_supported":["code"],"response_modes_supported":["query"],
		"grant_types_supported":["authorization_code","refresh_token","urn:ietf:params:oauth:grant-type:device_code"],
		"code_challenge_methods_supported":["S256"],"token_endpoint_auth_methods_supported":["none"],
		"revocation_endpoint_auth_methods_supported":["none"],"authorization_response_iss_parameter_supported":true}`
	var document any
	if err := json.Unmarshal([]byte(strings.ReplaceAll(want, "ORIGIN", s.URL())), &document); err != nil {
		t.Fatal(err)
	}
	for _, host := range []string{"", "localhost:" + strings.Split(s.URL(), ":")[2]} {
		a := send(t, "GET", s.URL()+wellKnown+"/api/v1", http.Header{"Host": {host}}, "")
		if a.status != 200 || a.header.Get("Content-Type") != "application/json" {
			t.Fatalf("%d %v", a.status, a.header)
		}
		if got, want := quoteAny(a.body), quoteAny(document); got != want {
			t.Errorf("Host %q:\n%s\nwant\n%s", host, got, want)
		}
	}
	root := send(t, "GET", s.URL()+wellKnown, http.Header{}, "")
	if root.status != 200 || root.field("issuer") == s.APIURL() || root.field("token_endpoint") == s.URL()+tokenPath {
		t.Errorf("metadata of the root: %v", root.body)
	}
	for _, path := range []string{wellKnown + "/", wellKnown + "/api/v2", wellKnown + "/api/v1/", "/api/v1" + wellKnown} {
		if a := send(t, "GET", s.URL()+path, http.Header{}, ""); a.status != 404 {
			t.Errorf("%s: %d", path, a.status)
		}
	}
}

func quoteAny(v any) string {
	b, _ := json.Marshal(v)
	return string(b)
}

// TestTokenReply compares all of the reply (RFC 6749, 5.1).
func TestTokenReply(t *testing.T) {
	t.Parallel()
	s := start(t, Options{SessionTTL: 90 * time.Second})
	p := newProgram(t)
	a := p.exchange(t, s, p.approve(t, s))
	body, _ := a.body.(map[string]any)
	if names := slices.Sorted(maps.Keys(body)); !slices.Equal(names, []string{"access_token", "expires_in", "refresh_token", "scope", "token_type"}) ||
		body["token_type"] != "Bearer" || body["expires_in"] != 90.0 || body["scope"] != "ideas:read ideas:write" ||
		a.header.Get("Cache-Control") != "no-store" || a.header.Get("Content-Type") != "application/json" {
		t.Errorf("%v %v", a.header, a.body)
	}
	access, _ := tokens(t, a)
	if got := me(t, s, access); got != 200 {
		t.Errorf("the access token gives %d", got)
	}
}

// Errors go to the redirect URI, with state and iss, if that is safe. Otherwise they are shown
// on a page (RFC 6749, 4.1.2.1).
func TestAuthorizeRefusals(t *testing.T) {
	t.Parallel()
	s := start(t, Options{})
	p := newProgram(t)
	port := strings.Split(p.redirect, ":")[2]
	for _, row := range []struct {
		what  string
		query string
		code  string // sent to the client; "" if a page is shown
	}{
		{"no client", p.request("client_id", "-").Encode(), ""},
		{"unknown client", p.request("client_id", "other").Encode(), ""},
		{"client twice", p.request().Encode() + "&client_id=nrepo-cli", ""},
		{"no redirect URI", p.request("redirect_uri", "-").Encode(), ""},
		{"redirect URI twice", p.request().Encode() + "&redirect_uri=http://127.0.0.1:1/callback", ""},
		{"redirect by name", p.request("redirect_uri", "http://localhost:"+port).Encode(), ""},
		{"redirect to another path", p.request("redirect_uri", "http://127.0.0.1:"+port[:5]+"/other").Encode(), ""},
		{"redirect with a query", p.request("redirect_uri", p.redirect+"?a=b").Encode(), ""},
		{"redirect with an empty query", p.request("redirect_uri", p.redirect+"?").Encode(), ""},
		{"redirect with a fragment", p.request("redirect_uri", p.redirect+"#a").Encode(), ""},
		{"redirect with an empty fragment", p.request("redirect_uri", p.redirect+"#").Encode(), ""},
		{"redirect in capitals", p.request("redirect_uri", strings.Replace(p.redirect, "http:", "HTTP:", 1)).Encode(), ""},
		{"redirect by TLS", p.request("redirect_uri", strings.Replace(p.redirect, "http:", "https:", 1)).Encode(), ""},
		{"redirect with a user", p.request("redirect_uri", strings.Replace(p.redirect, "//", "//user@", 1)).Encode(), ""},
		{"redirect to another loopback address", p.request("redirect_uri", "http://127.0.0.2:1/callback").Encode(), ""},
		{"redirect with an escaped path", p.request("redirect_uri", "http://127.0.0.1:1/%63allback").Encode(), ""},
		{"redirect with dots", p.request("redirect_uri", "http://127.0.0.1:1/x/../callback").Encode(), ""},
		{"redirect elsewhere", p.request("redirect_uri", "http://evil.example/callback").Encode(), ""},
		{"redirect to a look-alike", p.request("redirect_uri", "http://127.0.0.1.evil.example/callback").Encode(), ""},
		{"redirect to a number", p.request("redirect_uri", "http://2130706433:1/callback").Encode(), ""},
		{"redirect to a program", p.request("redirect_uri", "javascript:alert(1)").Encode(), ""},
		{"redirect to no port", p.request("redirect_uri", "http://127.0.0.1:99999/callback").Encode(), ""},
		{"redirect to port 0", p.request("redirect_uri", "http://127.0.0.1:0/callback").Encode(), ""},
		{"a broken query", p.request().Encode() + "&%zz", ""},

		{"state twice", p.request().Encode() + "&state=other", "invalid_request"},
		{"unknown parameter twice", p.request().Encode() + "&x=1&x=2", "invalid_request"},
		{"no response type", p.request("response_type", "-").Encode(), "invalid_request"},
		{"implicit grant", p.request("response_type", "token").Encode(), "unsupported_response_type"},
		{"hybrid flow", p.request("response_type", "code id_token").Encode(), "unsupported_response_type"},
		{"no scope", p.request("scope", "-").Encode(), "invalid_scope"},
		{"unknown scope", p.request("scope", "ideas:read admin").Encode(), "invalid_scope"},
		{"OpenID scope", p.request("scope", "openid ideas:read").Encode(), "invalid_scope"},
		{"no PKCE", p.request("code_challenge", "-", "code_challenge_method", "-").Encode(), "invalid_request"},
		{"PKCE plain", p.request("code_challenge_method", "plain").Encode(), "invalid_request"},
		{"PKCE without a method", p.request("code_challenge_method", "-").Encode(), "invalid_request"},
		{"PKCE method of another name", p.request("code_challenge_method", "SHA-256").Encode(), "invalid_request"},
		{"short challenge", p.request("code_challenge", "abc").Encode(), "invalid_request"},
		{"padded challenge", p.request("code_challenge", challenge()+"=").Encode(), "invalid_request"},
		{"request object", p.request("request", "x.y.z").Encode(), "request_not_supported"},
		{"request by reference", p.request("request_uri", "http://evil.example").Encode(), "request_not_supported"},
	} {
		t.Run(row.what, func(t *testing.T) {
			b := newBrowser(t, s)
			page := b.get(authorizePath + "?" + row.query)
			if row.code == "" {
				if page.status != 400 || page.header.Get("Location") != "" || !strings.Contains(page.body, "That did not work") {
					t.Errorf("%d %v\n%s", page.status, page.header, page.body)
				}
				return
			}
			target, err := url.Parse(page.header.Get("Location"))
			if err != nil || page.status != 303 || !strings.HasPrefix(target.String(), p.redirect+"?") {
				t.Fatalf("%d %v", page.status, page.header)
			}
			if got := target.Query(); got.Get("error") != row.code || got.Get("state") != "st+a/te=" || got.Get("iss") != s.APIURL() || got.Has("code") {
				t.Errorf("told %v", got)
			}
		})
	}
}

// Redirect URIs may have any port, and an IPv4 or IPv6 address (RFC 8252, 7.3).
func TestRedirectURIs(t *testing.T) {
	t.Parallel()
	s := start(t, Options{})
	for _, redirect := range []string{"http://127.0.0.1:1/callback", "http://127.0.0.1:65535/callback", "http://[::1]:8000/callback", "http://127.0.0.1/callback"} {
		b := newBrowser(t, s)
		b.signIn()
		p := &program{redirect: redirect}
		page := b.get(authorizePath + "?" + p.request().Encode())
		if page.status != 200 || !strings.Contains(page.body, `value="approve"`) {
			t.Errorf("%s: %d", redirect, page.status)
		}
		if done := b.press(page, "approve"); done.status != 303 || !strings.HasPrefix(done.header.Get("Location"), redirect+"?code=") {
			t.Errorf("%s: %d %v", redirect, done.status, done.header)
		}
	}
}

func TestDeny(t *testing.T) {
	t.Parallel()
	s := start(t, Options{})
	p := newProgram(t)
	if err := Decide(context.Background(), p.loginURL(s), false); err != nil {
		t.Fatal(err)
	}
	if got := <-p.got; got.Get("error") != "access_denied" || got.Get("state") != "st+a/te=" || got.Get("iss") != s.APIURL() || got.Has("code") {
		t.Errorf("callback got %v", got)
	}
}

// The parameter state is optional for the client.
func TestWithoutState(t *testing.T) {
	t.Parallel()
	s := start(t, Options{})
	p := newProgram(t)
	if err := Decide(context.Background(), p.loginURL(s, "state", "-"), true); err != nil {
		t.Fatal(err)
	}
	if got := <-p.got; got.Get("code") == "" || got.Has("state") {
		t.Errorf("callback got %v", got)
	}
}

// A session has the scopes that were granted (RFC 6749, 3.3).
func TestScopeOfSession(t *testing.T) {
	t.Parallel()
	s := start(t, Options{})
	p := newProgram(t)
	a := p.exchange(t, s, p.approve(t, s, "scope", "ideas:read"))
	access, refresh := tokens(t, a)
	if a.field("scope") != "ideas:read" {
		t.Errorf("scope %v", a.field("scope"))
	}
	h := http.Header{"Authorization": {"Bearer " + access}, "Content-Type": {"application/json"}}
	if got := send(t, "GET", s.APIURL()+"/ideas", h, "").status; got != 200 {
		t.Errorf("read: %d", got)
	}
	if got := send(t, "POST", s.APIURL()+"/ideas", h, `{"title":"x"}`).status; got != 403 {
		t.Errorf("write: %d", got)
	}
	wantError(t, refreshWith(t, s, refresh, "scope", "ideas:read ideas:write"), "invalid_scope")
	if got := refreshWith(t, s, refresh, "scope", "ideas:read").field("scope"); got != "ideas:read" {
		t.Errorf("refreshed scope %v", got)
	}
}

// Sessions, refresh tokens and the browser's sign-in are in the database and survive a
// restart.
func TestRestartKeepsLogins(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "x.db")
	first, err := Start(Options{DB: file})
	if err != nil {
		t.Fatal(err)
	}
	p := newProgram(t)
	access, refresh := p.login(t, first)
	unused := p.approve(t, first)
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	second := start(t, Options{DB: file})
	if got := me(t, second, access); got != 200 {
		t.Errorf("access token: %d", got)
	}
	tokens(t, refreshWith(t, second, refresh))
	tokens(t, p.exchange(t, second, unused))
}

// FuzzAuthorize checks that no query causes an internal error, and that none sends a browser
// to another machine.
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
		case a.status == 303:
			asked, _ := url.ParseQuery(query)
			u, err := url.Parse(location)
			if err != nil || u.Scheme != "http" || u.User != nil || u.Hostname() != "127.0.0.1" && u.Hostname() != "::1" ||
				u.Path != "/callback" || !u.Query().Has("iss") || strings.Contains(location+asked.Get("redirect_uri"), "#") {
				t.Errorf("%q leads to %q", query, location)
			}
		default:
			t.Errorf("%q: %d %v", query, a.status, a.header)
		}
	})
}
