package e2e

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// shelf is a fast service for tests. It generates its ideas on request and accepts new
// ones, and a test can make requests fail or wait.
type shelf struct {
	writing sync.RWMutex // guards body: a test changes it while the server still answers a killed program
	old     int          // the number of ideas, with ids from 1
	edges   int          // the number of relations between them
	body    string       // the body of each idea
	// hinder gets each request first. If it returns true, it has answered the request.
	hinder func(w http.ResponseWriter, r *http.Request) bool

	mu     sync.Mutex
	titles []string // the titles of new ideas
	url    string
}

func (s *shelf) start(t *testing.T) *shelf {
	t.Helper()
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	s.url = server.URL
	return s
}

// command returns a command of nrepo-ideas that runs in a directory.
func (s *shelf) command(t *testing.T, dir string, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(filepath.Join(binaries(t), "nrepo-ideas"), args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "HOME="+dir, "XDG_STATE_HOME="+t.TempDir(), "NEURALREPO_API_URL="+s.url, "NEURALREPO_OUTPUT=human",
		"NEURALREPO_API_KEY=nrp_"+strings.Repeat("0", 64))
	return cmd
}

func (s *shelf) created() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string{}, s.titles...)
}

func (s *shelf) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if s.hinder != nil && s.hinder(w, r) {
		return
	}
	w.Header().Set("Content-Type", "application/json")
	switch r.Method + " " + r.URL.Path {
	case "GET /user/me":
		io.WriteString(w, `{"id":"user_a","email":"a@example.com","plan":"pro"}`)
	case "GET /map":
		s.writeMap(w)
	case "GET /ideas":
		s.writePage(w, r)
	case "POST /map/relations":
		s.link(w, r)
	case "POST /ideas":
		var in struct{ Title string }
		if json.NewDecoder(r.Body).Decode(&in) != nil {
			http.Error(w, "{}", http.StatusBadRequest)
			return
		}
		s.mu.Lock()
		s.titles = append(s.titles, in.Title)
		n := s.oldNow() + len(s.titles)
		s.mu.Unlock()
		w.WriteHeader(http.StatusCreated)
		io.WriteString(w, s.idea(n, in.Title))
	default:
		http.NotFound(w, r)
	}
}

func (s *shelf) idea(n int, title string) string {
	return fmt.Sprintf(`{"id":%d,"number":%d,"title":%q,"body":%q,"status":"captured","source":"api","tags":["energy","t%d"],"created_at":"2026-01-15T10:45:09Z","updated_at":"2026-01-15T10:45:09Z"}`,
		n, n, title, s.bodyNow(), n%300)
}

func (s *shelf) writePage(w http.ResponseWriter, r *http.Request) {
	limit, _ := strconv.Atoi(r.URL.Query().Get("limit"))
	offset, _ := strconv.Atoi(r.URL.Query().Get("offset"))
	titles := s.created()
	all := s.oldNow() + len(titles)
	last := min(all, offset+limit)
	io.WriteString(w, `{"ideas":[`)
	for i := offset; i < last; i++ {
		n, title, comma := all-i, "", ","
		if title = fmt.Sprint("Idea ", n); n > s.oldNow() {
			title = titles[n-s.oldNow()-1]
		}
		if i == last-1 {
			comma = ""
		}
		io.WriteString(w, s.idea(n, title)+comma)
	}
	fmt.Fprintf(w, `],"has_more":%v}`, last < all)
}

func (s *shelf) writeMap(w io.Writer) {
	io.WriteString(w, `{"nodes":[`)
	comma := ""
	for n := 1; n <= s.oldNow(); n++ {
		fmt.Fprintf(w, `%s{"id":%d,"title":"Idea %d","status":"captured","tags":["energy","t%d"]}`, comma, n, n, n%300)
		comma = ","
	}
	io.WriteString(w, `],"edges":[`)
	comma = ""
	for n := range s.edges {
		fmt.Fprintf(w, `%s{"id":%d,"source":%d,"target":%d,"relation_type":"related","note":null}`, comma, n+1, n%s.oldNow()+1, (n*7919+1)%s.oldNow()+1)
		comma = ","
	}
	io.WriteString(w, `]}`)
}

func (s *shelf) link(w http.ResponseWriter, r *http.Request) {
	var in struct{ Links []map[string]any }
	json.NewDecoder(r.Body).Decode(&in)
	for i, l := range in.Links {
		l["status"], l["relation_id"] = "created", i
	}
	json.NewEncoder(w).Encode(map[string]any{"linked": len(in.Links), "errors": 0, "results": in.Links})
}

// titles writes a file of n titles.
func titles(t *testing.T, dir string, n int) string {
	t.Helper()
	var b strings.Builder
	for i := range n {
		fmt.Fprintln(&b, "Title", i)
	}
	path := filepath.Join(dir, "titles.txt")
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// once checks that there are n titles, each once.
func once(t *testing.T, got []string, n int) {
	t.Helper()
	seen := map[string]int{}
	for _, title := range got {
		seen[title]++
	}
	for i := range n {
		if title := fmt.Sprint("Title ", i); seen[title] != 1 {
			t.Errorf("%s is there %d times", title, seen[title])
		}
	}
	if len(got) != n {
		t.Errorf("%d ideas, want %d", len(got), n)
	}
}

func (s *shelf) bodyNow() string {
	s.writing.RLock()
	defer s.writing.RUnlock()
	return s.body
}

func (s *shelf) setBody(text string) {
	s.writing.Lock()
	defer s.writing.Unlock()
	s.body = text
}

func (s *shelf) oldNow() int {
	s.writing.RLock()
	defer s.writing.RUnlock()
	return s.old
}

func (s *shelf) setOld(n int) {
	s.writing.Lock()
	defer s.writing.Unlock()
	s.old = n
}
