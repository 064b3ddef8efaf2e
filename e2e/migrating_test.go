//go:build unix

package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/nrepo-cli/nrepo/pkg/nrepotest"
)

// TestMigrating follows docs/migrating.md with a config file of the npm package. It runs
// the commands on the page, makes the requests that replace missing commands, and checks
// that these commands do not exist.
func TestMigrating(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../docs/migrating.md")
	if err != nil {
		t.Fatal(err)
	}
	page := string(text)
	server := nrepotest.NewServer(t)
	home := t.TempDir()
	config := filepath.Join(home, ".config/neuralrepo/config.json")
	if err := os.MkdirAll(filepath.Dir(config), 0o755); err != nil {
		t.Fatal(err)
	}
	left := fmt.Sprintf("{\n  \"api_url\": %q,\n  \"api_key\": %q,\n  \"user_id\": \"user_alice\",\n  \"auth_method\": \"browser\"\n}\n", server.APIURL, server.APIKey)
	if err := os.WriteFile(config, []byte(left), 0o644); err != nil {
		t.Fatal(err)
	}
	environ := []string{"HOME=" + home, "PATH=" + binaries(t) + ":/usr/bin:/bin", "NEURALREPO_API_URL=" + server.APIURL}
	shown := steps(page)
	if len(shown) != 5 {
		t.Errorf("%d commands are shown", len(shown))
	}
	typeIn(t, shown, home, environ)

	environ = append(environ, "NEURALREPO_API_KEY="+server.APIKey)
	run := func(line string) (string, int) {
		cmd := exec.Command("sh", "-c", line)
		cmd.Env = environ
		out, _ := cmd.CombinedOutput()
		return string(out), cmd.ProcessState.ExitCode()
	}
	_, table, _ := strings.Cut(page, "## Commands\n")
	named := regexp.MustCompile("(?m)^\\| `([a-z]+)").FindAllStringSubmatch(table, -1)
	if len(named) < 19 {
		t.Errorf("%d commands of the npm package are named: %q", len(named), named)
	}
	for _, name := range named {
		want := 0
		if name[1] == "install" {
			name[1], want = "install-skill", 127
		}
		if out, code := run("nrepo " + name[1] + " --help"); code != want {
			t.Errorf("%s: %d %s", name[1], code, out)
		}
	}
	if out, code := run("nrepo login --provider github"); code != 2 {
		t.Errorf("--provider: %d %s", code, out)
	}
}
