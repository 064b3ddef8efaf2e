package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

const (
	apiKey = "nrp_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	older  = `{"api_url":"https://other.example/api/v1","api_key":"session","auth_method":"oauth","theme":"dark"}`
)

// service answers every request with status and body, and counts the requests with
// the key.
func service(t *testing.T, status int, body string) (apiURL string, requests *atomic.Int64) {
	t.Helper()
	requests = &atomic.Int64{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Api-Key") == apiKey && r.Method+r.URL.Path == "GET/api/v1/user/me" {
			requests.Add(1)
		}
		w.Header().Set("Retry-After", "3600") // a retry would take an hour
		w.WriteHeader(status)
		io.WriteString(w, body)
	}))
	t.Cleanup(server.Close)
	return server.URL + "/api/v1", requests
}

// login runs "nrepo login args…" and returns its exit code.
func login(config, apiURL, stdin string, args ...string) (stdout, stderr string, code int) {
	var out, errs bytes.Buffer
	environ := map[string]string{"NEURALREPO_CONFIG": config, "NEURALREPO_API_URL": apiURL}
	env := &plugin.Env{Name: "nrepo login", Args: args, Stdin: strings.NewReader(stdin), Stdout: &out, Stderr: &errs,
		Getenv: func(name string) string { return environ[name] }}
	code = env.Report(runLogin(context.Background(), env))
	return out.String(), errs.String(), code
}

func TestLogin(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		stdin string
		args  []string
		want  string
	}{
		"line":             {apiKey + "\n", nil, "Logged in as alice@example.com\n"},
		"no line end":      {apiKey, nil, "Logged in as alice@example.com\n"},
		"CRLF and blanks":  {" \t" + apiKey + " \r\n", nil, "Logged in as alice@example.com\n"},
		"more lines":       {apiKey + "\nrest\n", nil, "Logged in as alice@example.com\n"},
		"JSON":             {apiKey, []string{"--json"}, "{\n  \"id\": \"user_1\",\n  \"email\": \"alice@example.com\",\n  \"auth_method\": \"api_key\"\n}\n"},
		"human said aloud": {apiKey, []string{"--human"}, "Logged in as alice@example.com\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			apiURL, requests := service(t, 200, `{"id":"user_1","email":"alice@example.com"}`)
			config := filepath.Join(t.TempDir(), "nrepo", "config.json")
			stdout, stderr, code := login(config, apiURL, tt.stdin, append(tt.args, "--api-key")...)
			if code != plugin.ExitOK || stdout != tt.want || stderr != "" || requests.Load() != 1 {
				t.Fatalf("exit code %d, stdout %q, stderr %q, %d requests", code, stdout, stderr, requests.Load())
			}
			doc, err := os.ReadFile(config)
			if err != nil {
				t.Fatal(err)
			}
			want := "{\n  \"api_url\": \"" + apiURL + "\",\n  \"api_key\": \"" + apiKey + "\",\n  \"user_id\": \"user_1\",\n  \"auth_method\": \"api_key\"\n}\n"
			if string(doc) != want {
				t.Errorf("config %s, want %s", doc, want)
			}
		})
	}
}

// A login that fails does not change the stored login.
func TestFailedLogin(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		status int
		body   string
		stdin  string
		args   string
		code   int
		sent   int64
		want   string
	}{
		"argument":       {200, "{}", apiKey, "--api-key x", 2, 0, "login takes no arguments"},
		"key in argv":    {200, "{}", "", "--api-key " + apiKey, 2, 0, "argument"},
		"key as value":   {200, "{}", "", "--api-key=" + apiKey, 2, 0, "argument"},
		"flag's value":   {200, "{}", "", "--api-key=s3cr3t", 2, 0, "--api-key takes no value"},
		"unknown flag":   {200, "{}", apiKey, "--token", 2, 0, "unknown flag --token"},
		"both formats":   {200, "{}", apiKey, "--api-key --json --human", 2, 0, "cannot be used together"},
		"empty pipe":     {200, "{}", "", "--api-key", 2, 0, "stdin is empty"},
		"blank line":     {200, "{}", "  \n" + apiKey, "--api-key", 2, 0, "no API key was given"},
		"wrong shape":    {200, "{}", "s3cr3t", "--api-key", 2, 0, "64 hexadecimal digits"},
		"cut key":        {200, "{}", apiKey[:67], "--api-key", 2, 0, "not an API key"},
		"two keys":       {200, "{}", apiKey + apiKey, "--api-key", 2, 0, "not an API key"},
		"endless line":   {200, "{}", strings.Repeat("a", 10_000), "--api-key", 2, 0, "too long"},
		"rejected":       {401, `{"error":"Invalid API key"}`, apiKey, "--api-key", 4, 1, "Invalid API key (HTTP 401)\nhint: check the key"},
		"not allowed":    {403, "{}", apiKey, "--api-key", 1, 1, "(HTTP 403)"},
		"rate limit":     {429, "", apiKey, "--api-key", 5, 1, "rate limit exceeded (HTTP 429)\nhint: try again in 60 minutes\n"},
		"server fails":   {500, "{}", apiKey, "--api-key", 5, 1, "the service failed (HTTP 500)"},
		"firewall":       {403, "<html>", apiKey, "--api-key", 5, 1, "not from the API (HTTP 403)"},
		"portal page":    {200, "<html>", apiKey, "--api-key", 5, 1, "is not JSON"},
		"not a user":     {200, `{"ok":true}`, apiKey, "--api-key", 1, 1, "no user"},
		"null":           {200, `null`, apiKey, "--api-key", 1, 1, "this version"},
		"echoes a key":   {400, `{"error":"bad ` + apiKey + `"}`, apiKey, "--api-key", 1, 1, "bad nrp_…"},
		"does not speak": {0, "", apiKey, "--api-key", 5, 0, "TLS"},
	} {
		for _, format := range []string{"", " --json"} {
			t.Run(name+format, func(t *testing.T) {
				t.Parallel()
				apiURL, requests := service(t, max(tt.status, 200), tt.body)
				if tt.status == 0 {
					apiURL = strings.Replace(apiURL, "http:", "https:", 1)
				}
				config := filepath.Join(t.TempDir(), "config.json")
				if err := os.WriteFile(config, []byte(older), 0o600); err != nil {
					t.Fatal(err)
				}
				stdout, stderr, code := login(config, apiURL, tt.stdin, strings.Fields(tt.args+format)...)
				if code != tt.code || stdout != "" || requests.Load() != tt.sent {
					t.Errorf("exit code %d, want %d; stdout %q, stderr %q, %d requests", code, tt.code, stdout, stderr, requests.Load())
				}
				if strings.Contains(stderr, apiKey[:40]) || strings.Contains(stderr, "s3cr3t") {
					t.Errorf("stderr repeats a secret: %s", stderr)
				}
				if format == "" || name == "both formats" {
					if !strings.HasPrefix(stderr, "nrepo login: ") || !strings.Contains(stderr, tt.want) {
						t.Errorf("stderr %q, want %q", stderr, tt.want)
					}
				} else if !json.Valid([]byte(stderr)) || strings.Count(stderr, "\n") != 1 {
					t.Errorf("stderr %q is not one JSON object", stderr)
				}
				if doc, err := os.ReadFile(config); err != nil || string(doc) != older {
					t.Errorf("config %s, %v", doc, err)
				}
			})
		}
	}
}

// The text after the first line is left for the next program.
func TestReadLineLeavesTheRest(t *testing.T) {
	t.Parallel()
	stdin := strings.NewReader(apiKey + "\nrest")
	if line, err := readLine(context.Background(), stdin); line != apiKey || err != nil {
		t.Fatalf("%q, %v", line, err)
	}
	if rest, _ := io.ReadAll(stdin); string(rest) != "rest" {
		t.Errorf("left %q", rest)
	}
}

func TestReadLineEndsWithContext(t *testing.T) {
	t.Parallel()
	silent, writer := io.Pipe()
	defer writer.Close()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := readLine(ctx, silent); err != context.Canceled {
		t.Errorf("error %v", err)
	}
}

// While a pipe is silent, the command says what it waits for, and gives up in time.
func TestSilentPipe(t *testing.T) {
	t.Parallel()
	for _, format := range []string{"--human", "--json"} {
		t.Run(format, func(t *testing.T) {
			t.Parallel()
			silent, writer := io.Pipe()
			defer writer.Close()
			r := newSession(t, newService(t), "--api-key", "--timeout", "1500ms", format)
			r.login.env.Stdin = silent
			if got := r.alone(t); got != plugin.ExitCancelled || !strings.Contains(r.err.Error(), "1.5s") {
				t.Errorf("exit code %d: %v", got, r.err)
			}
			if text := r.stderr.String(); !strings.Contains(text, "on stdin") || format == "--json" && !json.Valid([]byte(text)) {
				t.Errorf("stderr: %s", text)
			}
			r.wantNothingStored(t)
		})
	}
}

// A warning names the variable if it overrides this login, but not if it has the same
// key.
func TestVariableComesFirst(t *testing.T) {
	t.Parallel()
	for key, warned := range map[string]bool{apiKey: false, apiKey + "\n": false, otherKey: true, "wrong": true} {
		apiURL, _ := service(t, 200, `{"id":"user_1","email":"alice@example.com"}`)
		r := newSession(t, newService(t), "--api-key")
		r.env["NEURALREPO_API_URL"], r.env["NEURALREPO_API_KEY"] = apiURL, key
		r.login.env.Stdin = strings.NewReader(apiKey)
		if got := r.alone(t); got != 0 || strings.Contains(r.stderr.String(), "NEURALREPO_API_KEY") != warned {
			t.Errorf("exit code %d, stderr %q, warned %v wanted", got, r.stderr.String(), warned)
		}
	}
}
