package nrepotest_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nrepo-cli/nrepo/pkg/authcfg"
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

// TestConfig checks that each field reaches the server.
func TestConfig(t *testing.T) {
	t.Parallel()
	var ahead atomic.Int64 // how far the server's clock is ahead, in seconds
	s := nrepotest.Config{
		SessionTTL: time.Minute,
		RateLimit:  1,
		Now: func() time.Time {
			return time.Date(2026, 3, 24, 12, 0, int(ahead.Load()), 0, time.UTC)
		},
	}.NewServer(t)
	device := func() (code, approval string) {
		var reply struct {
			Code string `json:"device_code"`
			URL  string `json:"verification_uri_complete"`
		}
		if status := postForm(t, s.URL+"/oauth/device_authorization", url.Values{"scope": {"ideas:read"}}, &reply); status != 200 {
			t.Fatal(status)
		}
		return reply.Code, reply.URL
	}
	poll := func(code string) (access, problem string) {
		var reply struct {
			Access string `json:"access_token"`
			Error  string `json:"error"`
		}
		postForm(t, s.URL+"/oauth/token", url.Values{"grant_type": {"urn:ietf:params:oauth:grant-type:device_code"}, "device_code": {code}}, &reply)
		return reply.Access, reply.Error
	}
	code, approval := device()
	if err := s.Deny(t.Context(), approval); err != nil {
		t.Error(err)
	}
	if _, problem := poll(code); problem != "access_denied" {
		t.Errorf("denied: %s", problem)
	}
	code, approval = device()
	if err := s.Approve(t.Context(), approval); err != nil {
		t.Error(err)
	}
	access, problem := poll(code)
	if access == "" {
		t.Fatal(problem)
	}
	me := func() int {
		req, err := http.NewRequest("GET", s.APIURL+"/user/me", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+access)
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		return resp.StatusCode
	}
	for i, want := range []int{200, 429} {
		if got := me(); got != want {
			t.Errorf("request %d: %d, want %d", i, got, want)
		}
	}
	ahead.Store(60)
	if got := me(); got != 401 {
		t.Errorf("expired: %d", got)
	}
}

// A test can choose which requests fail, and how often.
func TestFail(t *testing.T) {
	t.Parallel()
	s := nrepotest.Config{Fail: []string{"POST /ideas 500 1", "GET /tags 429"}, Seed: "demo", Delay: time.Millisecond}.NewServer(t)
	for _, tt := range []struct {
		method, path, body string
		want               int
	}{
		{"POST", "/ideas", `{"title":"x"}`, 500},
		{"POST", "/ideas", `{"title":"x"}`, 201},
		{"GET", "/tags", "", 429},
		{"GET", "/tags", "", 429},
	} {
		if got := status(t, tt.method, s.APIURL+tt.path, s.APIKey, tt.body); got != tt.want {
			t.Errorf("%s %s: %d, want %d", tt.method, tt.path, got, tt.want)
		}
	}
	req, err := http.NewRequest("GET", s.APIURL+"/ideas?limit=100", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("X-API-Key", s.APIKey)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var list struct{ Ideas []struct{ Number int } }
	if err := json.NewDecoder(resp.Body).Decode(&list); err != nil || len(list.Ideas) != 11 || list.Ideas[0].Number != 11 {
		t.Errorf("the seed and one more are %+v, %v", list, err)
	}
}

func TestHandoff(t *testing.T) {
	t.Parallel()
	s := nrepotest.Config{Handoff: true}.NewServer(t)
	got := make(chan string, 1)
	callback := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got <- r.URL.RawQuery }))
	defer callback.Close()
	if err := s.Approve(t.Context(), s.URL+"/auth/cli?callback="+url.QueryEscape(callback.URL+"/callback?state=x")); err != nil {
		t.Fatal(err)
	}
	if query := <-got; !strings.HasPrefix(query, "state=x&api_key=nrp_") {
		t.Errorf("callback got %s", query)
	}
	if err := s.Approve(t.Context(), "https://neuralrepo.example/auth/cli"); err == nil {
		t.Error("another machine's login was approved")
	}
}

func postForm(t *testing.T, address string, form url.Values, reply any) (status int) {
	t.Helper()
	form.Set("client_id", "nrepo-cli")
	resp, err := http.PostForm(address, form)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if err := json.NewDecoder(resp.Body).Decode(reply); err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode
}

// TestEnviron is not parallel because it sets variables of the process.
func TestEnviron(t *testing.T) {
	t.Setenv("NEURALREPO_API_KEY", "real")
	t.Setenv("NEURALREPO_OUTPUT", "json")
	t.Setenv("NEURALREPO_PROFILE", "mine")
	t.Setenv("XDG_CONFIG_HOME", "/mine")
	t.Setenv("NREPO_EXE", "/usr/bin/nrepo")
	t.Setenv("OTHER", "kept")
	s := nrepotest.NewServer(t)
	want := map[string]string{
		"NEURALREPO_API_KEY": s.APIKey,
		"NEURALREPO_API_URL": s.APIURL,
		"NEURALREPO_CONFIG":  "",
		"NEURALREPO_PROFILE": "",
		"XDG_CONFIG_HOME":    filepath.Dir(filepath.Dir(s.Config)),
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
	for _, name := range []string{"XDG_STATE_HOME", "XDG_CACHE_HOME"} {
		if dir := s.Getenv(name); !filepath.IsAbs(dir) || dir == os.Getenv(name) {
			t.Errorf("%s is %q", name, dir)
		}
	}
	if cfg, err := (&authcfg.Store{Getenv: s.Getenv}).Path(); err != nil || cfg != s.Config {
		t.Errorf("the config file is %s, %v", cfg, err)
	}
}

// TestEnds checks that the server is closed at the end of its test.
func TestEnds(t *testing.T) {
	t.Parallel()
	var url string
	t.Run("inner", func(t *testing.T) { url = nrepotest.NewServer(t).URL })
	if _, err := http.Get(url + "/api/v1/health"); err == nil {
		t.Error("it still answers")
	}
}
