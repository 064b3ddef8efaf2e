//go:build unix

package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestCheck is not parallel because it runs files that it has just written.
func TestCheck(t *testing.T) {
	const good = `#!/bin/sh
fail() {
	if [ "$NEURALREPO_OUTPUT" = json ]; then printf '{"error":"%s","code":"%s"}\n' "$2" "$1" >&2; else echo "$2" >&2; fi
	exit $3
}
case "$*" in
*--help*) echo usage; exit ;;
*--no-such-flag*) fail usage "unknown flag" 2 ;;
esac
[ -n "$NEURALREPO_API_KEY" ] || fail auth_required "not logged in" 4
[ "$*" != bad ] || fail usage "bad argument" 2
if [ $NEURALREPO_OUTPUT = json ]; then echo '{"title":"x"}'; else echo x; fi
`
	dir := t.TempDir()
	for name, text := range map[string]string{"nrepo-good": good, "nrepo-bad": strings.Replace(good, "echo usage;", "exit 1;", 1)} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
	for _, row := range []struct {
		args           string
		code           int
		stdout, stderr string
	}{
		{"nrepo-good", 0, "ok      help: ", ""},
		{"nrepo-good", 0, "-       result: ", ""},
		{dir + "/nrepo-good --", 0, "ok      result: ", ""},
		{"nrepo-good -- all", 0, "ok      result: ", ""},
		{"nrepo-good -- bad", 1, "BROKEN  result: ", "rules are broken"},
		{"nrepo-bad", 1, "BROKEN  help: --help prints to stdout, nothing to stderr, and exits 0\n        --help exits with 1, want 0\n", "of 7 rules are broken"},
		{"", 2, "", "needs a plugin"},
		{"nrepo-none", 2, "", "cannot run nrepo-none: "},
		{"nrepo-good all", 2, "", "after --"},
	} {
		code, stdout, stderr := execute(os.Environ(), "", append([]string{"check"}, strings.Fields(row.args)...)...)
		if code != row.code || !strings.Contains(stdout, row.stdout) || !strings.Contains(stderr, row.stderr) || (row.code == 2) != (stdout == "") {
			t.Errorf("%s: code %d\n%s%s", row.args, code, stdout, stderr)
		}
	}
	code, stdout, stderr := execute(os.Environ(), "", "check", "--json", "nrepo-bad")
	var result struct {
		Plugin string
		OK     bool
		Rules  []struct {
			Rule     string
			OK       bool
			Problems []string
		}
	}
	if err := json.Unmarshal([]byte(stdout), &result); err != nil || code != 1 || !json.Valid([]byte(stderr)) {
		t.Fatalf("code %d, %v: %s%s", code, err, stdout, stderr)
	}
	if result.OK || result.Plugin != filepath.Join(dir, "nrepo-bad") || result.Rules[0].OK || len(result.Rules[0].Problems) == 0 || !result.Rules[1].OK {
		t.Errorf("%+v", result)
	}
}
