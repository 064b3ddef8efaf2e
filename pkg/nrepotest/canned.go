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

// APIKey is the API key that a [Canned] server accepts.
const APIKey = "nrp_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

// Canned is a server with fixed responses, for responses that the sandbox never
// sends. To test requests that fail or are slow, use Fail and Delay of [Config]
// instead.
type Canned struct {
	APIURL string // value for NEURALREPO_API_URL

	config  string
	replies map[string]string
	mu      sync.Mutex
	asked   []string
}

// NewCanned starts a server that is closed when the test ends. The keys of replies
// are "METHOD /path", without the query, and the values are "STATUS BODY". Other
// requests return 404 without a body, and requests without APIKey return 401. If
// the body of an error is empty, it is an empty object. Responses with 429 or 503
// ask to wait an hour, so that commands do not repeat the request.
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
		text = "{}" // an empty answer of the API
	}
	w.WriteHeader(status)
	io.WriteString(w, text)
}

// Asked returns the requests so far, one line "METHOD /path?query body" each.
func (s *Canned) Asked() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Join(s.asked, "\n")
}

// Execute runs a command of this program in this process, logged in at the server
// by NEURALREPO_API_KEY, with human output and without a config file.
func (s *Canned) Execute(c Command) (stdout, stderr string, code int) {
	return c.execute([]string{
		"NEURALREPO_API_KEY=" + APIKey,
		"NEURALREPO_API_URL=" + s.APIURL,
		"NEURALREPO_CONFIG=" + s.config,
	})
}
