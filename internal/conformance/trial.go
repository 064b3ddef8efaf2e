package conformance

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
	"slices"
	"strings"
	"time"

	"github.com/nrepo-cli/nrepo/internal/progfile"
	"github.com/nrepo-cli/nrepo/internal/sandbox"
)

// trial is a test of one rule on a plugin.
type trial struct {
	Plugin
	problems []string
}

// maxShown is how many characters of a text a problem repeats.
const maxShown = 300

// want records a problem unless ok is true.
func (c *trial) want(ok bool, what, format string, args ...any) {
	if !ok {
		for i, arg := range args {
			if text, isText := arg.(string); isText {
				args[i] = progfile.Cut(text, maxShown)
			}
		}
		c.problems = append(c.problems, what+" "+fmt.Sprintf(format, args...))
	}
}

// jsonForm checks a run with JSON output: a result or nothing on stdout, and only objects on
// stderr, which are warnings and, if the plugin failed, one error at the end.
func (c *trial) jsonForm(what string, r result) {
	c.want(isJSON(r.stdout), what, "prints text to stdout that is not JSON: %q", r.stdout)
	failed := false
	for line := range strings.Lines(r.stderr) {
		var object struct{ Error, Code, Warning *string }
		if json.Unmarshal([]byte(line), &object) != nil || (object.Error == nil) == (object.Warning == nil) {
			c.want(false, what, `prints to stderr %q, want {"error":…} or {"warning":…}`, line)
			return
		}
		c.want(!failed, what, "prints %q to stderr after the error", line)
		failed = failed || object.Error != nil
		c.want(object.Error == nil || object.Code != nil, what, "has an error without a code: %q", line)
	}
	c.want(failed == (r.code != 0), what, "exits with %d and prints %q to stderr", r.code, r.stderr)
	c.want(!failed || r.stdout == "", what, "fails, but prints to stdout: %q", r.stdout)
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
	given        // the text from Plugin.Stdin
	closed       // no file descriptor 0; empty on Windows
)

// call is one run of the plugin.
type call struct {
	args   []string
	stdin  stdin
	json   bool
	key    string // "" for the sandbox's key, "none", or "rejected"
	unread bool   // stdout is a pipe that nobody reads
}

type result struct {
	code           int
	stdout, stderr string
}

// limit is the time limit for a plugin.
const limit = 30 * time.Second

// maxOutput is how many bytes a plugin may print to a stream.
const maxOutput = 16 << 20

var errTooMuch = fmt.Errorf("prints more than %d MiB", maxOutput>>20)

// limited keeps what a plugin prints, and ends it when that is too much.
type limited struct {
	text bytes.Buffer // not embedded, because its ReadFrom would replace Write
	stop context.CancelCauseFunc
}

func (l *limited) Write(text []byte) (int, error) {
	if l.text.Len()+len(text) > maxOutput {
		l.stop(errTooMuch)
		return 0, errTooMuch // closes the pipe, which ends child processes too
	}
	return l.text.Write(text)
}

func (c *trial) run(call call) result {
	server, dir, end, err := newServer()
	if err != nil {
		c.want(false, "the sandbox", "cannot be started: %v", err)
		return result{}
	}
	defer end()
	timed, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	ctx, stop := context.WithCancelCause(timed)
	defer stop(nil)
	cmd := exec.CommandContext(ctx, c.Path, call.args...)
	switch {
	case call.stdin == closed && runtime.GOOS != "windows":
		cmd = exec.CommandContext(ctx, "/bin/sh", append([]string{"-c", `exec "$0" "$@" <&-`, c.Path}, call.args...)...)
	case call.stdin == given && c.Stdin != nil:
		cmd.Stdin = strings.NewReader(c.Stdin(server, dir))
	}
	cmd.WaitDelay = 10 * time.Second // in case child processes keep the streams open
	key := server.APIKey()
	if call.key == "rejected" {
		key = "nrp_" + strings.Repeat("0123456789abcdef", 4)
	}
	cmd.Env = c.environ(server, dir, key, call)
	stdout, stderr := limited{stop: stop}, limited{stop: stop}
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
	err = cmd.Run()
	var exit *exec.ExitError
	switch {
	case context.Cause(ctx) == errTooMuch:
		c.want(false, "it", "%v: %q", errTooMuch, call.args)
	case ctx.Err() != nil:
		c.want(false, "it", "did not end within %v: %q", limit, call.args)
	case err != nil && !errors.As(err, &exit):
		problem, hint := progfile.WhyNotRun(c.Path, err)
		c.want(false, "it", "cannot be run: %s (%s)", problem, hint)
	}
	r := result{cmd.ProcessState.ExitCode(), stdout.text.String(), strings.ReplaceAll(stderr.text.String(), server.URL(), "URL")}
	c.want(!strings.Contains(r.stderr, key), "it", "shows the credential on stderr")
	c.want(!strings.Contains(r.stdout, key) || c.ShowsSecret && r.code == 0, "it", "shows the credential on stdout")
	return r
}

// environ returns the environment of a command that nrepo runs.
func (c *trial) environ(server *sandbox.Server, dir, key string, call call) []string {
	format := "human"
	if call.json {
		format = "json"
	}
	environ := []string{
		"NEURALREPO_OUTPUT=" + format,
		"NREPO_COMMAND=" + strings.TrimSuffix(strings.TrimPrefix(filepath.Base(c.Path), "nrepo-"), ".exe"),
		"NREPO_VERSION=v0.0.0-check",
		"NREPO_DEPTH=1",
	}
	if c.Exe != "" {
		environ = append(environ, "NREPO_EXE="+c.Exe)
	}
	if call.key == "none" {
		key = ""
	}
	return append(Environ(server, dir, key), environ...)
}

// Environ returns the environment of a command for a sandbox. It is that of this process,
// without variables for nrepo, and with the sandbox's address, the key unless it is "", and
// private directories below dir.
func Environ(s *sandbox.Server, dir, key string) []string {
	environ := slices.DeleteFunc(os.Environ(), func(entry string) bool {
		return strings.HasPrefix(entry, "NEURALREPO_") || strings.HasPrefix(entry, "NREPO_") ||
			strings.HasPrefix(entry, "XDG_CONFIG_HOME=") || strings.HasPrefix(entry, "XDG_STATE_HOME=") || strings.HasPrefix(entry, "XDG_CACHE_HOME=")
	})
	environ = append(environ, "NEURALREPO_API_URL="+s.APIURL(),
		"XDG_CONFIG_HOME="+filepath.Join(dir, "config"), "XDG_STATE_HOME="+filepath.Join(dir, "state"), "XDG_CACHE_HOME="+filepath.Join(dir, "cache"))
	if key != "" {
		environ = append(environ, "NEURALREPO_API_KEY="+key)
	}
	return environ
}

// newServer starts a sandbox with a private directory.
func newServer() (s *sandbox.Server, dir string, end func(), err error) {
	if dir, err = os.MkdirTemp("", "nrepo-check-"); err != nil {
		return nil, "", nil, err
	}
	if s, err = sandbox.Start(sandbox.Options{}); err != nil {
		os.RemoveAll(dir)
		return nil, "", nil, err
	}
	return s, dir, func() { s.Close(); os.RemoveAll(dir) }, nil
}
