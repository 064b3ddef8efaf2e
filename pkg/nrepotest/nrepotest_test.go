package nrepotest_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/nrepo-cli/nrepo/pkg/nrepotest"
)

// status makes a request with a key and returns the status of the answer.
func status(t *testing.T, method, url, key, body string) int {
	t.Helper()
	req, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("X-API-Key", key)
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	return resp.StatusCode
}

func TestServer(t *testing.T) {
	t.Parallel()
	s := nrepotest.NewServer(t)
	if s.APIURL != s.URL+"/api/v1" {
		t.Errorf("APIURL %s, URL %s", s.APIURL, s.URL)
	}
	reader := s.CreateKey("reader", "ideas:read")
	for _, call := range []struct {
		method, path, key string
		status            int
	}{
		{"GET", "/user/me", s.APIKey, 200},
		{"POST", "/ideas", s.APIKey, 201},
		{"GET", "/ideas", reader, 200},
		{"POST", "/ideas", reader, 403},
		{"GET", "/ideas", s.CreateKey("nothing"), 403},
	} {
		if got := status(t, call.method, s.APIURL+call.path, call.key, `{"title":"x"}`); got != call.status {
			t.Errorf("%s %s: %d, want %d", call.method, call.path, got, call.status)
		}
	}
	requests := s.Requests()
	if len(requests) != 5 {
		t.Fatalf("%d requests", len(requests))
	}
	if r := requests[1]; r.Method != "POST" || r.Path != "/api/v1/ideas" || r.Status != 201 || !slices.Equal(r.Auth, []string{"X-API-Key"}) {
		t.Errorf("second request %+v", r)
	}
}

// TestEnviron cannot run beside others: it sets variables of the process.
func TestEnviron(t *testing.T) {
	t.Setenv("NEURALREPO_API_KEY", "real")
	t.Setenv("NEURALREPO_OUTPUT", "json")
	t.Setenv("NREPO_EXE", "/usr/bin/nrepo")
	t.Setenv("OTHER", "kept")
	s := nrepotest.NewServer(t)
	want := map[string]string{
		"NEURALREPO_API_KEY": s.APIKey,
		"NEURALREPO_API_URL": s.APIURL,
		"NEURALREPO_CONFIG":  s.Config,
		"NEURALREPO_OUTPUT":  "",
		"NREPO_EXE":          "",
		"OTHER":              "kept",
	}
	for name, value := range want {
		if got := s.Getenv(name); got != value {
			t.Errorf("Getenv(%s) = %q, want %q", name, got, value)
		}
		n := 0
		for _, entry := range s.Environ() {
			if strings.HasPrefix(entry, name+"=") {
				n++
			}
		}
		if (n == 1) != (value != "") || n > 1 {
			t.Errorf("%s is in Environ %d times", name, n)
		}
	}
	if _, err := os.Stat(s.Config); !os.IsNotExist(err) {
		t.Errorf("config: %v", err)
	}
	if _, err := os.Stat(filepath.Dir(s.Config)); err != nil {
		t.Error(err)
	}
}

// TestEnds holds that the server is gone when its test is.
func TestEnds(t *testing.T) {
	t.Parallel()
	var url string
	t.Run("inner", func(t *testing.T) { url = nrepotest.NewServer(t).URL })
	if _, err := http.Get(url + "/api/v1/health"); err == nil {
		t.Error("it still answers")
	}
}

// ideas counts the ideas on a server as a plugin would: from its environment.
func ideas(getenv func(string) string) (string, error) {
	req, err := http.NewRequest("GET", getenv("NEURALREPO_API_URL")+"/ideas", nil)
	if err != nil {
		return "", err
	}
	req.Header.Set("X-API-Key", getenv("NEURALREPO_API_KEY"))
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	return resp.Status, nil
}

// The test of a plugin gives the function under test the server's
// environment, and counts what it asked for.
func ExampleNewServer() {
	testIdeas := func(t *testing.T) {
		s := nrepotest.NewServer(t)
		got, err := ideas(s.Getenv)
		if err != nil || got != "200 OK" {
			t.Errorf("ideas() = %q, %v", got, err)
		}
		if n := len(s.Requests()); n != 1 {
			t.Errorf("%d requests, want 1", n)
		}
	}
	fmt.Println(testing.RunTests(func(string, string) (bool, error) { return true, nil },
		[]testing.InternalTest{{Name: "TestIdeas", F: testIdeas}}))
	// Output: true
}
