package nrepotest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// Plugin is an executable that is checked against docs/plugin-contract.md.
type Plugin struct {
	// Path is the executable, in a file named nrepo-foo.
	Path string
	// Args do the plugin's usual work at a fresh sandbox and must succeed. They
	// choose no format. nil means that there are none that always do: then the
	// plugin is run without arguments and may report an error, in the right form.
	Args []string
	// Stdin returns the standard input that goes with Args. nil: it is empty.
	Stdin func(*Server) string
	// Exe is the path of nrepo for NREPO_EXE. Default: nrepo on PATH, if it is there.
	Exe string
	// ShowsSecret is for the rare plugin whose result is the credential.
	ShowsSecret bool
}

// CheckPlugin checks the executable at path, as [Plugin.Check] does.
func CheckPlugin(t *testing.T, path string) {
	t.Helper()
	Plugin{Path: path}.Check(t)
}

// Check runs the plugin as nrepo would, a few times, each at a sandbox of its
// own, and fails a subtest for each rule that it breaks:
//
//	help        --help prints to stdout, nothing to stderr, and exits 0
//	wrong use   an unknown flag exits 2, with a message on stderr and no result
//	result      the usual work succeeds, also with stdin closed
//	json        with NEURALREPO_OUTPUT=json the result is JSON, one document or
//	            one a line, or nothing
//	json error  and an error is one JSON object in a line on stderr, with the
//	            fields error and code, and no result
//	credential  without a credential, and with one that is rejected, the same
//	closed pipe nothing more is said when nobody reads the result
//
// In none of these runs the plugin may show the credential. A run that takes
// more than 30 seconds fails.
func (p Plugin) Check(t *testing.T) {
	t.Helper()
	if p.Exe == "" {
		p.Exe, _ = exec.LookPath("nrepo") // a plugin that needs no nrepo is none the worse
	}
	var err error
	if p.Path, err = filepath.Abs(p.Path); err != nil {
		t.Fatal(err)
	}
	for _, rule := range rules {
		t.Run(rule.name, func(t *testing.T) {
			t.Parallel()
			for _, problem := range p.broken(t, rule) {
				t.Error(problem)
			}
		})
	}
}

// broken returns how the plugin breaks a rule.
func (p Plugin) broken(tb testing.TB, r rule) []string {
	c := &trial{Plugin: p, newServer: func() *Server { return NewServer(tb) }}
	r.check(c)
	return c.problems
}

type rule struct {
	name  string
	check func(*trial)
}

var rules = []rule{
	{"help", func(c *trial) {
		for _, stdin := range []stdin{empty, closed} {
			r := c.run(call{args: []string{"--help"}, stdin: stdin})
			c.want(r.code == 0, "--help", "exits with %d, want 0", r.code)
			c.want(r.stdout != "", "--help", "prints nothing to stdout")
			c.want(r.stderr == "", "--help", "prints %q to stderr", r.stderr)
		}
	}},
	{"wrong use", func(c *trial) {
		r := c.run(call{args: []string{"--no-such-flag"}})
		c.want(r.code == 2, "an unknown flag", "exits with %d, want 2", r.code)
		c.want(r.stdout == "", "an unknown flag", "prints %q to stdout", r.stdout)
		c.want(r.stderr != "", "an unknown flag", "has no message on stderr")
	}},
	{"result", func(c *trial) {
		for _, stdin := range []stdin{given, closed} {
			if c.Args == nil || stdin == closed && c.Stdin != nil {
				continue
			}
			r := c.run(call{args: c.Args, stdin: stdin})
			c.want(r.code == 0, "its work", "exits with %d, want 0: %s", r.code, r.stderr)
		}
	}},
	{"json", func(c *trial) {
		r := c.run(call{args: c.Args, stdin: given, json: true})
		c.want(r.code == 0 || c.Args == nil, "its work", "exits with %d, want 0: %s", r.code, r.stderr)
		c.jsonForm("its work", r)
	}},
	{"json error", func(c *trial) {
		r := c.run(call{args: []string{"--no-such-flag"}, json: true})
		c.want(r.code == 2, "an unknown flag", "exits with %d, want 2", r.code)
		c.jsonForm("an unknown flag", r)
	}},
	{"credential", func(c *trial) {
		c.jsonForm("no credential", c.run(call{args: c.Args, stdin: given, json: true, key: "none"}))
		c.jsonForm("a rejected credential", c.run(call{args: c.Args, stdin: given, json: true, key: "rejected"}))
	}},
	{"closed pipe", func(c *trial) {
		lines := [][]string{{"--help"}}
		if c.Args != nil {
			lines = append(lines, c.Args)
		}
		for _, args := range lines {
			read := c.run(call{args: args, stdin: given})
			unread := c.run(call{args: args, stdin: given, unread: true})
			c.want(unread.stderr == read.stderr, "a closed pipe", "has it print %q to stderr", unread.stderr)
		}
	}},
}

// trial is one rule being tried on a plugin.
type trial struct {
	Plugin
	newServer func() *Server
	problems  []string
}

// want notes a problem unless ok.
func (c *trial) want(ok bool, what, format string, args ...any) {
	if !ok {
		c.problems = append(c.problems, what+" "+fmt.Sprintf(format, args...))
	}
}

// jsonForm wants what goes with JSON: a result or nothing on stdout, and on
// stderr objects only: warnings and, where it failed, at the end one error.
func (c *trial) jsonForm(what string, r result) {
	c.want(isJSON(r.stdout), what, "prints to stdout what is not JSON: %q", r.stdout)
	failed := false
	for line := range strings.Lines(r.stderr) {
		var object struct{ Error, Code, Warning *string }
		if json.Unmarshal([]byte(line), &object) != nil || (object.Error == nil) == (object.Warning == nil) {
			c.want(false, what, `prints to stderr %q, want {"error":…} or {"warning":…}`, line)
			return
		}
		c.want(!failed, what, "prints %q to stderr behind the error", line)
		failed = failed || object.Error != nil
		c.want(object.Error == nil || object.Code != nil, what, "has an error without a code: %q", line)
	}
	c.want(failed == (r.code != 0), what, "exits with %d and prints %q to stderr", r.code, r.stderr)
	c.want(!failed || r.stdout == "", what, "prints to stdout though it failed: %q", r.stdout)
}

// isJSON reports whether text is one JSON document, one in each line, or nothing.
func isJSON(text string) bool {
	if json.Valid([]byte(text)) {
		return true
	}
	for line := range strings.Lines(text) {
		if !json.Valid([]byte(line)) {
			return false
		}
	}
	return true
}

type stdin int

const (
	empty  stdin = iota
	given        // what Plugin.Stdin returns
	closed       // no descriptor 0 at all; empty on Windows
)

// call is one run of the plugin.
type call struct {
	args   []string
	stdin  stdin
	json   bool
	key    string // "" the sandbox's, "none", or "rejected"
	unread bool   // stdout is a pipe that nobody reads
}

type result struct {
	code           int
	stdout, stderr string
}

// limit is for a plugin that does not end.
const limit = 30 * time.Second

func (c *trial) run(call call) result {
	server := c.newServer()
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	cmd := exec.CommandContext(ctx, c.Path, call.args...)
	switch {
	case call.stdin == closed && runtime.GOOS != "windows":
		cmd = exec.CommandContext(ctx, "/bin/sh", append([]string{"-c", `exec "$0" "$@" <&-`, c.Path}, call.args...)...)
	case call.stdin == given && c.Stdin != nil:
		cmd.Stdin = strings.NewReader(c.Stdin(server))
	}
	cmd.WaitDelay = 10 * time.Second // for children that hold the streams open
	key := server.APIKey
	if call.key == "rejected" {
		key = "nrp_" + strings.Repeat("0123456789abcdef", 4)
	}
	cmd.Env = c.environ(server, key, call)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if call.unread {
		read, write, err := os.Pipe()
		if err != nil {
			c.want(false, "a pipe", "cannot be made: %v", err)
			return result{}
		}
		read.Close()
		defer write.Close()
		cmd.Stdout = write
	}
	err := cmd.Run()
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		c.want(false, "it", "did not end within %v: %q", limit, call.args)
	case err != nil && !errors.As(err, &exit):
		c.want(false, "it", "cannot be run: %v", err)
	}
	r := result{cmd.ProcessState.ExitCode(), stdout.String(), strings.ReplaceAll(stderr.String(), server.URL, "URL")}
	c.want(!strings.Contains(r.stderr, key), "it", "shows the credential on stderr")
	c.want(!strings.Contains(r.stdout, key) || c.ShowsSecret && r.code == 0, "it", "shows the credential on stdout")
	return r
}

// environ is that of a command that nrepo runs.
func (c *trial) environ(server *Server, key string, call call) []string {
	format := "human"
	if call.json {
		format = "json"
	}
	environ := []string{
		"NEURALREPO_OUTPUT=" + format,
		"NREPO_EXE=" + c.Exe,
		"NREPO_COMMAND=" + strings.TrimSuffix(strings.TrimPrefix(filepath.Base(c.Path), "nrepo-"), ".exe"),
		"NREPO_VERSION=v0.0.0-check",
		"NREPO_DEPTH=1",
	}
	for _, entry := range server.Environ() {
		if !strings.HasPrefix(entry, "NEURALREPO_API_KEY=") {
			environ = append(environ, entry)
		}
	}
	if call.key != "none" {
		environ = append(environ, "NEURALREPO_API_KEY="+key)
	}
	return environ
}
