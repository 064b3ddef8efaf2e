//go:build unix

package nrepotest_test

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/peterbourgon/ff/v3/ffcli"

	"github.com/nrepo-cli/nrepo/pkg/nrepotest"
	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

// passes runs a test within an example, without output even with -v.
func passes(test func(*testing.T)) bool {
	verbose := flag.Lookup("test.v").Value
	defer verbose.Set(verbose.String())
	verbose.Set("false")
	return testing.RunTests(func(string, string) (bool, error) { return true, nil },
		[]testing.InternalTest{{Name: "TestMine", F: test}})
}

// ideas counts the ideas on the server in the environment, as a plugin would.
func ideas(getenv func(string) string) (string, error) {
	req, err := http.NewRequest("GET", getenv("NEURALREPO_API_URL")+"/ideas", nil)
	if err != nil {
		return "", err
	}
	req.Header.Set("X-API-Key", getenv("NEURALREPO_API_KEY"))
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	return resp.Status, nil
}

// A test passes the environment of the server to the function under test, and checks its
// requests.
func ExampleNewServer() {
	testIdeas := func(t *testing.T) {
		s := nrepotest.NewServer(t)
		got, err := ideas(s.Getenv)
		if err != nil || got != "200 OK" {
			t.Errorf("ideas() = %q, %v", got, err)
		}
		if n := len(s.Requests()); n != 1 {
			t.Errorf("%d requests, want 1", n)
		}
	}
	fmt.Println(passes(testIdeas))
	// Output: true
}

// titles is a plugin in shell. A real plugin would be a separate file.
const titles = `#!/bin/sh
case ${1-} in
--help) echo 'usage: nrepo titles'; exit ;;
esac
[ $# = 0 ] || {
	if [ "$NEURALREPO_OUTPUT" = json ]; then
		echo '{"error":"takes no arguments","code":"usage"}' >&2
	else
		echo 'nrepo titles: takes no arguments' >&2
	fi
	exit 2
}
if [ "$NEURALREPO_OUTPUT" = json ]; then echo '{"titles":[]}'; else echo 'no titles'; fi
`

// This tests a plugin in any language. The test must build or write it first.
func ExamplePlugin_Check() {
	testConforms := func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "nrepo-titles")
		if err := os.WriteFile(path, []byte(titles), 0o755); err != nil {
			t.Fatal(err)
		}
		nrepotest.Plugin{Path: path, Args: []string{}}.Check(t)
	}
	fmt.Println(passes(testConforms))
	// Output: true
}

// This runs a command of this program in the test. The service refuses its request.
func ExampleCanned() {
	titles := func(ctx context.Context, env *plugin.Env) error {
		return env.Run(ctx, &ffcli.Command{Name: "titles", Exec: func(context.Context, []string) error {
			status, err := ideas(env.Getenv)
			if err != nil || status != "200 OK" {
				return fmt.Errorf("no ideas: %s", status)
			}
			return nil
		}})
	}
	passes(func(t *testing.T) {
		server := nrepotest.NewCanned(t, map[string]string{"GET /ideas": `429 {"error":"too many requests"}`})
		_, stderr, code := server.Execute(nrepotest.Command{Name: "titles", Run: titles})
		fmt.Print(stderr)
		fmt.Println(code)
		fmt.Println(server.Asked())
	})
	// Output:
	// nrepo titles: no ideas: 429 Too Many Requests
	// 1
	// GET /ideas
}
