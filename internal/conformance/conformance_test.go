//go:build unix

package conformance

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nrepo-cli/nrepo/internal/sandbox"
)

// good is a plugin that follows every rule.
const good = `
case "$*" in
*--help*) echo usage; exit ;;
*--no-such-flag*) fail usage "unknown flag" 2 ;;
esac
[ -n "$NEURALREPO_API_KEY" ] || fail auth_required "not logged in" 4
if [ $NEURALREPO_OUTPUT = json ]; then echo '{"title":"x"}'; else echo x; fi
`

// prelude defines a function for errors, which a test can replace to break a rule.
const prelude = `#!/bin/sh
fail() {
	if [ $NEURALREPO_OUTPUT = json ]; then printf '{"error":"%s","code":"%s"}\n' "$2" "$1" >&2; else echo "$2" >&2; fi
	exit $3
}
`

func script(t *testing.T, text string) Plugin {
	t.Helper()
	path := filepath.Join(t.TempDir(), "nrepo-x")
	if err := os.WriteFile(path, []byte(prelude+text), 0o755); err != nil {
		t.Fatal(err)
	}
	return Plugin{Path: path, Args: []string{}}
}

// TestRules breaks one rule after the other. It is not parallel because it runs files that it
// has just written.
func TestRules(t *testing.T) {
	for _, tt := range []struct {
		name, script string
		rule         string // the rule that is broken; "" for none
		problem      string
	}{
		{"good", good, "", ""},
		{"JSON in lines", strings.Replace(good, "'{", `'{"event":"x"}'; echo '{`, 1), "", ""},
		{"half a line", strings.Replace(good, "'{", `'{"event":'; echo '{`, 1), "json", "not JSON"},
		{"help fails", `case $1 in --help) echo usage; exit 1;; esac` + good, "help", "exits with 1"},
		{"help on stderr", `case $1 in --help) echo usage >&2; exit;; esac` + good, "help", "nothing to stdout"},
		{"help needs stdin", `[ -e /dev/fd/0 ] || exit 1` + good, "help", "exits with 1"},
		{"unknown flag ignored", `case $1 in --no*) echo x; exit;; esac` + good, "wrong use", "exits with 0"},
		{"work fails", good + `exit 5`, "result", "exits with 5"},
		{"no JSON", strings.Replace(good, `{"title":"x"}`, `title: x`, 1), "json", `"title: x\n"`},
		{"chatty", `echo hello >&2` + good, "json", `"hello\n"`},
		{"plain error", `fail() { echo "$2" >&2; exit $3; }` + good, "json error", `"unknown flag\n"`},
		{"no code", `fail() { echo '{"error":"x"}' >&2; exit $3; }` + good, "json error", "without a code"},
		{"silent", `fail() { exit $3; }` + good, "json error", `prints ""`},
		{"two errors", `fail() { echo '{"error":"x","code":"x"}' >&2; echo '{"error":"x","code":"x"}' >&2; exit $3; }` + good, "json error", "after the error"},
		{"half a result", strings.Replace(good, `[ -n`, `echo '{}'; [ -n`, 1), "credential", "to stdout"},
		{"secret in an error", `fail() { echo "{\"error\":\"$NEURALREPO_API_KEY\",\"code\":\"x\"}" >&2; exit $3; }` + good, "json error", "credential on stderr"},
		{"secret in the result", good + `case $1 in --*) ;; *) [ $NEURALREPO_OUTPUT = json ] || echo $NEURALREPO_API_KEY;; esac`, "result", "credential on stdout"},
		{"endless", `exec yes`, "help", "more than 16 MiB"},
		{"endless child", `yes`, "help", "more than 16 MiB"},
		{"complains of a closed pipe", `trap '' PIPE; echo usage 2>/dev/null || { echo EPIPE >&2; exit 1; }` + good, "closed pipe", `"EPIPE\n"`},
	} {
		p := script(t, tt.script)
		for _, rule := range rules {
			if tt.rule != "" && tt.rule != rule.Name {
				continue
			}
			problems := strings.Join(rule.Check(p), "\n")
			if (problems == "") != (tt.rule == "") || !strings.Contains(problems, tt.problem) {
				t.Errorf("%s: the rule %q found %q, want %q", tt.name, rule.Name, problems, tt.problem)
			}
		}
	}
}

// TestOptions tests the fields of Plugin.
func TestOptions(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(*Plugin)
		script string
		ok     bool
	}{
		{"shows the secret", func(p *Plugin) { p.ShowsSecret = true }, good + `case $1 in --*) ;; *) [ $NEURALREPO_OUTPUT = json ] || echo $NEURALREPO_API_KEY;; esac`, true},
		{"wants stdin", func(p *Plugin) { p.Stdin = func(s *sandbox.Server, _ string) string { return s.APIURL() } }, `case $1 in --*) ;; *) [ "$(cat)" = "$NEURALREPO_API_URL" ] || fail x x 1;; esac` + good, true},
		{"has no stdin", func(p *Plugin) {}, `case $1 in --*) ;; *) [ "$(cat)" = "$NEURALREPO_API_URL" ] || fail x x 1;; esac` + good, false},
		{"needs arguments", func(p *Plugin) { p.Args = []string{"a", "b"} }, `case $* in --*|"a b") ;; *) exit 9;; esac` + good, true},
		{"always fails", func(p *Plugin) { p.Args = nil }, `case $1 in --*) ;; *) fail usage "what?" 2;; esac` + good, true},
		{"is named", func(p *Plugin) { p.Exe = "/usr/bin/nrepo" }, `[ "$NREPO_EXE $NREPO_COMMAND $NREPO_DEPTH" = "/usr/bin/nrepo x 1" ] || exit 9` + good, true},
	} {
		p := script(t, tt.script)
		tt.change(&p)
		var problems []string
		for _, rule := range rules {
			problems = append(problems, rule.Check(p)...)
		}
		if (len(problems) == 0) != tt.ok {
			t.Errorf("%s: %q", tt.name, problems)
		}
	}
}

// If the plugin cannot run, the error names the cause, as nrepo does.
func TestCannotRun(t *testing.T) {
	path := filepath.Join(t.TempDir(), "nrepo-x")
	if err := os.WriteFile(path, []byte("#!/no/such/interpreter\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	if problems := strings.Join(rules[0].Check(Plugin{Path: path}), "\n"); len(problems) > 1000 || !strings.Contains(problems, `interpreter "/no/such/interpreter"`) {
		t.Errorf("%s", problems)
	}
}
