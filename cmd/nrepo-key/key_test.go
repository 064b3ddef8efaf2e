package main

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/nrepo-cli/nrepo/pkg/nrepotest"
	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

const apiKey = nrepotest.APIKey

const keys = `200 [{"id":2,"label":"local-dev","created_at":"2026-01-15T10:00:00Z","last_used_at":null},` +
	`{"id":"ak_1","label":"ci\n9  fake\u001b[2J","created_at":"2026-02-01 10:00:00","last_used_at":"2026-03-01T00:00:00Z","new":1}]`

func TestKey(t *testing.T) {
	t.Parallel()
	const created = `201 {"id":3,"label":"ci","key":"` + apiKey + `","created_at":"2026-01-15T10:00:00Z"}`
	for name, tt := range map[string]struct {
		args     []string
		replies  map[string]string
		requests string
		stdout   string
		stderr   string
		code     int
	}{
		"list": {[]string{"list"}, map[string]string{"GET /user/api-keys": keys}, "GET /user/api-keys",
			"ID    Label                     Created (UTC)  Last used (UTC)\n" +
				"2     local-dev                 2026-01-15     never\n" +
				`ak_1  ci\u000a9  fake\u001b[2J  2026-02-01     2026-03-01` + "\n", "", 0},
		"list, none": {[]string{"list"}, map[string]string{"GET /user/api-keys": `200 {"api_keys":[]}`}, "GET /user/api-keys",
			"No API keys. Create one with `nrepo key create <label>`.\n", "", 0},
		"list, JSON, none": {[]string{"list", "--json"}, map[string]string{"GET /user/api-keys": `200 {"api_keys":null}`}, "GET /user/api-keys",
			"{\n  \"api_keys\": []\n}\n", "", 0},
		"list, JSON": {[]string{"--json", "list"}, map[string]string{"GET /user/api-keys": `200 [{"z":1,"id":2}]`}, "GET /user/api-keys",
			"{\n  \"api_keys\": [\n    {\n      \"z\": 1,\n      \"id\": 2\n    }\n  ]\n}\n", "", 0},
		"create": {[]string{"create", "ci"}, map[string]string{"POST /user/api-keys": created}, `POST /user/api-keys {"label":"ci"}`,
			"Created API key \"ci\"\nKey: " + apiKey + " (save this — it will not be shown again)\n", "", 0},
		"create, JSON": {[]string{"create", "ci", "--json"}, map[string]string{"POST /user/api-keys": created}, `POST /user/api-keys {"label":"ci"}`,
			"{\n  \"id\": 3,\n  \"label\": \"ci\",\n  \"key\": \"" + apiKey + "\",\n  \"created_at\": \"2026-01-15T10:00:00Z\"\n}\n", "", 0},
		"create, label like a flag": {[]string{"create", "--", "--ci"}, map[string]string{"POST /user/api-keys": created}, `POST /user/api-keys {"label":"--ci"}`,
			"Created API key \"ci\"\nKey: " + apiKey + " (save this — it will not be shown again)\n", "", 0},
		"revoke": {[]string{"revoke", "2"}, map[string]string{"GET /user/api-keys": keys, "DELETE /user/api-keys/2": "204 "},
			"GET /user/api-keys\nDELETE /user/api-keys/2", "Revoked API key #2 \"local-dev\"\n", "", 0},
		"revoke, text id": {[]string{"revoke", "ak_1"}, map[string]string{"GET /user/api-keys": keys, "DELETE /user/api-keys/ak_1": `200 {"success":true}`},
			"GET /user/api-keys\nDELETE /user/api-keys/ak_1", `Revoked API key #ak_1 "ci\u000a9  fake\u001b[2J"` + "\n", "", 0},
		"revoke, JSON": {[]string{"revoke", "2", "--json"}, map[string]string{"GET /user/api-keys": keys, "DELETE /user/api-keys/2": "204 "},
			"GET /user/api-keys\nDELETE /user/api-keys/2", "{\n  \"success\": true,\n  \"revoked\": \"2\"\n}\n", "", 0},
		"revoke, list refused": {[]string{"revoke", "2"}, map[string]string{"GET /user/api-keys": "403 ", "DELETE /user/api-keys/2": "204 "},
			"GET /user/api-keys\nDELETE /user/api-keys/2", "Revoked API key #2\n", "", 0},

		"no subcommand":   {nil, nil, "", "", "list, create, revoke", 2},
		"unknown one":     {[]string{"rotate"}, nil, "", "", "\"rotate\"", 2},
		"other letters":   {[]string{"List"}, nil, "", "", "\"List\"", 2},
		"list, argument":  {[]string{"list", "x"}, nil, "", "", "arguments", 2},
		"no label":        {[]string{"create"}, nil, "", "", "one label", 2},
		"blank label":     {[]string{"create", " \t"}, nil, "", "", "one label", 2},
		"two labels":      {[]string{"create", "a", "b"}, nil, "", "", "one label", 2},
		"long label":      {[]string{"create", strings.Repeat("é", 101)}, nil, "", "", "100 characters", 2},
		"label not UTF-8": {[]string{"create", "a\xff"}, nil, "", "", "100 characters", 2},
		"key as a label":  {[]string{"create", apiKey}, nil, "", "", "argument", 2},
		"no id":           {[]string{"revoke"}, nil, "", "", "one key id", 2},
		"two ids":         {[]string{"revoke", "1", "2"}, nil, "", "", "one key id", 2},
		"key as an id":    {[]string{"revoke", apiKey}, nil, "", "", "argument", 2},
		"path as an id":   {[]string{"revoke", "..", "--json"}, nil, "", "", `{"error":"that is not an id","code":"usage"`, 2},
		"unknown flag":    {[]string{"list", "--all"}, nil, "", "", "--all", 2},
		"both formats":    {[]string{"list", "--json", "--human"}, nil, "", "", "--human", 2},
		"id that leaves the path": {[]string{"revoke", "../x?y", "--json"}, nil, "GET /user/api-keys\nDELETE /user/api-keys/..%2Fx%3Fy", "",
			`"code":"http_404","status":404`, 1},
		"label as an id": {[]string{"revoke", "Local-Dev"}, map[string]string{"GET /user/api-keys": keys}, "GET /user/api-keys\nDELETE /user/api-keys/Local-Dev",
			"", "`nrepo key revoke 2`", 1},
		"label as an id, JSON": {[]string{"revoke", "local-dev", "--json"}, map[string]string{"GET /user/api-keys": keys}, "GET /user/api-keys\nDELETE /user/api-keys/local-dev",
			"", "nrepo key revoke 2", 1},
		"unknown id": {[]string{"revoke", "9"}, map[string]string{"GET /user/api-keys": keys, "DELETE /user/api-keys/9": `404 {"error":"No such key"}`},
			"GET /user/api-keys\nDELETE /user/api-keys/9", "", "`nrepo key list`", 1},
		"the key in use": {[]string{"revoke", "2"}, map[string]string{"GET /user/api-keys": `200 [{"id":2,"key":"nrp_…cdef"},{"id":3,"key":"nrp_…0000"}]`, "DELETE /user/api-keys/2": "204 "},
			"GET /user/api-keys\nDELETE /user/api-keys/2", "Revoked API key #2\n", "NEURALREPO_API_KEY", 0},
		"the key in use, JSON": {[]string{"revoke", "2", "--json"}, map[string]string{"GET /user/api-keys": `200 [{"id":2,"key":"nrp_…cdef"},{"id":3,"key":"nrp_…0000"}]`, "DELETE /user/api-keys/2": "204 "},
			"GET /user/api-keys\nDELETE /user/api-keys/2", "{\n  \"success\": true,\n  \"revoked\": \"2\"\n}\n", `{"warning":"`, 0},
		"not allowed": {[]string{"create", "ci"}, map[string]string{"POST /user/api-keys": `403 {"error":"Free plan: 1 key"}`}, `POST /user/api-keys {"label":"ci"}`,
			"", "Free plan: 1 key", 1},
		"rate limit": {[]string{"list"}, map[string]string{"GET /user/api-keys": "429 "}, "GET /user/api-keys",
			"", "60 minutes", 5},
		"no key in the reply": {[]string{"create", "ci"}, map[string]string{"POST /user/api-keys": `201 {"id":3}`}, `POST /user/api-keys {"label":"ci"}`,
			"", "`nrepo key list`", 1},
		"portal page": {[]string{"create", "ci"}, map[string]string{"POST /user/api-keys": `200 <html>`}, `POST /user/api-keys {"label":"ci"}`,
			"", "http://127.0.0.1", 5},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := nrepotest.NewCanned(t, tt.replies)
			stdout, stderr, code := s.Execute(nrepotest.Command{Name: "key", Run: run, Args: tt.args})
			if code != tt.code || stdout != tt.stdout || !strings.Contains(stderr, tt.stderr) || (tt.stderr == "") != (stderr == "") {
				t.Errorf("exit code %d, want %d\nstdout %q\n  want %q\nstderr %q\n  want %q", code, tt.code, stdout, tt.stdout, stderr, tt.stderr)
			}
			if got := s.Asked(); got != tt.requests {
				t.Errorf("requests %q, want %q", got, tt.requests)
			}
			if strings.Contains(stderr, apiKey) {
				t.Errorf("stderr repeats the key: %s", stderr)
			}
			if strings.HasPrefix(stderr, "{") && !json.Valid([]byte(stderr)) {
				t.Errorf("stderr %q is not JSON", stderr)
			}
		})
	}
}

func TestKeyWithoutLogin(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"list"}, {"create", "ci"}, {"revoke", "2"}} {
		s := nrepotest.NewCanned(t, nil)
		stdout, stderr, code := s.Execute(nrepotest.Command{Name: "key", Run: run, Args: args, Vars: []string{"NEURALREPO_API_KEY="}})
		if code != 4 || stdout != "" || !strings.Contains(stderr, "`nrepo login`") || s.Asked() != "" {
			t.Errorf("%q: exit code %d, stdout %q, stderr %q", args, code, stdout, stderr)
		}
	}
}

// If a new key cannot be shown, the error names its id, so that it can be revoked.
func TestCreatedKeyIsNotShown(t *testing.T) {
	t.Parallel()
	s := nrepotest.NewCanned(t, map[string]string{"POST /user/api-keys": `201 {"id":3,"label":"ci","key":"` + apiKey + `"}`})
	_, stderr, code := s.Execute(nrepotest.Command{Name: "key", Args: []string{"create", "ci"}, Run: func(ctx context.Context, env *plugin.Env) error {
		env.Stdout = full{}
		return run(ctx, env)
	}})
	if want := "`nrepo key revoke 3`"; code != 1 || !strings.Contains(stderr, want) {
		t.Errorf("exit code %d, stderr %q, want %q", code, stderr, want)
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left") }
