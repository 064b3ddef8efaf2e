package main

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

// rows are the rows from offset to end of a list, as JSON.
func rows(offset, end int) string {
	var list []string
	for i := offset; i < end; i++ {
		list = append(list, fmt.Sprintf(`{"id":%d}`, i))
	}
	return "[" + strings.Join(list, ",") + "]"
}

// paged runs the command against a server that answers with page, and also returns the
// requested offsets.
func paged(t *testing.T, page func(limit, offset int) string, args ...string) (stdout, stderr string, code int, asked string) {
	t.Helper()
	var offsets []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		limit, _ := strconv.Atoi(r.FormValue("limit"))
		offset, _ := strconv.Atoi(r.FormValue("offset"))
		offsets = append(offsets, strconv.Itoa(offset))
		text := page(limit, offset)
		if text == "" {
			w.Header().Set("Retry-After", "3600")
			w.WriteHeader(http.StatusTooManyRequests)
		}
		fmt.Fprint(w, text)
	}))
	defer server.Close()
	environ := map[string]string{"NEURALREPO_API_KEY": apiKey, "NEURALREPO_API_URL": server.URL}
	var out, errs bytes.Buffer
	env := &plugin.Env{
		Name: "nrepo api", Args: append([]string{"--paginate", "/list"}, args...), Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs,
		Getenv: func(name string) string { return environ[name] },
	}
	code = env.Report(run(t.Context(), env))
	return out.String(), errs.String(), code, strings.Join(offsets, " ")
}

func TestPaginate(t *testing.T) {
	t.Parallel()
	upTo := func(n, most int) func(limit, offset int) string {
		return func(limit, offset int) string { return rows(offset, min(n, offset+min(limit, most))) }
	}
	object := func(page func(limit, offset int) string, more func(offset int) bool) func(limit, offset int) string {
		return func(limit, offset int) string {
			return fmt.Sprintf(`{"query":"x","ideas":%s,"has_more":%v}`, page(limit, offset), more(offset))
		}
	}
	for name, tt := range map[string]struct {
		page  func(limit, offset int) string
		args  []string
		rows  int // the number of printed rows
		asked string
		code  int
	}{
		"array":                 {upTo(240, 100), nil, 240, "0 100 200 240", 0},
		"pages are smaller":     {upTo(120, 50), nil, 120, "0 50 100 120", 0},
		"object":                {object(upTo(120, 50), func(offset int) bool { return offset < 100 }), nil, 120, "0 50 100", 0},
		"has_more, empty":       {object(upTo(60, 50), func(int) bool { return true }), nil, 60, "0 50 60", 0},
		"none":                  {upTo(0, 100), nil, 0, "0", 0},
		"none, null":            {func(int, int) string { return `{"ideas":null,"has_more":false}` }, nil, 0, "0", 0},
		"limit":                 {upTo(25, 100), []string{"-f", "limit=10"}, 25, "0 10 20 25", 0},
		"offset":                {upTo(25, 100), []string{"-f", "offset=20"}, 5, "20 25", 0},
		"jq":                    {upTo(240, 100), []string{"--jq", ".[].id"}, 240, "0 100 200 240", 0},
		"a row moved on":        {func(limit, offset int) string { return rows(max(0, offset-1), min(150, max(0, offset-1)+100)) }, nil, 150, "0 100 151", 0},
		"always the same":       {func(int, int) string { return rows(0, 100) }, nil, 100, "0 100 200 300", 5},
		"the same, has_more":    {object(func(int, int) string { return rows(0, 3) }, func(int) bool { return true }), nil, 3, "0 3 6 9", 5},
		"the same, jq":          {func(int, int) string { return rows(0, 100) }, []string{"--jq", ".[].id"}, 0, "0 100 200 300", 5},
		"without pages":         {func(int, int) string { return `{"api_keys":[{"id":1},{"id":2}]}` }, nil, 2, "0 2", 0},
		"without ids":           {func(int, int) string { return `["\"id\":", "\"id\":"]` }, nil, 2, "0 2", 0},
		"breaks half way":       {func(_, offset int) string { return map[int]string{0: rows(0, 100)}[offset] }, nil, 100, "0 100", 5},
		"breaks half way, jq":   {func(_, offset int) string { return map[int]string{0: rows(0, 100)}[offset] }, []string{"--jq", ".[].id"}, 0, "0 100", 5},
		"no list":               {func(int, int) string { return `{"id":1}` }, nil, 0, "0", 1},
		"two lists":             {func(int, int) string { return `{"incoming":[],"outgoing":[]}` }, nil, 0, "0", 1},
		"no JSON":               {func(int, int) string { return `a,b` }, nil, 0, "0", 1},
		"limit is no number":    {nil, []string{"-f", "limit=x"}, 0, "", 2},
		"limit of none":         {nil, []string{"-f", "limit=0"}, 0, "", 2},
		"negative offset":       {nil, []string{"-f", "offset=-1"}, 0, "", 2},
		"POST":                  {nil, []string{"-X", "POST"}, 0, "", 2},
		"input":                 {nil, []string{"--input", "-"}, 0, "", 2},
		"headers of the answer": {nil, []string{"-i"}, 0, "", 2},
	} {
		stdout, stderr, code, asked := paged(t, tt.page, tt.args...)
		if code != tt.code || asked != tt.asked || (code == 0) != (stderr == "" || name == "without pages" || name == "without ids") {
			t.Errorf("%s: exit code %d, want %d; offsets %q, want %q; stderr %s", name, code, tt.code, asked, tt.asked, stderr)
		}
		if n := strings.Count(stdout, `"id":`) + strings.Count(stdout, `\"id\":`); n != tt.rows && !strings.Contains(strings.Join(tt.args, " "), "--jq") {
			t.Errorf("%s: %d rows, want %d: %s", name, n, tt.rows, stdout)
		}
		if n := strings.Count(stdout, "\n"); n != tt.rows && strings.Contains(strings.Join(tt.args, " "), "--jq") {
			t.Errorf("%s: %d results, want %d: %s", name, n, tt.rows, stdout)
		}
		if len(tt.args) == 0 && strings.HasSuffix(stdout, "]\n") != (code == 0) {
			t.Errorf("%s: exit code %d, and the array is %q", name, code, stdout)
		}
	}
}

// Rows are printed before the next page is requested.
func TestPaginateStreams(t *testing.T) {
	t.Parallel()
	shown := make(chan struct{}, 1)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.FormValue("offset") != "" {
			<-shown
			fmt.Fprint(w, `[]`)
			return
		}
		fmt.Fprint(w, rows(0, 2))
	}))
	defer server.Close()
	environ := map[string]string{"NEURALREPO_API_KEY": apiKey, "NEURALREPO_API_URL": server.URL}
	env := &plugin.Env{
		Name: "nrepo api", Args: []string{"--paginate", "/list"}, Stdin: strings.NewReader(""), Stderr: new(bytes.Buffer),
		Stdout: writer(func(text []byte) { // the server sends the second page after the first write
			select {
			case shown <- struct{}{}:
			default:
			}
		}),
		Getenv: func(name string) string { return environ[name] },
	}
	if code := env.Report(run(t.Context(), env)); code != 0 {
		t.Errorf("exit code %d: %s", code, env.Stderr)
	}
}

type writer func(text []byte)

func (w writer) Write(text []byte) (int, error) { w(text); return len(text), nil }
