package e2e

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// unlinked are functions that programs do not link, because they make them larger.
var unlinked = []struct {
	name   string
	except []string // programs that need it
	reason string
}{
	{"html.EscapeString", nil, "its package has 0.06 MB of tables"},
	{"os/exec.(*Cmd).Start", []string{"nrepo-ideas", "nrepo-login", "nrepo-push"}, "only an editor, a pager and a browser are started"},
	{"net/http.(*Server).Serve", []string{"nrepo-login"}, "only a login receives requests"},
	{"github.com/clipperhouse/displaywidth.String", []string{"nrepo-ideas", "nrepo-key"}, "only tables need widths, for which there are 0.1 MB of tables"},
}

// TestUnlinkedFunctions looks for functions in the programs. Even a stripped program has
// the names of its functions, with a zero byte before and after each.
func TestUnlinkedFunctions(t *testing.T) {
	t.Parallel()
	links := func(program []byte, name string) bool { return bytes.Contains(program, []byte("\x00"+name+"\x00")) }
	dir := binaries(t)
	for _, name := range []string{"nrepo-api", "nrepo-ideas", "nrepo-key", "nrepo-login", "nrepo-logout", "nrepo-push", "nrepo-token", "nrepo-whoami"} {
		program, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if !links(program, "net/http.(*Transport).RoundTrip") {
			t.Errorf("%s: this test does not see what it links", name)
		}
		for _, f := range unlinked {
			if needed := slices.Contains(f.except, name); links(program, f.name) != needed {
				t.Errorf("%s: links %s: %t; %s", name, f.name, !needed, f.reason)
			}
		}
	}
}
