package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nrepo-cli/nrepo/pkg/nrepotest"
)

// TestTypedFields checks how -F converts values.
func TestTypedFields(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file, binary := filepath.Join(dir, "note.txt"), filepath.Join(dir, "binary")
	for name, text := range map[string]string{file: "12\n", binary: "\xff"} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, tt := range map[string]struct {
		args  []string
		stdin string
		body  string // "" for wrong use
	}{
		"whole number":      {[]string{"-F", "a=1"}, "", `{"a":1}`},
		"negative":          {[]string{"-F", "a=-1"}, "", `{"a":-1}`},
		"as it is written":  {[]string{"-F", "a=1.0", "-F", "b=1e400", "-F", "c=12345678901234567890"}, "", `{"a":1.0,"b":1e400,"c":12345678901234567890}`},
		"true, false, null": {[]string{"-F", "a=true", "-F", "b=false", "-F", "c=null"}, "", `{"a":true,"b":false,"c":null}`},
		"no numbers":        {[]string{"-F", "a=012", "-F", "b=1.", "-F", "c=+1", "-F", "d= 1", "-F", "e=-", "-F", "f=0x1", "-F", "g=", "-F", "h=NaN"}, "", `{"a":"012","b":"1.","c":"+1","d":" 1","e":"-","f":"0x1","g":"","h":"NaN"}`},
		"no JSON":           {[]string{"-F", `a="x"`, "-F", "b=[1]", "-F", "c={}", "-F", "d=True"}, "", `{"a":"\"x\"","b":"[1]","c":"{}","d":"True"}`},
		"list":              {[]string{"-F", "a[]=1", "-f", "a[]=1", "-F", "a[]=null"}, "", `{"a":[1,"1",null]}`},
		"file":              {[]string{"-F", "a=@" + file}, "", `{"a":"12\n"}`},
		"file of -f":        {[]string{"-f", "a=@" + file}, "", `{"a":"@` + file + `"}`},
		"stdin":             {[]string{"-F", "a=@-", "-F", "b=1"}, "true", `{"a":"true","b":1}`},
		"null, then more":   {[]string{"-F", "a=null", "-F", "a=1"}, "", ""},
		"stdin twice":       {[]string{"-F", "a=@-", "-F", "b=@-"}, "x", ""},
		"missing file":      {[]string{"-F", "a=@" + file + "x"}, "", ""},
		"no name":           {[]string{"-F", "a=@"}, "", ""},
		"binary file":       {[]string{"-F", "a=@" + binary}, "", ""},
		"no key":            {[]string{"-F", "=1"}, "", ""},
		"no value":          {[]string{"-F", "a"}, "", ""},
		"with input":        {[]string{"-F", "a=1", "--input", file}, "", ""},
	} {
		s := nrepotest.NewCanned(t, map[string]string{"POST /x": `200 {}`})
		_, stderr, code := s.Execute(nrepotest.Command{Name: "api", Run: run, Args: append([]string{"/x"}, tt.args...), Stdin: tt.stdin})
		want, wantCode := "POST /x "+tt.body, 0
		if tt.body == "" {
			want, wantCode = "", 2
		}
		if got := s.Asked(); got != want || code != wantCode {
			t.Errorf("%s: exit code %d, want %d; request %q, want %q; stderr %q", name, code, wantCode, got, want, stderr)
		}
	}
	s := nrepotest.NewCanned(t, map[string]string{"GET /x": `200 {}`})
	s.Execute(nrepotest.Command{Name: "api", Run: run, Args: []string{"GET", "/x", "-F", "a=1.0", "-F", "b=null", "-F", "c=@" + file}})
	if want := "GET /x?a=1.0&b=null&c=12%0A"; s.Asked() != want {
		t.Errorf("the query is %q, want %q", s.Asked(), want)
	}
}

// TestHeaders sends the headers of -H to a server that returns them.
func TestHeaders(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		lines []string
		code  int
	}{
		"harmless":          {[]string{"X-Trace: a:b", "x-trace: c", "Accept: text/csv", "If-None-Match:\"x\""}, 0},
		"empty value":       {[]string{"X-Trace:"}, 0},
		"key":               {[]string{"X-API-Key: s3cr3t"}, 2},
		"key in small":      {[]string{"x-api-key:s3cr3t"}, 2},
		"session":           {[]string{"Authorization: Bearer s3cr3t"}, 2},
		"proxy":             {[]string{"Proxy-Authorization: Basic s3cr3t"}, 2},
		"cookie":            {[]string{"Cookie: session=s3cr3t"}, 2},
		"host":              {[]string{"Host: evil.example"}, 2},
		"length":            {[]string{"Content-Length: 1"}, 2},
		"coding":            {[]string{"Transfer-Encoding: chunked"}, 2},
		"connection":        {[]string{"Connection: close"}, 2},
		"packing":           {[]string{"Accept-Encoding: br"}, 2},
		"repeats a POST":    {[]string{"Idempotency-Key: 1"}, 2},
		"line end":          {[]string{"X-Trace: a\nX-API-Key: s3cr3t"}, 2},
		"carriage return":   {[]string{"X-Trace: a\rX-API-Key: s3cr3t"}, 2},
		"line end in name":  {[]string{"X-Trace\n: s3cr3t"}, 2},
		"blank in the name": {[]string{"X-API-Key : s3cr3t"}, 2},
		"no colon":          {[]string{"s3cr3t"}, 2},
		"no name":           {[]string{": s3cr3t"}, 2},
		"an API key":        {[]string{"X-Trace: " + apiKey}, 2},
	} {
		s := nrepotest.NewCanned(t, map[string]string{"GET /x": "200 {}"})
		args := []string{"/x"}
		for _, line := range tt.lines {
			args = append(args, "-H", line)
		}
		_, stderr, code := s.Execute(nrepotest.Command{Name: "api", Run: run, Args: args})
		if code != tt.code || (s.Asked() == "") != (code != 0) {
			t.Errorf("%s: exit code %d, want %d; requests %q; stderr %q", name, code, tt.code, s.Asked(), stderr)
		}
		if strings.Contains(stderr, "s3cr3t") {
			t.Errorf("%s: stderr repeats the value: %s", name, stderr)
		}
	}
}
