package neuralrepo

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/nrepo-cli/nrepo/pkg/authcfg"
)

// sessions is a server whose sessions end with the first refresh.
type sessions struct {
	*httptest.Server
	token http.HandlerFunc // if set, answers instead

	mu        sync.Mutex
	n         int // the current session is access-n, refresh-n
	refreshes int
	rejected  int      // number of API requests answered with 401
	posts     []string // bodies of POST /ideas
	revoked   []string // kinds and tokens
}

func newSessions(t *testing.T) *sessions {
	t.Helper()
	s := &sessions{n: 1}
	s.Server = httptest.NewUnstartedServer(s)
	s.Start()
	t.Cleanup(s.Close)
	return s
}

func (s *sessions) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	send := func(status int, doc any) {
		w.WriteHeader(status)
		json.NewEncoder(w).Encode(doc)
	}
	switch r.URL.Path {
	case "/.well-known/oauth-authorization-server/api/v1":
		send(200, map[string]any{
			"issuer":                 s.URL + "/api/v1",
			"authorization_endpoint": s.URL + "/oauth/authorize",
			"token_endpoint":         s.URL + "/oauth/token",
			"revocation_endpoint":    s.URL + "/oauth/revoke",
		})
	case "/oauth/revoke":
		s.revoked = append(s.revoked, r.FormValue("token_type_hint")+" "+r.FormValue("token"))
	case "/oauth/token":
		s.refreshes++
		if s.token != nil {
			s.token(w, r)
			return
		}
		if r.FormValue("refresh_token") != fmt.Sprint("refresh-", s.n) || r.FormValue("grant_type") != "refresh_token" || r.FormValue("client_id") != "nrepo-cli" {
			send(400, map[string]string{"error": "invalid_grant"})
			return
		}
		s.n++
		send(200, map[string]any{
			"access_token": fmt.Sprint("access-", s.n), "refresh_token": fmt.Sprint("refresh-", s.n), "token_type": "bearer", "expires_in": 3600,
		})
	default:
		if r.Header.Get("Authorization") != fmt.Sprint("Bearer access-", s.n) {
			s.rejected++
			send(401, map[string]string{"error": "expired"})
			return
		}
		if r.Method == http.MethodPost {
			var idea struct{ Title string }
			json.NewDecoder(r.Body).Decode(&idea)
			s.posts = append(s.posts, idea.Title)
		}
		send(200, map[string]any{"id": "user-1", "title": "x"})
	}
}

// login is config.json of a session that the server calls access-n.
func (s *sessions) login(t *testing.T, access, refresh string, expires time.Time) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "config.json")
	doc := map[string]any{"api_url": s.URL + "/api/v1", "api_key": access, "user_id": "user-1", "auth_method": "oauth", "plugin": 1}
	if refresh != "" {
		doc["refresh_token"] = refresh
	}
	if !expires.IsZero() {
		doc["expires_at"] = expires.UTC().Format(time.RFC3339)
	}
	text, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// storeAt returns a separate store, like that of another process.
func storeAt(path string, warn func(string)) *authcfg.Store {
	return &authcfg.Store{Getenv: func(name string) string {
		return map[string]string{"NEURALREPO_CONFIG": path}[name]
	}, Warn: warn}
}

func connect(t *testing.T, path string) *Client {
	t.Helper()
	c, err := New(storeAt(path, nil), Options{})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func readFile(t *testing.T, path string) string {
	t.Helper()
	doc, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(doc)
}
