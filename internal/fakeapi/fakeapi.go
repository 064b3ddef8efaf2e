// Package fakeapi runs a command in a test against a service that answers by
// a table. It knows nothing of the real API, which the sandbox imitates; it
// gives replies that the sandbox never would.
package fakeapi

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

// APIKey is the key that a Service takes.
const APIKey = "nrp_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

// Service is a running service.
type Service struct {
	// URL is the address of its API.
	URL string

	replies map[string]string
	mu      sync.Mutex
	asked   []string
}

// Serve starts a service. A key of replies is "METHOD /path", without the
// query, and its value "STATUS BODY"; everything else is 404 with no body. A
// request without APIKey is 401. An empty BODY of a failure is an empty object. A 429
// or 503 asks to wait for an hour, so that a command repeats nothing.
func Serve(t testing.TB, replies map[string]string) *Service {
	t.Helper()
	s := &Service{replies: replies}
	server := httptest.NewServer(http.HandlerFunc(s.answer))
	t.Cleanup(server.Close)
	s.URL = server.URL + "/api/v1"
	return s
}

func (s *Service) answer(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	uri := strings.TrimPrefix(r.RequestURI, "/api/v1")
	s.mu.Lock()
	s.asked = append(s.asked, strings.TrimSpace(r.Method+" "+uri+" "+string(body)))
	s.mu.Unlock()
	path, _, _ := strings.Cut(uri, "?")
	first, text, _ := strings.Cut(s.replies[r.Method+" "+path], " ")
	status, err := strconv.Atoi(first)
	switch {
	case r.Header.Get("X-API-Key") != APIKey:
		status, text = http.StatusUnauthorized, ""
	case err != nil:
		status = http.StatusNotFound
	}
	if status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "3600")
	}
	if text == "" && status >= 400 {
		text = "{}" // the API's way to say nothing
	}
	w.WriteHeader(status)
	io.WriteString(w, text)
}

// Requests returns what was asked so far, a line "METHOD /path?query body" for
// each request.
func (s *Service) Requests() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Join(s.asked, "\n")
}

// Command is a command to run.
type Command struct {
	Name  string // such as "key"
	Run   func(context.Context, *plugin.Env) error
	Args  []string
	Stdin string
	// Vars are variables, NAME=VALUE each, over those that make a person
	// logged in at the service by NEURALREPO_API_KEY, with human output and no
	// config.
	Vars []string
}

// Execute runs a command to its end.
func (s *Service) Execute(c Command) (stdout, stderr string, code int) {
	environ := map[string]string{
		"NEURALREPO_API_KEY": APIKey,
		"NEURALREPO_API_URL": s.URL,
		"NEURALREPO_OUTPUT":  "human",
		"NEURALREPO_CONFIG":  "/no-such-directory/config.json",
	}
	for _, v := range c.Vars {
		name, value, _ := strings.Cut(v, "=")
		environ[name] = value
	}
	var out, errs bytes.Buffer
	env := &plugin.Env{
		Name:   "nrepo " + c.Name,
		Args:   c.Args,
		Stdin:  strings.NewReader(c.Stdin),
		Stdout: &out,
		Stderr: &errs,
		Getenv: func(name string) string { return environ[name] },
	}
	code = env.Report(c.Run(context.Background(), env))
	return out.String(), errs.String(), code
}
