package sandbox

import (
	"context"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/nrepo-cli/nrepo/internal/sandbox/store"
)

var userCodeForm = regexp.MustCompile(`^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$`)

func TestDevice(t *testing.T) {
	t.Parallel()
	clock := newClock("2026-03-24T12:00:00Z")
	s := start(t, Options{Now: clock.Now})
	d := newDevice(t, s)
	wantError(t, d.poll(), "authorization_pending")
	if err := Decide(context.Background(), d.url, true); err != nil {
		t.Fatal(err)
	}
	clock.Add(5 * time.Second)
	access, refresh := tokens(t, d.poll())
	if got := me(t, s, access); got != 200 {
		t.Errorf("access token: %d", got)
	}
	tokens(t, refreshWith(t, s, refresh))
	clock.Add(5 * time.Second)
	wantError(t, d.poll(), "invalid_grant")
	if err := Decide(context.Background(), d.url, false); err == nil {
		t.Error("a used code can be denied")
	}
}

func TestDeviceDenied(t *testing.T) {
	t.Parallel()
	s := start(t, Options{})
	d := newDevice(t, s)
	if err := Decide(context.Background(), d.url, false); err != nil {
		t.Fatal(err)
	}
	wantError(t, d.poll(), "access_denied")
	if err := Decide(context.Background(), d.url, true); err == nil {
		t.Error("a denied code can be approved")
	}
	b := newBrowser(t, s)
	b.signIn()
	if a := b.post("/device", url.Values{"csrf": {b.csrf()}, "user_code": {d.user}, "decision": {"approve"}}); a.status != 404 {
		t.Errorf("a denied code can be approved by its form: %d", a.status)
	}
	if a := b.post("/device", url.Values{"csrf": {b.csrf()}, "user_code": {newDevice(t, s).user}, "decision": {"perhaps"}}); a.status != 400 {
		t.Errorf("neither yes nor no: %d", a.status)
	}
}

// Each poll that comes too early adds 5 seconds to the interval (RFC 8628, 3.5).
func TestDeviceSlowDown(t *testing.T) {
	t.Parallel()
	clock := newClock("2026-03-24T12:00:00Z")
	s := start(t, Options{Now: clock.Now})
	d := newDevice(t, s)
	for i, row := range []struct {
		wait time.Duration
		want string
	}{
		{0, "authorization_pending"},
		{5 * time.Second, "authorization_pending"},
		{4 * time.Second, "slow_down"}, // 10 from here on
		{9 * time.Second, "slow_down"}, // 15
		{15 * time.Second, "authorization_pending"},
		{14 * time.Second, "slow_down"}, // 20
		{20 * time.Second, "authorization_pending"},
	} {
		clock.Add(row.wait)
		if a := d.poll(); a.field("error") != row.want {
			t.Errorf("question %d: %v, want %s", i, a.body, row.want)
		}
	}
	if err := Decide(context.Background(), d.url, true); err != nil {
		t.Fatal(err)
	}
	clock.Add(19 * time.Second)
	wantError(t, d.poll(), "slow_down") // approved, and still too early
	clock.Add(25 * time.Second)
	tokens(t, d.poll())
}

func TestDeviceExpires(t *testing.T) {
	t.Parallel()
	clock := newClock("2026-03-24T12:00:00Z")
	s := start(t, Options{Now: clock.Now})
	d, approved := newDevice(t, s), newDevice(t, s)
	if err := Decide(context.Background(), approved.url, true); err != nil {
		t.Fatal(err)
	}
	clock.Add(store.DeviceLifetime)
	wantError(t, d.poll(), "expired_token")
	wantError(t, approved.poll(), "expired_token")
	if err := Decide(context.Background(), d.url, true); err == nil || !strings.Contains(err.Error(), "404") {
		t.Errorf("approving an expired code: %v", err)
	}
	clock.Add(25 * time.Hour)
	newDevice(t, s) // forgets the old ones
	wantError(t, d.poll(), "invalid_grant")
}

func TestDeviceRefusals(t *testing.T) {
	t.Parallel()
	s := start(t, Options{})
	d := newDevice(t, s)
	for _, row := range []struct {
		what, path string
		form       url.Values
		code       string
	}{
		{"no client", deviceAPIPath, url.Values{"scope": {"ideas:read"}}, "invalid_client"},
		{"no scope", deviceAPIPath, url.Values{"client_id": {"nrepo-cli"}}, "invalid_scope"},
		{"unknown scope", deviceAPIPath, url.Values{"client_id": {"nrepo-cli"}, "scope": {"all"}}, "invalid_scope"},
		{"no device code", tokenPath, url.Values{"client_id": {"nrepo-cli"}, "grant_type": {"urn:ietf:params:oauth:grant-type:device_code"}}, "invalid_request"},
		{"unknown device code", tokenPath, url.Values{"client_id": {"nrepo-cli"}, "grant_type": {"urn:ietf:params:oauth:grant-type:device_code"}, "device_code": {"x"}}, "invalid_grant"},
		{"user code as device code", tokenPath, url.Values{"client_id": {"nrepo-cli"}, "grant_type": {"urn:ietf:params:oauth:grant-type:device_code"}, "device_code": {d.user}}, "invalid_grant"},
		{"device code as code", tokenPath, url.Values{"client_id": {"nrepo-cli"}, "grant_type": {"authorization_code"}, "code": {d.code},
			"redirect_uri": {"http://127.0.0.1:1/callback"}, "code_verifier": {verifier}}, "invalid_grant"},
	} {
		t.Run(row.what, func(t *testing.T) { wantError(t, post(t, s, row.path, row.form), row.code) })
	}
}

// After ten wrong codes nobody may try another one for a minute.
func TestDeviceGuesses(t *testing.T) {
	t.Parallel()
	clock := newClock("2026-03-24T12:00:00Z")
	s := start(t, Options{Now: clock.Now})
	d := newDevice(t, s)
	b := newBrowser(t, s)
	b.signIn()
	guess := func() int { return b.get("/device?user_code=BBBB-BBBB").status }
	for i := range 9 {
		if got := guess(); got != 404 {
			t.Fatalf("guess %d: %d", i, got)
		}
	}
	form := url.Values{"csrf": {b.csrf()}, "user_code": {"BBBB-BBBB"}, "decision": {"approve"}}
	if got := b.post("/device", form).status; got != 404 {
		t.Errorf("form: %d", got)
	}
	if a := b.get("/device?user_code=" + d.user); a.status != 429 || a.header.Get("Retry-After") == "" {
		t.Errorf("after ten: %d %v", a.status, a.header)
	}
	if got := b.post("/device", form).status; got != 429 {
		t.Errorf("form after ten: %d", got)
	}
	clock.Add(time.Minute)
	if got := b.get("/device?user_code=" + d.user).status; got != 200 {
		t.Errorf("a minute later: %d", got)
	}
}
