package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

// printToken runs the command with a session of a server. It returns the output, and how
// often a new session was requested.
func printToken(t *testing.T, expires, grant string, args ...string) (stdout, stderr string, code, refreshes int) {
	t.Helper()
	server := httptest.NewUnstartedServer(nil)
	server.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/.well-known/oauth-authorization-server/api/v1":
			json.NewEncoder(w).Encode(map[string]string{
				"issuer": server.URL + "/api/v1", "authorization_endpoint": server.URL + "/a", "token_endpoint": server.URL + "/t",
			})
		case "/t":
			refreshes++
			if strings.Contains(grant, "error") {
				w.WriteHeader(400)
			}
			w.Write([]byte(grant))
		}
	})
	server.Start()
	defer server.Close()
	path := filepath.Join(t.TempDir(), "config.json")
	doc := `{"api_url":"` + server.URL + `/api/v1","api_key":"access-1","user_id":"user-1","auth_method":"oauth","refresh_token":"refresh-1","expires_at":"` + expires + `"}`
	if err := os.WriteFile(path, []byte(doc), 0o600); err != nil {
		t.Fatal(err)
	}
	var out, errs bytes.Buffer
	env := &plugin.Env{
		Name: "nrepo token", Args: args, Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs,
		Getenv: func(name string) string { return map[string]string{"NEURALREPO_CONFIG": path}[name] },
	}
	code = env.Report(run(t.Context(), env))
	return out.String(), errs.String(), code, refreshes
}

func TestSession(t *testing.T) {
	t.Parallel()
	const grant = `{"access_token":"access-2","token_type":"Bearer","refresh_token":"refresh-2","expires_in":3600}`
	for name, test := range map[string]struct {
		expires, grant string
		args           []string
		stdout         string
		code           int
		refreshes      int
	}{
		"live":           {"9999-01-01T00:00:00Z", grant, nil, "access-1\n", 0, 0},
		"expired":        {"2020-01-01T00:00:00Z", grant, nil, "access-2\n", 0, 1},
		"expired header": {"2020-01-01T00:00:00Z", grant, []string{"--header"}, "Authorization: Bearer access-2\n", 0, 1},
		"ended":          {"2020-01-01T00:00:00Z", `{"error":"invalid_grant"}`, nil, "", 4, 1},
		"odd server":     {"2020-01-01T00:00:00Z", `<html>`, nil, "", 5, 1},
	} {
		stdout, stderr, code, refreshes := printToken(t, test.expires, test.grant, test.args...)
		if stdout != test.stdout || code != test.code || refreshes != test.refreshes {
			t.Errorf("%s: stdout %q, exit code %d, %d refreshes, stderr %s", name, stdout, code, refreshes, stderr)
		}
	}
}
