package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

var ourKey = "nrp_" + strings.Repeat("0", 60) + "ab12"

// fakeServer is a server with a revocation endpoint and API keys.
type fakeServer struct {
	*httptest.Server
	keys     string            // the list of keys
	status   int               // status of every answer; 0 for the correct one
	refusing map[string]string // for each kind of token, why it is not revoked
	revoked  []string
	deleted  []string
	whenTold func() // called at each revocation
}

func newServer(t *testing.T) *fakeServer {
	t.Helper()
	s := &fakeServer{keys: `[]`}
	s.Server = httptest.NewUnstartedServer(s)
	s.Start()
	t.Cleanup(s.Close)
	return s
}

func (s *fakeServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case s.status != 0:
		w.WriteHeader(s.status)
		io.WriteString(w, "{}")
	case r.URL.Path == "/.well-known/oauth-authorization-server/api/v1":
		json.NewEncoder(w).Encode(map[string]string{
			"issuer": s.URL + "/api/v1", "authorization_endpoint": s.URL + "/a", "token_endpoint": s.URL + "/t", "revocation_endpoint": s.URL + "/revoke",
		})
	case r.URL.Path == "/revoke":
		if s.whenTold != nil {
			s.whenTold()
		}
		s.revoked = append(s.revoked, r.FormValue("token"))
		if reason := s.refusing[r.FormValue("token_type_hint")]; reason != "" {
			w.WriteHeader(400)
			io.WriteString(w, `{"error":"`+reason+`"}`)
		}
	case r.URL.Path == "/api/v1/user/api-keys" && r.Header.Get("X-API-Key") == ourKey:
		io.WriteString(w, s.keys)
	case r.Method == http.MethodDelete && r.Header.Get("X-API-Key") == ourKey:
		s.deleted = append(s.deleted, strings.TrimPrefix(r.URL.Path, "/api/v1/user/api-keys/"))
		w.WriteHeader(204)
	default:
		w.WriteHeader(404)
	}
}

type outcome struct {
	code           int
	stdout, stderr string
	config         string // the file afterwards
}

// logoutWith runs the command with a file of these fields.
func logoutWith(t *testing.T, s *fakeServer, fields map[string]string, args ...string) outcome {
	t.Helper()
	return logoutAt(t, s, filepath.Join(t.TempDir(), "config.json"), fields, nil, args...)
}

// logoutAt is logoutWith for a file at path, with more variables.
func logoutAt(t *testing.T, s *fakeServer, path string, fields, vars map[string]string, args ...string) outcome {
	t.Helper()
	if fields != nil {
		fields["api_url"] = s.URL + "/api/v1"
		doc, err := json.Marshal(fields)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, doc, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if s.whenTold == nil {
		s.whenTold = func() {
			if doc, err := os.ReadFile(path); err != nil || strings.Contains(string(doc), "api_key") {
				t.Errorf("the service was told before the file was cleared: %s %v", doc, err)
			}
		}
	}
	var stdout, stderr bytes.Buffer
	env := &plugin.Env{
		Name: "nrepo logout", Args: args, Stdin: strings.NewReader(""), Stdout: &stdout, Stderr: &stderr,
		Getenv: func(name string) string {
			if name == "NEURALREPO_CONFIG" {
				return path
			}
			return vars[name]
		},
	}
	code := env.Report(run(t.Context(), env))
	doc, err := os.ReadFile(path)
	if err != nil && fields != nil {
		t.Fatal(err)
	}
	return outcome{code, stdout.String(), stderr.String(), string(doc)}
}

func session() map[string]string {
	return map[string]string{"api_key": "access-1", "refresh_token": "refresh-1", "user_id": "user-1", "auth_method": "oauth"}
}

func key() map[string]string { return map[string]string{"api_key": ourKey, "auth_method": "api_key"} }

func (o outcome) wantLoggedOut(t *testing.T, stdout string) {
	t.Helper()
	if o.code != 0 || o.stdout != stdout || strings.Contains(o.config, "api_key") || strings.Contains(o.config, "token") {
		t.Errorf("exit code %d, stdout %q, stderr %q, file %s", o.code, o.stdout, o.stderr, o.config)
	}
	if strings.Contains(o.stderr, ourKey) || strings.Contains(o.stderr, "access-1") || strings.Contains(o.stderr, "refresh-1") {
		t.Errorf("a secret was shown: %s", o.stderr)
	}
}

const (
	jsonRevoked = "{\n  \"success\": true,\n  \"revoked\": true\n}\n"
	jsonKept    = "{\n  \"success\": true,\n  \"revoked\": false\n}\n"
)

func TestSession(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	o := logoutWith(t, s, session())
	o.wantLoggedOut(t, "Logged out.\n")
	if o.stderr != "" || strings.Join(s.revoked, " ") != "refresh-1 access-1" {
		t.Errorf("stderr %q, revoked %q", o.stderr, s.revoked)
	}
	logoutWith(t, newServer(t), session(), "--json").wantLoggedOut(t, jsonRevoked)
	logoutWith(t, newServer(t), session(), "--json", "--revoke").wantLoggedOut(t, jsonRevoked)
}

// If the server refuses to revoke one token, the other is still revoked, and a warning
// names the first.
func TestRevocationRefused(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		refusing map[string]string
		stdout   string
		want     string // words of the warning; "" for none
	}{
		"refresh token":     {map[string]string{"refresh_token": "invalid_request"}, jsonKept, "refresh token"},
		"access token":      {map[string]string{"access_token": "invalid_request"}, jsonKept, "access token"},
		"JWT":               {map[string]string{"access_token": "unsupported_token_type"}, jsonRevoked, ""},
		"one kind, wrongly": {map[string]string{"refresh_token": "unsupported_token_type"}, jsonKept, "refresh token"},
		"both":              {map[string]string{"refresh_token": "invalid_client", "access_token": "invalid_client"}, jsonKept, "invalid_client"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t)
			s.refusing = tt.refusing
			o := logoutWith(t, s, session(), "--json")
			o.wantLoggedOut(t, tt.stdout)
			if !strings.Contains(o.stderr, tt.want) || (o.stderr == "") != (tt.want == "") {
				t.Errorf("stderr %q, want %q", o.stderr, tt.want)
			}
			if strings.Join(s.revoked, " ") != "refresh-1 access-1" {
				t.Errorf("asked to revoke %q", s.revoked)
			}
		})
	}
}

func TestUnreachable(t *testing.T) {
	t.Parallel()
	for name, breakIt := range map[string]func(*fakeServer){
		"offline":     func(s *fakeServer) { s.URL = "http://127.0.0.1:1" }, // another test might use a freed port
		"500":         func(s *fakeServer) { s.status = 500 },
		"no metadata": func(s *fakeServer) { s.status = 404 },
	} {
		for _, flags := range [][]string{{"--json"}, {"--json", "--revoke"}} {
			s := newServer(t)
			breakIt(s)
			o := logoutWith(t, s, session(), flags...)
			o.wantLoggedOut(t, jsonKept)
			if !strings.Contains(o.stderr, `{"warning":"logged out here, but the login may still be valid at the service`) {
				t.Errorf("%s: stderr %q", name, o.stderr)
			}
		}
	}
}

func TestNotLoggedIn(t *testing.T) {
	t.Parallel()
	o := logoutWith(t, newServer(t), nil, "--json")
	o.wantLoggedOut(t, jsonKept)
	if o.stderr != "" {
		t.Errorf("stderr %q", o.stderr)
	}
	logoutWith(t, newServer(t), map[string]string{"user_id": "user-1", "auth_method": "oauth"}).wantLoggedOut(t, "Logged out.\n")
}

func TestKeyStaysValid(t *testing.T) {
	t.Parallel()
	handed := key()
	handed["auth_method"] = "oauth" // from the handoff
	for _, login := range []map[string]string{key(), handed} {
		s := newServer(t)
		o := logoutWith(t, s, login)
		o.wantLoggedOut(t, "Logged out.\n")
		if !strings.Contains(o.stderr, "remains valid") || len(s.deleted)+len(s.revoked) != 0 {
			t.Errorf("stderr %q, deleted %q", o.stderr, s.deleted)
		}
	}
}

func TestRevokeKey(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		keyID, list string
		want        string // the deleted key; "" for an error
	}{
		"by stored id":     {"ak_7", `[]`, "ak_7"},
		"the only key":     {"", `[{"id":"ak_1"}]`, "ak_1"},
		"by tail":          {"", `[{"id":"ak_1","key":"nrp_…ffff"},{"id":"ak_2","key":"nrp_…ab12"}]`, "ak_2"},
		"by stars":         {"", `{"api_keys":[{"id":1,"key":"nrp_****ffff"},{"id":2,"key":"nrp_****ab12"}]}`, "2"},
		"by head":          {"", `[{"id":"ak_1","key":"nrp_11112222..."},{"id":"ak_2","key":"nrp_00000000..."}]`, "ak_2"},
		"whole":            {"", `[{"id":"ak_1","key":"nrp_1"},{"id":"ak_2","key":"` + ourKey + `"}]`, "ak_2"},
		"two of that tail": {"", `[{"id":"ak_1","key":"nrp_…ab12"},{"id":"ak_2","key":"nrp_…ab12"}]`, ""},
		"no masked key":    {"", `[{"id":"ak_1"},{"id":"ak_2"}]`, ""},
		"too little shown": {"", `[{"id":"ak_1","key":"nrp_…12"},{"id":"ak_2","key":"nrp_…34"}]`, ""},
		"none":             {"", `[]`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t)
			s.keys = test.list
			login := key()
			login["key_id"] = test.keyID
			o := logoutWith(t, s, login, "--revoke", "--json")
			if test.want == "" {
				if o.code != 1 || !strings.Contains(o.config, ourKey) || !strings.Contains(o.stderr, "nrepo key list") || o.stdout != "" {
					t.Errorf("exit code %d, stderr %q, file %s", o.code, o.stderr, o.config)
				}
				return
			}
			o.wantLoggedOut(t, jsonRevoked)
			if o.stderr != "" || strings.Join(s.deleted, " ") != test.want {
				t.Errorf("stderr %q, deleted %q", o.stderr, s.deleted)
			}
		})
	}
}

func TestRevokeKeyOffline(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.status = 500
	o := logoutWith(t, s, key(), "--revoke", "--json")
	o.wantLoggedOut(t, jsonKept)
	if !strings.Contains(o.stderr, "warning") {
		t.Errorf("stderr %q", o.stderr)
	}
	gone := newServer(t)
	gone.status = 401
	logoutWith(t, gone, key(), "--revoke", "--json").wantLoggedOut(t, jsonRevoked)
}

// A file that cannot be removed is reported after everything else is done.
func TestCopyThatStays(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	path := filepath.Join(t.TempDir(), "config.json")
	if err := os.MkdirAll(filepath.Join(path+".broken", "x"), 0o700); err != nil {
		t.Fatal(err)
	}
	o := logoutAt(t, s, path, session(), nil)
	if o.code != 1 || !strings.Contains(o.stderr, path+".broken") || strings.Contains(o.config, "access-1") || strings.Join(s.revoked, " ") != "refresh-1 access-1" {
		t.Errorf("exit code %d, stderr %q, file %s, revoked %q", o.code, o.stderr, o.config, s.revoked)
	}
}

// The key in the variable is not a stored login.
func TestRevokeWithoutAStoredKey(t *testing.T) {
	t.Parallel()
	vars := map[string]string{"NEURALREPO_API_KEY": ourKey}
	for name, tt := range map[string]struct {
		fields map[string]string
		args   []string
		want   string // text of the only warning
	}{
		"revoke":              {nil, []string{"--revoke"}, "nothing was revoked"},
		"no revoke":           {nil, nil, "still use that key"},
		"revoke of a session": {session(), []string{"--revoke"}, "still use that key"},
	} {
		s := newServer(t)
		o := logoutAt(t, s, filepath.Join(t.TempDir(), "config.json"), tt.fields, vars, tt.args...)
		o.wantLoggedOut(t, "Logged out.\n")
		if !strings.Contains(o.stderr, tt.want) || strings.Count(o.stderr, "\n") != 1 || len(s.deleted) > 0 {
			t.Errorf("%s: stderr %q, deleted %q", name, o.stderr, s.deleted)
		}
	}
}

func TestArguments(t *testing.T) {
	t.Parallel()
	if o := logoutWith(t, newServer(t), session(), "now"); o.code != 2 || !strings.Contains(o.config, "access-1") {
		t.Errorf("exit code %d, file %s", o.code, o.config)
	}
}
