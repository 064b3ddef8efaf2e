package sandbox

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/nrepo-cli/nrepo/internal/sandbox/store"
)

// A code is valid only with its client, redirect URI and verifier (RFC 6749, 4.1.3; RFC 7636,
// 4.6). A refused request does not use it up.
func TestExchangeRefusals(t *testing.T) {
	t.Parallel()
	s := start(t, Options{})
	p := newProgram(t)
	code := p.approve(t, s)
	for _, row := range []struct {
		what    string
		changes []string
		code    string
	}{
		{"no grant type", []string{"grant_type", "-"}, "invalid_request"},
		{"password grant", []string{"grant_type", "password"}, "unsupported_grant_type"},
		{"client credentials", []string{"grant_type", "client_credentials"}, "unsupported_grant_type"},
		{"no client", []string{"client_id", "-"}, "invalid_client"},
		{"another client", []string{"client_id", "other"}, "invalid_client"},
		{"a secret", []string{"client_secret", "x"}, "invalid_client"},
		{"an assertion", []string{"client_assertion", "x"}, "invalid_client"},
		{"no code", []string{"code", "-"}, "invalid_request"},
		{"unknown code", []string{"code", "x"}, "invalid_grant"},
		{"no redirect URI", []string{"redirect_uri", "-"}, "invalid_request"},
		{"another redirect URI", []string{"redirect_uri", "http://127.0.0.1:1/callback"}, "invalid_grant"},
		{"no verifier", []string{"code_verifier", "-"}, "invalid_request"},
		{"another verifier", []string{"code_verifier", verifier[1:] + "x"}, "invalid_grant"},
		{"the challenge as verifier", []string{"code_verifier", challenge()}, "invalid_grant"},
		{"the code as a device code", []string{"grant_type", "urn:ietf:params:oauth:grant-type:device_code", "device_code", code}, "invalid_grant"},
		{"the code as a refresh token", []string{"grant_type", "refresh_token", "refresh_token", code}, "invalid_grant"},
	} {
		t.Run(row.what, func(t *testing.T) { wantError(t, p.exchange(t, s, code, row.changes...), row.code) })
	}
	tokens(t, p.exchange(t, s, code))
}

// TestClientForm tests the form that a client without a secret sends (RFC 6749, 2.3 and 3.2).
func TestClientForm(t *testing.T) {
	t.Parallel()
	s := start(t, Options{})
	form := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
	basic := form.Clone()
	basic.Set("Authorization", "Basic bnJlcG8tY2xpOg==")
	const body = "grant_type=refresh_token&client_id=nrepo-cli&refresh_token=x"
	for _, row := range []struct {
		what, query string
		header      http.Header
		body, code  string
	}{
		{"Basic", "", basic, body, "invalid_client"},
		{"JSON", "", http.Header{"Content-Type": {"application/json"}}, `{"grant_type":"refresh_token"}`, "invalid_request"},
		{"no type", "", http.Header{}, body, "invalid_request"},
		{"in the URL", "?" + body, form, "", "invalid_request"},
		{"a parameter twice", "", form, body + "&refresh_token=y", "invalid_request"},
		{"not a form", "", form, "%zz", "invalid_request"},
		{"as it should be", "", form, body, "invalid_grant"},
	} {
		t.Run(row.what, func(t *testing.T) {
			a := send(t, "POST", s.URL()+tokenPath+row.query, row.header, row.body)
			wantError(t, a, row.code)
			if (a.header.Get("WWW-Authenticate") != "") != (row.code == "invalid_client") {
				t.Errorf("WWW-Authenticate %q", a.header.Get("WWW-Authenticate"))
			}
		})
	}
	for _, path := range []string{tokenPath, revokePath, deviceAPIPath} {
		if a := send(t, "GET", s.URL()+path, http.Header{}, ""); a.status != 405 || a.header.Get("Allow") != "POST" {
			t.Errorf("GET %s: %d", path, a.status)
		}
	}
}

// The second use of a code ends the login that the first began (RFC 6749, 4.1.2).
func TestCodeReuse(t *testing.T) {
	t.Parallel()
	s := start(t, Options{})
	p := newProgram(t)
	code := p.approve(t, s)
	access, refresh := tokens(t, p.exchange(t, s, code))
	wantError(t, p.exchange(t, s, code), "invalid_grant")
	if got := me(t, s, access); got != 401 {
		t.Errorf("the access token still gives %d", got)
	}
	wantError(t, refreshWith(t, s, refresh), "invalid_grant")
}

func TestCodeExpires(t *testing.T) {
	t.Parallel()
	clock := newClock("2026-03-24T12:00:00Z")
	s := start(t, Options{Now: clock.Now})
	p := newProgram(t)
	early, late := p.approve(t, s), p.approve(t, s)
	clock.Add(store.CodeLifetime - time.Second)
	tokens(t, p.exchange(t, s, early))
	clock.Add(time.Second)
	wantError(t, p.exchange(t, s, late), "invalid_grant")
}

// The access token expires, the refresh token gives a new one, and expires later.
func TestSessionTTL(t *testing.T) {
	t.Parallel()
	clock := newClock("2026-03-24T12:00:00Z")
	s := start(t, Options{Now: clock.Now, SessionTTL: time.Minute})
	access, refresh := newProgram(t).login(t, s)
	clock.Add(59 * time.Second)
	if got := me(t, s, access); got != 200 {
		t.Errorf("a second before the end: %d", got)
	}
	clock.Add(time.Second)
	if got := me(t, s, access); got != 401 {
		t.Errorf("at the end: %d", got)
	}
	access, refresh = tokens(t, refreshWith(t, s, refresh))
	if got := me(t, s, access); got != 200 {
		t.Errorf("refreshed: %d", got)
	}
	clock.Add(store.RefreshLifetime)
	wantError(t, refreshWith(t, s, refresh), "invalid_grant")
}

// The second use of a refresh token ends the login with its newest tokens (RFC 9700, 4.14.2).
func TestRefreshReuse(t *testing.T) {
	t.Parallel()
	s := start(t, Options{})
	p := newProgram(t)
	_, first := p.login(t, s)
	other, _ := p.login(t, s)
	_, second := tokens(t, refreshWith(t, s, first))
	access, third := tokens(t, refreshWith(t, s, second))
	if second == first || third == second {
		t.Error("a refresh token came again")
	}
	wantError(t, refreshWith(t, s, first), "invalid_grant")
	wantError(t, refreshWith(t, s, third), "invalid_grant")
	if got := me(t, s, access); got != 401 {
		t.Errorf("the newest access token still gives %d", got)
	}
	if got := me(t, s, other); got != 200 {
		t.Errorf("another login gives %d", got)
	}
}

// TestRevoke: RFC 7009, 2.1 and 2.2.
func TestRevoke(t *testing.T) {
	t.Parallel()
	s := start(t, Options{})
	p := newProgram(t)
	revoke := func(changes ...string) answer {
		form := url.Values{"client_id": {"nrepo-cli"}}
		change(form, changes)
		return post(t, s, revokePath, form)
	}
	access, refresh := p.login(t, s)
	if a := revoke("token", access, "token_type_hint", "refresh_token"); a.status != 200 {
		t.Errorf("%d %v", a.status, a.body)
	}
	if got := me(t, s, access); got != 401 {
		t.Errorf("revoked access token: %d", got)
	}
	access, refresh = tokens(t, refreshWith(t, s, refresh))
	if a := revoke("token", refresh); a.status != 200 {
		t.Errorf("%d %v", a.status, a.body)
	}
	if got := me(t, s, access); got != 401 {
		t.Errorf("access token of a revoked login: %d", got)
	}
	wantError(t, refreshWith(t, s, refresh), "invalid_grant")
	for _, token := range []string{refresh, "unknown", s.APIKey()} {
		if a := revoke("token", token); a.status != 200 {
			t.Errorf("unknown token: %d %v", a.status, a.body)
		}
	}
	alice(t, s).want(200, "GET", "/user/me", "")
	wantError(t, revoke(), "invalid_request")
	wantError(t, revoke("token", "x", "client_id", "other"), "invalid_client")
}

// FuzzToken checks that no form causes an internal error, and that none gets tokens.
func FuzzToken(f *testing.F) {
	for _, form := range []string{"", "grant_type=authorization_code&client_id=nrepo-cli&code=x&redirect_uri=y&code_verifier=z", "%zz", "client_id=nrepo-cli&client_id=nrepo-cli",
		"grant_type=refresh_token&client_id=nrepo-cli&refresh_token=%00", "grant_type=urn:ietf:params:oauth:grant-type:device_code&client_id=nrepo-cli&device_code=\xff"} {
		f.Add(form)
	}
	s := start(f, Options{})
	h := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
	f.Fuzz(func(t *testing.T, form string) {
		a := send(t, "POST", s.URL()+tokenPath, h, form)
		if code, _ := a.field("error").(string); code == "" || a.status != 400 && a.status != 401 {
			t.Errorf("%q: %d %v", form, a.status, a.body)
		}
	})
}

// device is a login by device code.
type device struct {
	t    *testing.T
	s    *Server
	code string // device code
	user string // user code
	url  string // verification_uri_complete
}

func newDevice(t *testing.T, s *Server) device {
	t.Helper()
	a := post(t, s, deviceAPIPath, url.Values{"client_id": {"nrepo-cli"}, "scope": {"ideas:read ideas:write"}})
	d := device{t: t, s: s}
	d.code, _ = a.field("device_code").(string)
	d.user, _ = a.field("user_code").(string)
	d.url, _ = a.field("verification_uri_complete").(string)
	if a.status != 200 || d.code == "" || !userCodeForm.MatchString(d.user) || a.field("expires_in") != 600.0 || a.field("interval") != 5.0 ||
		a.field("verification_uri") != s.URL()+"/device" || d.url != s.URL()+"/device?user_code="+d.user {
		t.Fatalf("%d %v", a.status, a.body)
	}
	return d
}

func (d device) poll() answer {
	d.t.Helper()
	return post(d.t, d.s, tokenPath, url.Values{
		"grant_type": {"urn:ietf:params:oauth:grant-type:device_code"}, "client_id": {"nrepo-cli"}, "device_code": {d.code}})
}
