package sandbox

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nrepo-cli/nrepo/internal/sandbox/store"
)

func TestCredentials(t *testing.T) {
	t.Parallel()
	s := start(t, Options{})
	session, err := s.CreateSession(time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	key := s.APIKey()
	for _, row := range []struct {
		what   string
		header http.Header
		status int
	}{
		{"key", http.Header{"X-Api-Key": {key}}, 200},
		{"session", http.Header{"Authorization": {"Bearer " + session}}, 200},
		{"scheme in lower case", http.Header{"Authorization": {"bearer " + session}}, 200},
		{"nothing", http.Header{}, 401},
		{"unknown key", http.Header{"X-Api-Key": {"nrp_" + strings.Repeat("0", 64)}}, 401},
		{"malformed key", http.Header{"X-Api-Key": {"nrp_123"}}, 401},
		{"key in upper case", http.Header{"X-Api-Key": {strings.ToUpper(key)}}, 401},
		{"key as a session", http.Header{"Authorization": {"Bearer " + key}}, 401},
		{"session as a key", http.Header{"X-Api-Key": {session}}, 401},
		{"unknown session", http.Header{"Authorization": {"Bearer " + strings.Repeat("0", 64)}}, 401},
		{"no token", http.Header{"Authorization": {"Bearer "}}, 401},
		{"another scheme", http.Header{"Authorization": {"Basic " + session}}, 401},
		{"hash of the key", http.Header{"Authorization": {fmt.Sprintf("Bearer %x", store.Hash(session))}}, 401},
	} {
		t.Run(row.what, func(t *testing.T) {
			a := send(t, "GET", s.APIURL()+"/user/me", row.header, "")
			if a.status != row.status {
				t.Errorf("status %d, want %d", a.status, row.status)
			}
			if row.status == 401 && (a.field("error") != "Invalid API key" || !strings.HasPrefix(a.header.Get("WWW-Authenticate"), "Bearer ")) {
				t.Errorf("error %q, WWW-Authenticate %q", a.field("error"), a.header.Get("WWW-Authenticate"))
			}
		})
	}
}

func TestSessionExpires(t *testing.T) {
	t.Parallel()
	clock := newClock("2026-03-24T12:00:00Z")
	s := start(t, Options{Now: clock.Now})
	session, err := s.CreateSession(time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	status := func() int {
		return send(t, "GET", s.APIURL()+"/user/me", http.Header{"Authorization": {"Bearer " + session}}, "").status
	}
	clock.Add(time.Hour - time.Second)
	if got := status(); got != 200 {
		t.Errorf("a second before the end: %d", got)
	}
	clock.Add(time.Second)
	if got := status(); got != 401 {
		t.Errorf("at the end: %d", got)
	}
}

func TestScopes(t *testing.T) {
	t.Parallel()
	s := start(t, Options{})
	alice(t, s).want(201, "POST", "/ideas", `{"title":"x"}`)
	key := func(scopes ...string) client {
		k, err := s.CreateKey("k", scopes...)
		if err != nil {
			t.Fatal(err)
		}
		return client{t, s, k}
	}
	none, reads, writes := key(), key(store.ReadScope), key(store.WriteScope)

	for _, c := range []client{none, reads, writes} {
		c.want(200, "GET", "/user/me", "")
		c.want(200, "GET", "/user/api-keys", "")
	}
	for _, path := range []string{"/ideas", "/ideas/698", "/ideas/search?q=x", "/tags", "/ideas/698/links", "/ideas/698/relations"} {
		reads.want(200, "GET", path, "")
		if a := none.want(403, "GET", path, ""); a.field("error") != "Missing scope: ideas:read" {
			t.Errorf("%s: error %q", path, a.field("error"))
		}
		writes.want(403, "GET", path, "")
	}
	reads.want(403, "POST", "/ideas", `{"title":"x"}`)
	reads.want(403, "PATCH", "/ideas/698", `{"title":"y"}`)
	reads.want(403, "DELETE", "/ideas/698", "")
	reads.want(403, "POST", "/ideas/698/links", `{"url":"https://example.com"}`)
	writes.want(200, "PATCH", "/ideas/698", `{"title":"y"}`)

	// A key cannot create a key with more scopes than it has.
	made := reads.want(201, "POST", "/user/api-keys", `{"label":"child"}`).field("key").(string)
	client{t, s, made}.want(200, "GET", "/ideas", "")
	client{t, s, made}.want(403, "POST", "/ideas", `{"title":"x"}`)
}

func TestKeys(t *testing.T) {
	t.Parallel()
	clock := newClock("2026-03-24T12:00:00Z")
	s := start(t, Options{Now: clock.Now})
	c := alice(t, s)

	made := c.want(201, "POST", "/user/api-keys", `{"label":"ci"}`)
	secret := made.field("key").(string)
	id := fmt.Sprint(made.field("id"))
	if a := c.want(201, "POST", "/user/api-keys", ""); a.field("label") != "default" {
		t.Errorf("label without a body: %v", a.field("label"))
	}

	list := func() map[string]any {
		for _, k := range c.want(200, "GET", "/user/api-keys", "").field("api_keys").([]any) {
			if k := k.(map[string]any); fmt.Sprint(k["id"]) == id {
				return k
			}
		}
		return nil
	}
	k := list()
	if k["key"] != "nrp_********"+secret[64:] || k["last_used_at"] != nil || k["created_at"] != "2026-03-24T12:00:00Z" {
		t.Errorf("listed as %v", k)
	}
	client{t, s, secret}.want(200, "GET", "/user/me", "")
	if k := list(); k["last_used_at"] != "2026-03-24T12:00:00Z" {
		t.Errorf("after its first use: %v", k)
	}
	clock.Add(5 * time.Minute)
	client{t, s, secret}.want(200, "GET", "/user/me", "")
	if k := list(); k["last_used_at"] != "2026-03-24T12:05:00Z" {
		t.Errorf("five minutes later: %v", k)
	}

	other := bob(t, s)
	other.want(404, "DELETE", "/user/api-keys/"+id, "")
	if n := len(other.want(200, "GET", "/user/api-keys", "").field("api_keys").([]any)); n != 1 {
		t.Errorf("another user sees %d keys", n)
	}
	for _, id := range []string{"999", "0", "-1", "abc", "99999999999999999999"} {
		if a := c.want(404, "DELETE", "/user/api-keys/"+id, ""); a.field("error") != "API key not found" {
			t.Errorf("id %s: %v", id, a.body)
		}
	}
	c.want(200, "DELETE", "/user/api-keys/"+id, "")
	client{t, s, secret}.want(401, "GET", "/user/me", "")
	c.want(404, "DELETE", "/user/api-keys/"+id, "")
	if list() != nil {
		t.Error("a revoked key is listed")
	}
}

func TestRateLimit(t *testing.T) {
	t.Parallel()
	clock := newClock("2026-03-24T23:59:58Z")
	s := start(t, Options{Now: clock.Now, RateLimit: 3})
	c := alice(t, s)
	second, err := s.CreateKey("second", store.ReadScope)
	if err != nil {
		t.Fatal(err)
	}

	c.want(200, "GET", "/user/me", "")
	client{t, s, second}.want(200, "GET", "/user/me", "") // all keys of a user share it
	c.want(404, "GET", "/ideas/999", "")                  // so do errors
	send(t, "GET", s.APIURL()+"/user/me", http.Header{}, "")

	a := c.want(429, "GET", "/user/me", "")
	if a.field("error") != "Rate limit exceeded" || a.header.Get("Retry-After") != "2" {
		t.Errorf("%v, Retry-After %q", a.body, a.header.Get("Retry-After"))
	}
	client{t, s, second}.want(429, "GET", "/user/me", "")
	client{t, s, ""}.want(200, "GET", "/health", "")
	bob(t, s).want(200, "GET", "/user/me", "")

	clock.Add(2 * time.Second)
	c.want(200, "GET", "/user/me", "")
}

func TestHost(t *testing.T) {
	t.Parallel()
	s := start(t, Options{})
	port := s.addr.Port
	for _, row := range []struct {
		host   string
		status int
	}{
		{fmt.Sprintf("127.0.0.1:%d", port), 200},
		{fmt.Sprintf("localhost:%d", port), 200},
		{fmt.Sprintf("LocalHost:%d", port), 200},
		{fmt.Sprintf("[::1]:%d", port), 200},
		{fmt.Sprintf("127.0.0.1:%d", port+1), 421},
		{"127.0.0.1", 421},
		{fmt.Sprintf("evil.example:%d", port), 421},
		{fmt.Sprintf("localhost.evil.example:%d", port), 421},
		{fmt.Sprintf("192.0.2.1:%d", port), 421},
	} {
		h := http.Header{"X-Api-Key": {s.APIKey()}, "Host": {row.host}}
		if a := send(t, "GET", s.APIURL()+"/user/me", h, ""); a.status != row.status {
			t.Errorf("Host %s: status %d, want %d", row.host, a.status, row.status)
		}
	}
	open := start(t, Options{AllowRemote: true})
	h := http.Header{"X-Api-Key": {open.APIKey()}, "Host": {"sandbox.example"}}
	if a := send(t, "GET", open.APIURL()+"/user/me", h, ""); a.status != 200 {
		t.Errorf("with AllowRemote: status %d", a.status)
	}
}

func TestRequests(t *testing.T) {
	t.Parallel()
	s := start(t, Options{})
	alice(t, s).want(200, "GET", "/ideas/search?q=hidden", "")
	send(t, "GET", s.APIURL()+"/nope", http.Header{"Authorization": {"Bearer x"}}, "")
	want := []Request{
		{"GET", "/api/v1/ideas/search", 200, []string{"X-API-Key"}},
		{"GET", "/api/v1/nope", 404, []string{"Authorization"}},
	}
	got := s.Requests()
	if !slices.EqualFunc(got, want, func(a, b Request) bool { return fmt.Sprint(a) == fmt.Sprint(b) }) {
		t.Errorf("Requests() = %v, want %v", got, want)
	}

	var h history
	for i := range 2500 {
		h.add(Request{Status: i})
	}
	if all := h.all(); len(all) < 1000 || len(all) > 2000 || all[len(all)-1].Status != 2499 {
		t.Errorf("history keeps %d requests", len(all))
	}
}
