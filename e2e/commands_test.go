package e2e

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/nrepo-cli/nrepo/pkg/output"
)

// commands are the commands of scripts in addition to those of testscript.
var commands = map[string]func(ts *testscript.TestScript, neg bool, args []string){
	"answer":   answer,
	"capture":  capture,
	"config":   config,
	"exits":    exits,
	"fields":   fields,
	"harmless": harmless,
	"mode":     mode,
	"requests": requests,
	"reveals":  reveals,
	"rows":     rows,
}

// exits runs a command and checks that its exit code is exactly N. 128+n also means
// that signal n ended it, as in a shell:
//
//	exits N command [argument]…
//
// It exists because exec of testscript only distinguishes success and failure. The
// commands stdout and stderr check the output, as after exec. The output must not
// contain a secret.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	reveals(ts, neg, args)
	for _, stream := range []string{"stdout", "stderr"} {
		for _, secret := range secrets(ts) {
			if strings.Contains(ts.ReadFile(stream), secret) {
				ts.Fatalf("%s holds a secret", stream)
			}
		}
	}
}

// reveals is like exits, for a command that prints a secret on purpose.
func reveals(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits N command [argument]...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	got := 0
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		if got = exit.ExitCode(); got < 0 {
			got = 128 + signalOf(exit.ProcessState)
		}
	case err != nil:
		ts.Fatalf("%v", err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// apiKeys matches all API keys, even unknown ones.
var apiKeys = regexp.MustCompile(`nrp_[0-9a-f]{64}`)

// secrets returns the secrets of a script: its key, every API key in the last output,
// and the tokens in all config files below its directory.
func secrets(ts *testscript.TestScript) []string {
	known := append(apiKeys.FindAllString(ts.ReadFile("stdout")+ts.ReadFile("stderr"), -1), ts.Getenv("KEY"))
	err := filepath.WalkDir(ts.Getenv("WORK"), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.Name() != "config.json" || !entry.Type().IsRegular() {
			return nil
		}
		var config struct{ API_Key, Refresh_Token string }
		if doc, err := os.ReadFile(path); err == nil && json.Unmarshal(doc, &config) == nil {
			known = append(known, config.API_Key, config.Refresh_Token)
		}
		return nil
	})
	ts.Check(err)
	return slices.DeleteFunc(known, func(s string) bool { return len(s) < 16 })
}

// mode checks the permission bits of a file: mode 0600 FILE.
func mode(ts *testscript.TestScript, neg bool, args []string) {
	want, err := strconv.ParseUint(args[0], 8, 32)
	ts.Check(err)
	info, err := os.Stat(ts.MkAbs(args[1]))
	ts.Check(err)
	if got := info.Mode().Perm(); got != os.FileMode(want) {
		ts.Fatalf("%s has mode %#o, want %#o", args[1], got, want)
	}
}

// fields checks that a JSON object has exactly these members: fields FILE NAME….
func fields(ts *testscript.TestScript, neg bool, args []string) {
	var object map[string]any
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[0])), &object))
	got, want := slices.Sorted(maps.Keys(object)), slices.Sorted(slices.Values(args[1:]))
	if !slices.Equal(got, want) {
		ts.Fatalf("%s has the fields %q, want %q", args[0], got, want)
	}
}

// config writes a config file like the npm package: config AUTH_METHOD FILE.
func config(ts *testscript.TestScript, neg bool, args []string) {
	doc := fmt.Sprintf("{\n  \"api_url\": %q,\n  \"api_key\": %q,\n  \"user_id\": \"user_alice\",\n  \"auth_method\": %q\n}\n",
		ts.Getenv("SANDBOX_API_URL"), ts.Getenv("KEY"), args[0])
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(doc), 0o644))
}

// capture sets a variable to the first group of a pattern in the last stdout:
// capture NAME PATTERN.
func capture(ts *testscript.TestScript, neg bool, args []string) {
	found := regexp.MustCompile(args[1]).FindStringSubmatch(ts.ReadFile("stdout"))
	if found == nil {
		ts.Fatalf("%s is not in stdout", args[1])
	}
	ts.Setenv(args[0], found[1])
}

// answer sets NEURALREPO_API_URL to a server that gives the same answer to every
// request: answer STATUS BODY [HEADER]….
func answer(ts *testscript.TestScript, neg bool, args []string) {
	status, err := strconv.Atoi(args[0])
	ts.Check(err)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		for _, header := range args[2:] {
			name, value, _ := strings.Cut(header, ": ")
			w.Header().Set(name, value)
		}
		w.WriteHeader(status)
		w.Write([]byte(args[1]))
	}))
	ts.Defer(server.Close)
	ts.Setenv("NEURALREPO_API_URL", server.URL+"/api/v1")
}

// requests checks the requests to the sandbox since the last check, each as
// "METHOD PATH": requests 'GET /user/me'….
func requests(ts *testscript.TestScript, neg bool, args []string) {
	s := ts.Value(sandboxKey{}).(*scriptSandbox)
	all := s.Requests()
	var got []string
	for _, r := range all[s.seen:] {
		got = append(got, r.Method+" "+strings.TrimPrefix(r.Path, "/api/v1"))
	}
	s.seen = len(all)
	if !slices.Equal(got, args) {
		ts.Fatalf("the sandbox got %q, want %q", got, args)
	}
}

// harmless checks that the last output contains nothing that controls a terminal.
func harmless(ts *testscript.TestScript, neg bool, args []string) {
	for _, stream := range []string{"stdout", "stderr"} {
		if text := ts.ReadFile(stream); output.SafeText(text) != text {
			ts.Fatalf("%s would be obeyed: %q", stream, text)
		}
	}
}

// rows checks the number of lines of the last stdout: rows N.
func rows(ts *testscript.TestScript, neg bool, args []string) {
	if got := strings.Count(ts.ReadFile("stdout"), "\n"); strconv.Itoa(got) != args[0] {
		ts.Fatalf("%d lines, want %s", got, args[0])
	}
}
