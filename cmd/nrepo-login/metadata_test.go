package main

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/nrepo-cli/nrepo/pkg/output"
)

// If the metadata shows that the login cannot work, it fails before a browser opens.
func TestDeadEndsBeforeTheBrowser(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		field string
		value any
		want  string
	}{
		"signed requests only":  {"require_signed_request_object", true, "signed"},
		"pushed, but not where": {"require_pushed_authorization_requests", true, "pushed_authorization_request_endpoint"},
		"only plain":            {"code_challenge_methods_supported", []string{"plain"}, "S256"},
		"no code":               {"response_types_supported", []string{"token"}, "authorization code"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newService(t)
			s.Config.Handler = metadataWith(s, tt.field, tt.value)
			r := newSession(t, s)
			if code := r.alone(t); code != 1 || !strings.Contains(r.err.Error(), tt.want) || !strings.Contains(output.AsError(r.err).Hint, "nrepo login") {
				t.Errorf("exit code %d, error %v, hint %q", code, r.err, output.AsError(r.err).Hint)
			}
			if len(r.opened) != 0 || strings.Contains(r.stderr.String(), s.URL+"/oauth/authorize") {
				t.Errorf("opened %q, stderr %s", r.opened, r.stderr.String())
			}
			r.wantNothingStored(t)
		})
	}
}

func TestAddressWithoutPath(t *testing.T) {
	t.Parallel()
	s := newService(t)
	s.handoff = true
	for path, want := range map[string]string{"": s.api(), "/api": s.api(), "/api/v2": s.api(), "/x/api/v1": "NEURALREPO_API_URL"} {
		r := newSession(t, s)
		r.env["NEURALREPO_API_URL"] = s.URL + path
		if code := r.alone(t); code != 1 || !strings.Contains(output.AsError(r.err).Hint, want) || len(r.opened) != 0 {
			t.Errorf("%q: exit code %d, error %v, hint %q, opened %q", path, code, r.err, output.AsError(r.err).Hint, r.opened)
		}
	}
}

func TestPushedRequest(t *testing.T) {
	t.Parallel()
	s := newService(t)
	pushed := ""
	s.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/.well-known/oauth-authorization-server/api/v1":
			doc := s.metadata()
			doc["require_pushed_authorization_requests"] = true
			doc["pushed_authorization_request_endpoint"] = s.URL + "/oauth/par"
			reply(w, 200, doc)
		case "/oauth/par":
			body, _ := io.ReadAll(r.Body)
			pushed = string(body)
			reply(w, 201, map[string]any{"request_uri": "urn:ietf:params:oauth:request_uri:x", "expires_in": 60})
		case "/oauth/authorize":
			if r.FormValue("request_uri") != "urn:ietf:params:oauth:request_uri:x" || r.FormValue("client_id") != "nrepo-cli" || r.FormValue("redirect_uri") != "" {
				http.Error(w, "bad request", 400)
				return
			}
			r.URL.RawQuery, r.Form = pushed, nil
			s.ServeHTTP(w, r)
		default:
			s.ServeHTTP(w, r)
		}
	})
	r := newSession(t, s)
	if status, page := visit(t, r.begin(t)); status != 200 {
		t.Errorf("page: %d %s", status, page)
	}
	r.wantLoggedIn(t, "access-1")
}

func TestNarrowedScope(t *testing.T) {
	t.Parallel()
	for scope, want := range map[string]string{"": "", "ideas:read ideas:write": "", "ideas:write openid ideas:read": "", "ideas:read": "did not grant ideas:write"} {
		s := newService(t)
		s.token = func(w http.ResponseWriter, _ *http.Request) {
			doc := sessionReply()
			doc["scope"] = scope
			reply(w, 200, doc)
		}
		r := newSession(t, s)
		visit(t, r.begin(t))
		r.wantLoggedIn(t, "access-1")
		if text := r.stderr.String(); !strings.Contains(text, want) || strings.Contains(text, "did not grant") != (want != "") {
			t.Errorf("%q: stderr %s", scope, text)
		}
	}
}
