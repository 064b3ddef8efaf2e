package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nrepo-cli/nrepo/pkg/nrepotest"
)

const apiKey = nrepotest.APIKey

func TestAPI(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "change.json")
	if err := os.WriteFile(file, []byte(`{"title": "T"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	const usage = "needs a path"
	for name, tt := range map[string]struct {
		args    []string
		stdin   string
		replies map[string]string
		request string
		stdout  string
		stderr  string
		code    int
	}{
		"path":            {[]string{"/user/me"}, "", map[string]string{"GET /user/me": `200 {"b":1,"a":[]}`}, "GET /user/me", "{\n  \"b\": 1,\n  \"a\": []\n}\n", "", 0},
		"no slash":        {[]string{"user/me"}, "", map[string]string{"GET /user/me": `200 1`}, "GET /user/me", "1\n", "", 0},
		"method":          {[]string{"delete", "/ideas/4"}, "", map[string]string{"DELETE /ideas/4": `204 `}, "DELETE /ideas/4", "", "", 0},
		"query":           {[]string{"/ideas?limit=5"}, "", map[string]string{"GET /ideas": `200 []`}, "GET /ideas?limit=5", "[]\n", "", 0},
		"fields as query": {[]string{"GET", "/ideas", "-f", "status=captured", "-f", "q=a&b c"}, "", map[string]string{"GET /ideas": `200 []`}, "GET /ideas?q=a%26b+c&status=captured", "[]\n", "", 0},
		"more query":      {[]string{"GET", "/ideas?a=1", "-f", "b=2"}, "", map[string]string{"GET /ideas": `200 []`}, "GET /ideas?a=1&b=2", "[]\n", "", 0},
		"fields":          {[]string{"/ideas", "-f", "title=a=b", "-f", "body=", "-f", "tags[]=x", "--f=tags[]=y"}, "", map[string]string{"POST /ideas": `201 {}`}, `POST /ideas {"body":"","tags":["x","y"],"title":"a=b"}`, "{}\n", "", 0},
		"fields, method":  {[]string{"-f", "a=1", "PATCH", "/ideas/4"}, "", map[string]string{"PATCH /ideas/4": `200 {}`}, `PATCH /ideas/4 {"a":"1"}`, "{}\n", "", 0},
		"input":           {[]string{"/ideas", "--input", file}, "", map[string]string{"POST /ideas": `201 {}`}, `POST /ideas {"title": "T"}`, "{}\n", "", 0},
		"input of stdin":  {[]string{"PUT", "/x", "--input", "-"}, "[1]", map[string]string{"PUT /x": `200 {}`}, `PUT /x [1]`, "{}\n", "", 0},
		"not JSON":        {[]string{"/export"}, "", map[string]string{"GET /export": "200 a,b\n1,2\n"}, "GET /export", "a,b\n1,2\n", "", 0},
		"unsafe JSON":     {[]string{"/x"}, "", map[string]string{"GET /x": "200 {\"a\":\"\u009b\u202e\"}"}, "GET /x", "{\n  \"a\": \"\\u009b\\u202e\"\n}\n", "", 0},
		"failure":         {[]string{"/x"}, "", map[string]string{"GET /x": `404 {"error":"No such thing"}`}, "GET /x", "", "No such thing (HTTP 404)", 1},
		"failure in JSON": {[]string{"/x", "--json"}, "", map[string]string{"GET /x": `403 {"error":"No"}`}, "GET /x", "", `{"error":"No","code":"http_403","status":403}` + "\n", 1},
		"rejected":        {[]string{"/x"}, "", map[string]string{"GET /x": `401 `}, "GET /x", "", "(HTTP 401)", 4},
		"server fails":    {[]string{"/x"}, "", map[string]string{"GET /x": `500 `}, "GET /x", "", "(HTTP 500)", 5},
		"rate limit":      {[]string{"/x"}, "", map[string]string{"GET /x": `429 `}, "GET /x", "", "60 minutes", 5},

		"nothing":            {nil, "", nil, "", "", usage, 2},
		"too much":           {[]string{"GET", "/a", "/b"}, "", nil, "", "", usage, 2},
		"method alone":       {[]string{"GET"}, "", nil, "", "", "path after GET", 2},
		"method, fields":     {[]string{"POST", "-f", "a=b"}, "", nil, "", "", "path after POST", 2},
		"HEAD alone":         {[]string{"HEAD", "-i"}, "", nil, "", "", "path after HEAD", 2},
		"path like a method": {[]string{"/GET"}, "", map[string]string{"GET /GET": `200 1`}, "GET /GET", "1\n", "", 0},
		"other server":       {[]string{"https://evil.example/x"}, "", nil, "", "", "relative to the API", 2},
		"no scheme":          {[]string{"//evil.example/x"}, "", nil, "", "", "relative to the API", 2},
		"out of the API":     {[]string{"../../x"}, "", nil, "", "", "the path", 2},
		"bad method":         {[]string{"FETCH", "/x"}, "", nil, "", "", "method", 2},
		"trace":              {[]string{"TRACE", "/x"}, "", nil, "", "", "method", 2},
		"field, no value":    {[]string{"/x", "-f", "s3cr3t"}, "", nil, "", "", "-f: must be KEY=VALUE", 2},
		"field, no name":     {[]string{"/x", "-f", "=s3cr3t"}, "", nil, "", "", "-f: must be KEY=VALUE", 2},
		"list, no name":      {[]string{"/x", "-f", "[]=s3cr3t"}, "", nil, "", "", "-f: must be KEY=VALUE", 2},
		"field twice":        {[]string{"/x", "-f", "a=s3cr3t", "-f", "a=2"}, "", nil, "", "", "twice", 2},
		"field and list":     {[]string{"/x", "-f", "a[]=1", "-f", "a=2"}, "", nil, "", "", "twice", 2},
		"list and field":     {[]string{"/x", "-f", "a=1", "-f", "a[]=2"}, "", nil, "", "", "twice", 2},
		"fields and input":   {[]string{"/x", "-f", "a=1", "--input", file}, "", nil, "", "", "cannot be used together", 2},
		"missing input":      {[]string{"/x", "--input", file + "x"}, "", nil, "", "", file + "x: no such file", 2},
		"no field":           {[]string{"/x", "-f"}, "", nil, "", "", "-f needs", 2},
		"unknown flag":       {[]string{"/x", "--nosuch"}, "", nil, "", "", "--nosuch", 2},
		"-X":                 {[]string{"-X", "delete", "/ideas/4"}, "", map[string]string{"DELETE /ideas/4": `204 `}, "DELETE /ideas/4", "", "", 0},
		"-X, fields":         {[]string{"/ideas", "-X", "GET", "-f", "limit=5"}, "", map[string]string{"GET /ideas": `200 []`}, "GET /ideas?limit=5", "[]\n", "", 0},
		"-X alone":           {[]string{"-X", "GET"}, "", nil, "", "", "needs a path", 2},
		"-X, method":         {[]string{"-X", "GET", "GET", "/x"}, "", nil, "", "", "-X", 2},
		"-X, empty":          {[]string{"-X", "", "/x"}, "", nil, "", "", "-X", 2},
		"-X, unknown":        {[]string{"-X", "FETCH", "/x"}, "", nil, "", "", "not a method", 2},
		"input, empty name":  {[]string{"POST", "/x", "--input", ""}, "", nil, "", "", "--input", 2},
		"both formats":       {[]string{"/x", "--human", "--json"}, "", nil, "", "", "cannot be used together", 2},
		"key in a field":     {[]string{"/x", "-f", "k=" + apiKey}, "", nil, "", "", "argument", 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := nrepotest.NewCanned(t, tt.replies)
			stdout, stderr, code := s.Execute(nrepotest.Command{Name: "api", Run: run, Args: tt.args, Stdin: tt.stdin})
			if code != tt.code || stdout != tt.stdout || !strings.Contains(stderr, tt.stderr) || (tt.stderr == "") != (stderr == "") {
				t.Errorf("exit code %d, want %d\nstdout %q\n  want %q\nstderr %q\n  want %q", code, tt.code, stdout, tt.stdout, stderr, tt.stderr)
			}
			if got := s.Asked(); got != tt.request {
				t.Errorf("requests %q, want %q", got, tt.request)
			}
			if strings.Contains(stderr, "s3cr3t") || strings.Contains(stderr, apiKey) {
				t.Errorf("stderr repeats a value: %s", stderr)
			}
		})
	}
}

func TestInclude(t *testing.T) {
	t.Parallel()
	s := nrepotest.NewCanned(t, map[string]string{"GET /x": `404 {"error":"No"}`, "GET /y": `429 {}`})
	stdout, stderr, code := s.Execute(nrepotest.Command{Name: "api", Run: run, Args: []string{"/x", "-i"}})
	if code != 1 || !strings.HasPrefix(stdout, "HTTP/1.1 404 Not Found\n") || !strings.HasSuffix(stdout, "\n\n{\n  \"error\": \"No\"\n}\n") || !strings.Contains(stderr, "No (HTTP 404)") {
		t.Errorf("exit code %d, stdout %q, stderr %q", code, stdout, stderr)
	}
	stdout, stderr, code = s.Execute(nrepotest.Command{Name: "api", Run: run, Args: []string{"-i", "/y"}})
	if code != 5 || !strings.HasPrefix(stdout, "HTTP/1.1 429 Too Many Requests\n") || !strings.Contains(stdout, "\nRetry-After: 3600\n") || strings.Contains(stdout, "\r") {
		t.Errorf("exit code %d, stdout %q, stderr %q", code, stdout, stderr)
	}
}

// TestNamesOfGH checks the flag names of "gh api".
func TestNamesOfGH(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		args    string
		request string
		stdout  string
		code    int
	}{
		{"--method DELETE /x", "DELETE /x", "{\n  \"a\": \"b\"\n}\n", 0},
		{"/x --raw-field n=1 --field m=1", `POST /x {"m":1,"n":"1"}`, "{\n  \"a\": \"b\"\n}\n", 0},
		{"/x --header X-Trace:1 -q .a", "GET /x", "b\n", 0},
		{"/x --silent", "GET /x", "", 0},
		{"/x --include", "GET /x", "HTTP/1.1 200 OK\n", 0},
		{"/x --method GET -X POST --header nothing", "", "", 2},
		{"/x --cache 1h", "", "", 2},
	} {
		s := nrepotest.NewCanned(t, map[string]string{"GET /x": `200 {"a":"b"}`, "POST /x": `200 {"a":"b"}`, "DELETE /x": `200 {"a":"b"}`})
		stdout, stderr, code := s.Execute(nrepotest.Command{Name: "api", Run: run, Args: strings.Fields(tt.args)})
		if code != tt.code || s.Asked() != tt.request || !strings.HasPrefix(stdout, tt.stdout) || (tt.stdout == "") != (stdout == "") {
			t.Errorf("%s: exit code %d, requests %q, stdout %q, stderr %q", tt.args, code, s.Asked(), stdout, stderr)
		}
	}
}
