package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/oauth2"

	"github.com/nrepo-cli/nrepo/pkg/authcfg"
)

const (
	handedKey = "nrp_1111111111111111111111111111111111111111111111111111111111111111"
	otherKey  = "nrp_2222222222222222222222222222222222222222222222222222222222222222"
)

// fakeServer is a server with the API, the OAuth endpoints and the handoff page.
type fakeServer struct {
	*httptest.Server
	handoff bool // the server has no metadata
	deny    bool // the user denies the login
	loose   bool // the handoff appends its query with "?"
	// token, device and me answer in place of the service, unless they are nil.
	token, device, me http.HandlerFunc
	revoking          func() // called before a token is revoked; may be nil

	mu        sync.Mutex
	codes     map[string]url.Values // the authorization request for each code
	exchanges int
	polls     int
	headers   []http.Header // of requests to /user/me
	revoked   []string
	log       []string // the requested paths, in order
}

func newService(t *testing.T) *fakeServer {
	t.Helper()
	s := &fakeServer{codes: map[string]url.Values{}}
	s.Server = httptest.NewUnstartedServer(s)
	s.Start()
	t.Cleanup(s.Close)
	return s
}

func (s *fakeServer) api() string { return s.URL + "/api/v1" }

func (s *fakeServer) metadata() map[string]any {
	return map[string]any{
		"issuer":                        s.api(),
		"authorization_endpoint":        s.URL + "/oauth/authorize",
		"token_endpoint":                s.URL + "/oauth/token",
		"device_authorization_endpoint": s.URL + "/oauth/device",
		"revocation_endpoint":           s.URL + "/oauth/revoke",
		"authorization_response_iss_parameter_supported": true,
	}
}

func (s *fakeServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	r.ParseForm()
	s.mu.Lock()
	s.log = append(s.log, r.URL.Path)
	s.mu.Unlock()
	switch r.URL.Path {
	case "/.well-known/oauth-authorization-server/api/v1":
		if s.handoff {
			http.NotFound(w, r)
			return
		}
		reply(w, 200, s.metadata())
	case "/oauth/authorize":
		s.authorize(w, r)
	case "/auth/cli":
		join := "&"
		if s.loose {
			join = "?"
		}
		http.Redirect(w, r, r.Form.Get("callback")+join+"api_key="+handedKey, http.StatusFound)
	case "/oauth/token":
		if s.token != nil {
			s.mu.Lock()
			s.exchanges++
			s.mu.Unlock()
			s.token(w, r)
			return
		}
		s.exchange(w, r)
	case "/oauth/device":
		if s.device != nil {
			s.device(w, r)
			return
		}
		reply(w, 200, map[string]any{
			"device_code": "device-secret", "user_code": "WDJB-MJHT", "interval": 1, "expires_in": 600,
			"verification_uri": s.URL + "/device", "verification_uri_complete": s.URL + "/device?user_code=WDJB-MJHT",
		})
	case "/oauth/revoke":
		if s.revoking != nil {
			s.revoking()
		}
		s.mu.Lock()
		s.revoked = append(s.revoked, r.Form.Get("token"))
		s.mu.Unlock()
	case "/api/v1/user/me":
		s.mu.Lock()
		s.headers = append(s.headers, r.Header.Clone())
		s.mu.Unlock()
		if s.me != nil {
			s.me(w, r)
			return
		}
		if r.Header.Get("Authorization") != "Bearer access-1" && r.Header.Get("X-API-Key") != handedKey {
			reply(w, 401, map[string]any{"error": "unauthorized"})
			return
		}
		reply(w, 200, map[string]any{"id": "user-1", "email": "alice@example.com"})
	default:
		http.NotFound(w, r)
	}
}

func (s *fakeServer) authorize(w http.ResponseWriter, r *http.Request) {
	back, err := url.Parse(r.Form.Get("redirect_uri"))
	if err != nil || r.Form.Get("code_challenge_method") != "S256" || r.Form.Get("client_id") != "nrepo-cli" || r.Form.Get("scope") != "ideas:read ideas:write" {
		http.Error(w, "bad request", 400)
		return
	}
	answer := url.Values{"state": {r.Form.Get("state")}, "iss": {s.api()}}
	if s.deny {
		answer.Set("error", "access_denied")
	} else {
		s.mu.Lock()
		code := fmt.Sprintf("code-%d-long-enough", len(s.codes))
		s.codes[code] = r.Form
		s.mu.Unlock()
		answer.Set("code", code)
	}
	back.RawQuery = answer.Encode()
	http.Redirect(w, r, back.String(), http.StatusFound)
}

func (s *fakeServer) exchange(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r.Form.Get("grant_type") == deviceGrant {
		s.polls++
		if s.deny {
			reply(w, 400, map[string]any{"error": "access_denied"})
			return
		}
		reply(w, 200, sessionReply())
		return
	}
	s.exchanges++
	asked, ok := s.codes[r.Form.Get("code")]
	delete(s.codes, r.Form.Get("code"))
	if !ok || oauth2.S256ChallengeFromVerifier(r.Form.Get("code_verifier")) != asked.Get("code_challenge") ||
		r.Form.Get("redirect_uri") != asked.Get("redirect_uri") || r.Form.Get("client_id") != "nrepo-cli" {
		reply(w, 400, map[string]any{"error": "invalid_grant", "error_description": "bad code"})
		return
	}
	reply(w, 200, sessionReply())
}

func sessionReply() map[string]any {
	return map[string]any{"access_token": "access-1", "token_type": "Bearer", "refresh_token": "refresh-1", "expires_in": 3600}
}

func reply(w http.ResponseWriter, status int, doc any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(doc)
}

func (s *fakeServer) exchanged() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.exchanges
}

func (s *fakeServer) wantRevoked(t *testing.T, want ...string) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if !slices.Equal(s.revoked, want) {
		t.Errorf("revoked %q, want %q", s.revoked, want)
	}
}

// visit opens a URL as a browser does, and returns the last page.
func visit(t *testing.T, address string) (status int, page string) {
	t.Helper()
	resp, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Get(address)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, readAll(t, resp)
}

// callbackOf approves the login at address and returns the redirect.
func callbackOf(t *testing.T, address string) string {
	t.Helper()
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	readAll(t, resp)
	to := resp.Header.Get("Location")
	if to == "" {
		t.Fatalf("no redirect: %s", resp.Status)
	}
	return to
}

// bare returns a callback without its query.
func bare(callback string) string {
	address, _, _ := strings.Cut(callback, "?")
	return address
}

func storedLogin(t *testing.T, path string) authcfg.Config {
	t.Helper()
	c, err := (&authcfg.Store{Getenv: func(name string) string {
		return map[string]string{"NEURALREPO_CONFIG": path}[name]
	}}).Load()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// metadataWith answers with the metadata of s, with one field changed.
func metadataWith(s *fakeServer, field string, value any) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasPrefix(r.URL.Path, "/.well-known/") {
			s.ServeHTTP(w, r)
			return
		}
		doc := s.metadata()
		doc[field] = value
		reply(w, 200, doc)
	})
}
