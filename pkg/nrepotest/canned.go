package nrepotest

import (
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// APIKey is the key that a [Canned] server takes.
const APIKey = "nrp_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

// Canned is a server of canned replies: it knows nothing of the real API, which
// the sandbox imitates, and gives replies that the sandbox never would. For
// an ordinary request that fails or is slow there are [Config].Fail and Delay.
type Canned struct {
	APIURL string // the value for NEURALREPO_API_URL

	config  string
	replies map[string]string
	mu      sync.Mutex
	asked   []string
}

// NewCanned starts a server that ends with the test. A key of replies is "METHOD /path", without the
// query, and its value "STATUS BODY"; everything else is 404 with no body. A
// request without APIKey is 401. An empty BODY of a failure is an empty object. A 429
// or 503 asks to wait for an hour, so that a command repeats nothing.
func NewCanned(tb testing.TB, replies map[string]string) *Canned {
	tb.Helper()
	s := &Canned{replies: replies, config: filepath.Join(tb.TempDir(), "config.json")}
	server := httptest.NewServer(http.HandlerFunc(s.answer))
	tb.Cleanup(server.Close)
	s.APIURL = server.URL + "/api/v1"
	return s
}

func (s *Canned) answer(w http.ResponseWriter, r *http.Request) {
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

// Asked returns what was asked so far, a line "METHOD /path?query body" for each
// request.
func (s *Canned) Asked() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Join(s.asked, "\n")
}

// Execute runs a command of this program for a person who is logged in at the
// server by NEURALREPO_API_KEY, with human output and no config file.
func (s *Canned) Execute(c Command) (stdout, stderr string, code int) {
	return c.execute([]string{
		"NEURALREPO_API_KEY=" + APIKey,
		"NEURALREPO_API_URL=" + s.APIURL,
		"NEURALREPO_CONFIG=" + s.config,
	})
}
