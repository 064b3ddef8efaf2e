package main

import (
	"strings"
	"testing"

	"github.com/nrepo-cli/nrepo/pkg/nrepotest"
)

func TestFilter(t *testing.T) {
	t.Setenv("NREPO_TEST_SECRET", "s3cr3t")
	const doc = `{"z":1,"a":[1.0,12345678901234567890],"s":"a\u001b[2Jb\n\"c\"","n":null}`
	for name, tt := range map[string]struct {
		expression, stdout, stderr string
		code                       int
	}{
		"member":            {".z", "1\n", "", 0},
		"text":              {".s", "a\x1b[2Jb\n\"c\"\n", "", 0},
		"null":              {".n", "null\n", "", 0},
		"numbers":           {".a[]", "1.0\n12345678901234567890\n", "", 0},
		"several":           {".z, .z", "1\n1\n", "", 0},
		"object":            {"{s}", `{"s":"a\u001b[2Jb\n\"c\""}` + "\n", "", 0},
		"nothing":           {"empty", "", "", 0},
		"halt":              {".z, halt, .z", "1\n", "", 0},
		"no environment":    {"[env, $ENV.NREPO_TEST_SECRET]", "[{},null]\n", "", 0},
		"fails":             {".z, .a.b", "", "--jq", 1},
		"error":             {`error("no")`, "", "no", 1},
		"halt_error":        {`"no" | halt_error`, "", "no", 1},
		"empty":             {"", "", "--jq", 2},
		"half":              {".a |", "", "--jq", 2},
		"unknown function":  {"nosuch(1)", "", "nosuch", 2},
		"unknown variable":  {"$nosuch", "", "nosuch", 2},
		"module":            {`import "/etc/passwd" as $x; $x`, "", "--jq", 2},
		"module, included":  {`include "a"; .`, "", "--jq", 2},
		"data":              {`import "a" as $x {search: "/"}; $x`, "", "--jq", 2},
		"stdin":             {"input", "", "--jq", 2},
		"more of stdin":     {"[inputs]", "", "--jq", 2},
		"name of the input": {"input_filename", "", "--jq", 2},
		"long name":         {strings.Repeat("x", 5000), "", "--jq", 2},
	} {
		s := nrepotest.NewCanned(t, map[string]string{"GET /x": "200 " + doc})
		stdout, stderr, code := s.Execute(nrepotest.Command{Name: "api", Run: run, Args: []string{"/x", "--jq", tt.expression}, Stdin: "1 2"})
		if code != tt.code || stdout != tt.stdout || !strings.Contains(stderr, tt.stderr) || (tt.stderr == "") != (stderr == "") {
			t.Errorf("%s: exit code %d, want %d\nstdout %q\n  want %q\nstderr %s", name, code, tt.code, stdout, tt.stdout, stderr)
		}
		if (s.Asked() == "") != (tt.code == 2) {
			t.Errorf("%s: exit code %d, requests %q", name, code, s.Asked())
		}
		if len(stderr) > 300 {
			t.Errorf("%s: stderr has %d bytes", name, len(stderr))
		}
	}
	for name, tt := range map[string]struct {
		reply, stdout string
		code          int
	}{
		"no content": {"204 ", "", 0},
		"empty":      {"200 ", "", 0},
		"no JSON":    {"200 a,b", "", 1},
		"failure":    {`404 {"error":"No"}`, "", 1},
	} {
		s := nrepotest.NewCanned(t, map[string]string{"GET /x": tt.reply})
		stdout, stderr, code := s.Execute(nrepotest.Command{Name: "api", Run: run, Args: []string{"/x", "--jq", "."}})
		if code != tt.code || stdout != tt.stdout {
			t.Errorf("%s: exit code %d, stdout %q, stderr %q", name, code, stdout, stderr)
		}
	}
}
