package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nrepo-cli/nrepo/pkg/nrepotest"
)

const apiKey = nrepotest.APIKey

func TestPush(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "body.txt")
	if err := os.WriteFile(file, []byte("from a file\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	big := filepath.Join(t.TempDir(), "big.txt")
	if err := os.WriteFile(big, make([]byte, maxBodyFile+1), 0o600); err != nil {
		t.Fatal(err)
	}
	const (
		done = "Captured idea #7 \"T\"\n"
		good = `201 {"id":42,"number":7,"title":"T","new":1}`
	)
	var tags []string
	for i := range 21 {
		tags = append(tags, fmt.Sprintf("--tag=t%d", i))
	}
	for name, tt := range map[string]struct {
		args    []string
		stdin   string
		reply   string
		request string
		stdout  string
		stderr  string
		code    int
	}{
		"title":               {[]string{"T"}, "", good, `{"title":"T","tags":[],"source":"cli"}`, done, "", 0},
		"everything":          {[]string{"T", "--body", "B", "--tag", "a", "--status", "exploring", "--tag=b,c"}, "", good, `{"title":"T","body":"B","tags":["a","b","c"],"status":"exploring","source":"cli"}`, done, "", 0},
		"flags first":         {[]string{"--tag", "a", "--", "--T"}, "", good, `{"title":"--T","tags":["a"],"source":"cli"}`, done, "", 0},
		"body of stdin":       {[]string{"T", "--body", "-"}, "from stdin\n", good, `{"title":"T","body":"from stdin\n","tags":[],"source":"cli"}`, done, "", 0},
		"body file":           {[]string{"T", "--body-file", file}, "", good, `{"title":"T","body":"from a file\n","tags":[],"source":"cli"}`, done, "", 0},
		"body file of stdin":  {[]string{"T", "--body-file=-"}, "x", good, `{"title":"T","body":"x","tags":[],"source":"cli"}`, done, "", 0},
		"stdin is left alone": {[]string{"T"}, "x", good, `{"title":"T","tags":[],"source":"cli"}`, done, "", 0},
		"JSON":                {[]string{"T", "--json"}, "", good, `{"title":"T","tags":[],"source":"cli"}`, "{\n  \"id\": 42,\n  \"number\": 7,\n  \"title\": \"T\",\n  \"new\": 1\n}\n", "", 0},
		"no number":           {[]string{"T"}, "", `201 {"id":42,"title":"T\u001b[2J"}`, `{"title":"T","tags":[],"source":"cli"}`, "Captured idea #42 \"T\\u001b[2J\"\n", "", 0},
		"longest":             {[]string{strings.Repeat("é", 200)}, "", good, `{"title":"` + strings.Repeat("é", 200) + `","tags":[],"source":"cli"}`, done, "", 0},

		"tags in a list":  {[]string{"T", "--tag", " a ,B,,b", "--tag=a,c,"}, "", good, `{"title":"T","tags":["a","B","b","c"],"source":"cli"}`, done, "", 0},
		"no body":         {[]string{"T", "--body", ""}, "", good, `{"title":"T","tags":[],"source":"cli"}`, done, "", 0},
		"empty body file": {[]string{"T", "--body-file", os.DevNull}, "", good, `{"title":"T","tags":[],"source":"cli"}`, done, "", 0},
		"URL":             {[]string{"T", "--url", "https://example.com/a"}, "", good, `{"title":"T","tags":[],"source":"cli","source_url":"https://example.com/a"}`, done, "", 0},
		"parent by id":    {[]string{"T", "--parent", "id:698"}, "", good, `{"title":"T","tags":[],"source":"cli","parent_id":698}`, done, "", 0},

		"no title":               {nil, "", good, "", "", "one title", 2},
		"two titles":             {[]string{"Solar", "stops"}, "", good, "", "", "one title", 2},
		"empty title":            {[]string{""}, "", good, "", "", "200 characters", 2},
		"blank title":            {[]string{" "}, "", good, "", "", "200 characters", 2},
		"long title":             {[]string{strings.Repeat("é", 201)}, "", good, "", "", "201 characters", 2},
		"long body":              {[]string{"T", "--body=-"}, strings.Repeat("é", 50_001), good, "", "", "50001 characters", 2},
		"binary body":            {[]string{"T", "--body=-"}, "\xff\xfe", good, "", "", "UTF-8", 2},
		"many tags":              {append([]string{"T"}, tags...), "", good, "", "", "21 tags", 2},
		"long tag":               {[]string{"T", "--tag", strings.Repeat("é", 51)}, "", good, "", "", "51 characters", 2},
		"empty tag":              {[]string{"T", "--tag="}, "", good, "", "", "--tag", 2},
		"no tag in a list":       {[]string{"T", "--tag", " , "}, "", good, "", "", "--tag", 2},
		"empty status":           {[]string{"T", "--status", ""}, "", good, "", "", "--status", 2},
		"empty body file's name": {[]string{"T", "--body-file", ""}, "", good, "", "", "--body-file", 2},
		"empty stdin":            {[]string{"T", "--body", "-"}, "", good, "", "", "stdin", 2},
		"empty stdin as a file":  {[]string{"T", "--body-file", "-"}, "", good, "", "", "stdin", 2},
		"empty URL":              {[]string{"T", "--url="}, "", good, "", "", "--url", 2},
		"no URL":                 {[]string{"T", "--url", "example.com"}, "", good, "", "", "http", 2},
		"empty parent":           {[]string{"T", "--parent", ""}, "", good, "", "", "--parent", 2},
		"no parent":              {[]string{"T", "--parent", "abc"}, "", good, "", "", "id:698", 2},
		"body, no title":         {[]string{"--body", "B"}, "", good, "", "", "needs one title", 2},
		"unknown status":         {[]string{"T", "--status", "done"}, "", good, "", "", "captured, exploring", 2},
		"two bodies":             {[]string{"T", "--body", "x", "--body-file", file}, "", good, "", "", "cannot be used together", 2},
		"missing file":           {[]string{"T", "--body-file", file + "x"}, "", good, "", "", file + "x: no such file", 2},
		"directory":              {[]string{"T", "--body-file", filepath.Dir(file)}, "", good, "", "", filepath.Dir(file) + ": is a directory", 2},
		"large file":             {[]string{"T", "--body-file", big}, "", good, "", "", big + " is larger than", 2},
		"missing value":          {[]string{"T", "--body"}, "", good, "", "", "--body", 2},
		"unknown flag":           {[]string{"T", "--tags", "x"}, "", good, "", "", "--tags", 2},
		"both formats":           {[]string{"T", "--human", "--json"}, "", good, "", "", "--human", 2},
		"key as a title":         {[]string{apiKey}, "", good, "", "", "argument", 2},

		"refused":     {[]string{"T"}, "", `403 {"error":{"code":"limit_reached","message":"Idea limit reached"}}`, `{"title":"T","tags":[],"source":"cli"}`, "", "Idea limit reached", 1},
		"fails":       {[]string{"T"}, "", `500 `, `{"title":"T","tags":[],"source":"cli"}`, "", "(HTTP 500)", 5},
		"portal page": {[]string{"T", "--json"}, "", `200 <html>`, `{"title":"T","tags":[],"source":"cli"}`, "", `"code":"network_error"`, 5},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := nrepotest.NewCanned(t, map[string]string{"POST /ideas": tt.reply})
			stdout, stderr, code := s.Execute(nrepotest.Command{Name: "push", Run: run, Args: tt.args, Stdin: tt.stdin})
			if code != tt.code || stdout != tt.stdout || !strings.Contains(stderr, tt.stderr) || (tt.stderr == "") != (stderr == "") {
				t.Errorf("exit code %d, want %d\nstdout %q\n  want %q\nstderr %q\n  want %q", code, tt.code, stdout, tt.stdout, stderr, tt.stderr)
			}
			want := ""
			if tt.request != "" {
				want = "POST /ideas " + tt.request
			}
			if got := s.Asked(); got != want {
				t.Errorf("requests %q, want %q", got, want)
			}
		})
	}
}

// The parent is looked up by its number before the idea is created.
func TestParent(t *testing.T) {
	t.Parallel()
	replies := map[string]string{"GET /ideas/by-number": `200 {"results":[{"number":12,"id":698}]}`, "POST /ideas": `201 {"id":700,"number":13,"title":"T"}`}
	s := nrepotest.NewCanned(t, replies)
	stdout, stderr, code := s.Execute(nrepotest.Command{Name: "push", Run: run, Args: []string{"T", "--parent", "#12"}})
	if code != 0 || !strings.HasSuffix(s.Asked(), `"parent_id":698}`) || !strings.Contains(stdout, "#13") {
		t.Errorf("exit code %d, stdout %q, stderr %q, requests %q", code, stdout, stderr, s.Asked())
	}
	s = nrepotest.NewCanned(t, replies)
	_, stderr, code = s.Execute(nrepotest.Command{Name: "push", Run: run, Args: []string{"T", "--parent", "99", "--json"}})
	if code != 1 || strings.Contains(s.Asked(), "POST") || !strings.Contains(stderr, "http_404") || !strings.Contains(stderr, "#99") {
		t.Errorf("exit code %d, stderr %q, requests %q", code, stderr, s.Asked())
	}
}

func TestPushWithoutLogin(t *testing.T) {
	t.Parallel()
	s := nrepotest.NewCanned(t, nil)
	if stdout, stderr, code := s.Execute(nrepotest.Command{Name: "push", Run: run, Args: []string{"T"}, Vars: []string{"NEURALREPO_API_KEY="}}); code != 4 || stdout != "" || !strings.Contains(stderr, "nrepo login") {
		t.Errorf("exit code %d, stdout %q, stderr %q", code, stdout, stderr)
	}
}
