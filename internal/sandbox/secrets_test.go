package sandbox

import (
	"bytes"
	"context"
	"encoding/hex"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nrepo-cli/nrepo/internal/sandbox/store"
)

// issueAll makes the sandbox issue every kind of secret, and returns them by kind.
func issueAll(t *testing.T, s *Server) map[string]string {
	t.Helper()
	secrets := map[string]string{"key of the start": s.APIKey()}
	keep := func(what, secret string) {
		t.Helper()
		if len(secret) < 64 {
			t.Fatalf("%s is %q", what, secret)
		}
		secrets[what] = secret
	}
	keep("key by the API", alice(t, s).want(201, "POST", "/user/api-keys", `{"label":"a"}`).field("key").(string))
	session, err := s.CreateSession(s.opts.SessionTTL)
	if err != nil {
		t.Fatal(err)
	}
	keep("session", session)

	b := newBrowser(t, s)
	cookie := func() string {
		return b.client.Jar.Cookies(&url.URL{Scheme: "http", Host: "127.0.0.1"})[0].Value
	}
	keep("form token of a stranger", b.csrf())
	keep("cookie of a stranger", cookie())
	b.signIn()
	keep("form token", b.csrf())
	keep("cookie", cookie())
	b.post("/keys", url.Values{"csrf": {b.csrf()}, "label": {"b"}})
	page := b.get("/").body
	_, key, _ := strings.Cut(page, "nrp_")
	keep("key of the dashboard", key[:64])

	p := newProgram(t)
	if s.opts.Handoff {
		if err := Decide(context.Background(), s.URL()+handoffPath+"?callback="+url.QueryEscape(p.redirect), true); err != nil {
			t.Fatal(err)
		}
		keep("key of a handoff", (<-p.got).Get("api_key"))
		return secrets
	}
	keep("code", p.approve(t, s))
	access, refresh := tokens(t, p.exchange(t, s, secrets["code"]))
	keep("access token", access)
	keep("refresh token", refresh)
	access, refresh = tokens(t, refreshWith(t, s, refresh))
	keep("second access token", access)
	keep("second refresh token", refresh)
	d := newDevice(t, s)
	if err := Decide(context.Background(), d.url, true); err != nil {
		t.Fatal(err)
	}
	keep("device code", d.code)
	access, refresh = tokens(t, d.poll())
	keep("access token of a device", access)
	keep("refresh token of a device", refresh)
	// Requests that fail are logged, too.
	p.exchange(t, s, secrets["code"])
	refreshWith(t, s, secrets["refresh token"])
	return secrets
}

// TestNoSecretStored searches the files of the database, its write-ahead log and its index
// for every secret, while the sandbox runs and afterwards.
func TestNoSecretStored(t *testing.T) {
	t.Parallel()
	for _, handoff := range []bool{false, true} {
		file := filepath.Join(t.TempDir(), "x.db")
		s, err := Start(Options{DB: file, Handoff: handoff})
		if err != nil {
			t.Fatal(err)
		}
		secrets := issueAll(t, s)
		search := func(least int) {
			t.Helper()
			files, err := filepath.Glob(file + "*")
			if err != nil || len(files) < least {
				t.Fatal(files, err)
			}
			var all []byte
			for _, name := range files {
				doc, err := os.ReadFile(name)
				if err != nil {
					t.Fatal(err)
				}
				all = append(all, doc...)
			}
			for what, secret := range secrets {
				digits := strings.TrimPrefix(secret, "nrp_")
				raw, err := hex.DecodeString(digits)
				if err != nil || bytes.Contains(all, []byte(digits)) || bytes.Contains(all, raw) {
					t.Errorf("the %s is in %v, %v", what, files, err)
				}
			}
			for _, secret := range []string{s.APIKey(), secrets["session"]} {
				if !bytes.Contains(all, store.Hash(secret)) {
					t.Error("an existing test is not found")
				}
			}
		}
		search(3)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		search(1)
	}
}

// TestNoSecretLogged searches the log for every secret, including secrets that a client puts
// in a path.
func TestNoSecretLogged(t *testing.T) {
	t.Parallel()
	for _, handoff := range []bool{false, true} {
		var log bytes.Buffer
		s, err := Start(Options{Log: &log, Handoff: handoff})
		if err != nil {
			t.Fatal(err)
		}
		secrets := issueAll(t, s)
		for _, secret := range secrets {
			alice(t, s).want(404, "DELETE", "/user/api-keys/"+secret, "")
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		for what, secret := range secrets {
			if strings.Contains(log.String(), strings.TrimPrefix(secret, "nrp_")) {
				t.Errorf("the %s is in the log", what)
			}
		}
		if n := strings.Count(log.String(), "DELETE /api/v1/user/api-keys/"); n != len(secrets) {
			t.Errorf("%d of %d lines in\n%s", n, len(secrets), &log)
		}
	}
}
