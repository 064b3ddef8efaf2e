package oauth

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/nrepo-cli/nrepo/pkg/authcfg"
	"github.com/nrepo-cli/nrepo/pkg/output"
	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

// authServer starts a server whose endpoints answer with answer, and returns a session of
// it.
func authServer(t *testing.T, answer http.HandlerFunc) authcfg.Config {
	t.Helper()
	server := httptest.NewUnstartedServer(nil)
	server.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/.well-known/") {
			json.NewEncoder(w).Encode(metadataOf(server.URL, "/api/v1"))
			return
		}
		answer(w, r)
	})
	server.Start()
	t.Cleanup(server.Close)
	return authcfg.Config{APIURL: server.URL + "/api/v1", APIKey: "access-1", RefreshToken: "refresh-1"}
}

// Both tokens are revoked, and the error says which one remains valid.
func TestEndSession(t *testing.T) {
	t.Parallel()
	const unsupported = `{"error":"unsupported_token_type"}`
	for name, tt := range map[string]struct {
		refresh, access string // answers; "" for success
		status          int
		want            string // words of the error; "" for none
	}{
		"both":                   {"", "", 0, ""},
		"JWT":                    {"", unsupported, 400, ""},
		"JWT, refresh refused":   {`{"error":"server_error"}`, unsupported, 400, "server_error"},
		"refresh refused":        {`{"error":"invalid_request"}`, "", 400, "invalid_request"},
		"refresh unsupported":    {unsupported, "", 400, "refresh token"},
		"access refused":         {"", `{"error":"invalid_request"}`, 400, "access token"},
		"refresh is a page":      {"<html>", "", 403, "refresh token"},
		"access in trouble":      {"", "<html>", 502, "access token"},
		"both refused the same":  {`{"error":"invalid_client"}`, `{"error":"invalid_client"}`, 401, "refused: invalid_client"},
		"both refused otherwise": {`{"error":"invalid_client"}`, `{"error":"x"}`, 401, "refused: invalid_client"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var asked []string
			login := authServer(t, func(w http.ResponseWriter, r *http.Request) {
				kind := r.FormValue("token_type_hint")
				asked = append(asked, kind+" "+r.FormValue("token"))
				answer := tt.refresh
				if kind == "access_token" {
					answer = tt.access
				}
				if answer != "" {
					w.WriteHeader(tt.status)
					io.WriteString(w, answer)
				}
			})
			err := EndSession(t.Context(), login, Options{})
			if (err == nil) != (tt.want == "") || err != nil && (!strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "\n")) {
				t.Errorf("error %v, want %s", err, tt.want)
			}
			if got := strings.Join(asked, ", "); got != "refresh_token refresh-1, access_token access-1" {
				t.Errorf("asked to revoke %s", got)
			}
		})
	}
	login := authServer(t, func(w http.ResponseWriter, r *http.Request) {
		if r.FormValue("token_type_hint") != "access_token" {
			t.Errorf("asked to revoke %v", r.Form)
		}
		w.WriteHeader(400)
		io.WriteString(w, unsupported)
	})
	login.RefreshToken = ""
	if err := EndSession(t.Context(), login, Options{}); !IsError(err, "unsupported_token_type") {
		t.Errorf("a session that nothing ended: %v", err)
	}
}

func TestEndSessionOfAnAPIKey(t *testing.T) {
	t.Parallel()
	login := authServer(t, func(http.ResponseWriter, *http.Request) { t.Error("the server was asked") })
	login.APIKey = authcfg.Secret("nrp_" + strings.Repeat("1", 64))
	if err := EndSession(t.Context(), login, Options{}); err != nil {
		t.Error(err)
	}
}

func TestEndSessionOffline(t *testing.T) {
	t.Parallel()
	login := authcfg.Config{APIURL: "http://127.0.0.1:1/api/v1", APIKey: "access-1", RefreshToken: "refresh-1"}
	if err := EndSession(t.Context(), login, Options{}); plugin.ExitCode(err) != 5 {
		t.Errorf("error: %v", err)
	}
}

// A renewal makes each request only once, because other processes wait for it.
func TestRefreshIsNotRepeated(t *testing.T) {
	t.Parallel()
	asked := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked++
		w.WriteHeader(503)
	}))
	defer server.Close()
	login := authcfg.Config{APIURL: server.URL + "/api/v1", APIKey: "access-1", RefreshToken: "refresh-1"}
	if _, err := Refresh(t.Context(), login, "", Options{}); err == nil || asked != 1 {
		t.Errorf("asked %d times, error %v", asked, err)
	}
}

// Only invalid_grant ends a session. For other permanent errors, the hint is the command
// to log in.
func TestRefreshRefused(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		status int
		body   string
		exit   int
		hint   string
	}{
		"another client":     {401, `{"error":"invalid_client"}`, 4, "run `nrepo --profile work login`"},
		"client not allowed": {400, `{"error":"unauthorized_client"}`, 4, "run `nrepo --profile work login`"},
		"page":               {401, `<html>`, 5, "may have answered"},
		"firewall":           {403, `<html>`, 5, "may have answered"},
		"in trouble":         {400, `{"error":"temporarily_unavailable"}`, 5, "later"},
		"gateway":            {502, `<html>`, 5, "may have answered"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			login := authServer(t, func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(tt.status)
				io.WriteString(w, tt.body)
			})
			_, err := Refresh(t.Context(), login, "work", Options{})
			if errors.Is(err, authcfg.ErrSessionEnded) || plugin.ExitCode(err) != tt.exit || !strings.Contains(output.AsError(err).Hint, tt.hint) {
				t.Errorf("exit code %d, error %v, hint %q", plugin.ExitCode(err), err, output.AsError(err).Hint)
			}
		})
	}
	login := authServer(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(400)
		io.WriteString(w, `{"error":"invalid_grant"}`)
	})
	if _, err := Refresh(t.Context(), login, "", Options{}); !errors.Is(err, authcfg.ErrSessionEnded) {
		t.Errorf("error %v", err)
	}
}

func TestError(t *testing.T) {
	t.Parallel()
	err := error(&output.Error{Err: &Error{Code: "invalid_scope", Description: "no such scope"}})
	if !strings.Contains(err.Error(), "invalid_scope: no such scope") {
		t.Error(err)
	}
	if !IsError(err, "access_denied", "invalid_scope") || IsError(err, "access_denied") || IsError(errors.New("x"), "x") {
		t.Error("IsError")
	}
}
