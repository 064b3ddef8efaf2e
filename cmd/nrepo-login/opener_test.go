package main

import (
	"strings"
	"testing"
)

func TestRuleIsNamed(t *testing.T) {
	t.Parallel()
	s := newService(t)
	r := newSession(t, s)
	r.env["DISPLAY"], r.env["SSH_CONNECTION"] = "", "10.0.0.1 22"
	address := r.begin(t)
	visit(t, address)
	r.wantLoggedIn(t, "access-1")
	if text := r.stderr.String(); !strings.HasPrefix(text, address+"\n") || !strings.Contains(text, "SSH_CONNECTION") || !strings.Contains(text, "--device") {
		t.Errorf("stderr: %s", text)
	}
	if len(r.opened) != 0 {
		t.Errorf("opened %q", r.opened)
	}
}

func TestNoBrowser(t *testing.T) {
	t.Parallel()
	s := newService(t)
	r := newSession(t, s, "--no-browser")
	visit(t, r.begin(t))
	r.wantLoggedIn(t, "access-1")
	if len(r.opened) != 0 {
		t.Errorf("opened %q", r.opened)
	}
}

// An address from a server is opened only if it is on the origin of the server.
func TestAuthorizationEndpoint(t *testing.T) {
	t.Parallel()
	s := newService(t)
	for _, hostile := range hostileURLs("https://" + strings.TrimPrefix(s.URL, "http://")) {
		func() {
			evil := newService(t)
			evil.Config.Handler = metadataWith(evil, "authorization_endpoint", hostile)
			r := newSession(t, evil)
			if got := r.alone(t); got != 1 {
				t.Errorf("%q: exit code %d: %v", hostile, got, r.err)
			}
			if len(r.opened) != 0 || r.stderr.String() != "" {
				t.Errorf("%q: opened %q, shown %s", hostile, r.opened, r.stderr.String())
			}
		}()
	}
}
