package e2e

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// forbidden says what a program must not link, and why.
var forbidden = []struct {
	programs []string // "" stands for every program but the sandbox
	packages []string // with everything below them
	reason   string
}{
	{[]string{"nrepo"}, []string{"net/http", "encoding/json", "crypto/tls", "regexp", "text/template", "github.com/peterbourgon/ff/v3", "github.com/nrepo-cli/nrepo/pkg"},
		"the dispatcher costs no more than the lookup it does"},
	{[]string{""}, []string{"database/sql", "modernc.org", "github.com/zitadel", "github.com/nrepo-cli/nrepo/internal/sandbox"},
		"SQLite and the OAuth server are for the sandbox only"},
	{[]string{"", "nrepo-sandbox"}, []string{"testing", "plugin", "expvar", "net/http/pprof"},
		"no test code and no debug door in a program"},
}

func TestForbiddenPackages(t *testing.T) {
	t.Parallel()
	list := exec.Command("go", "list", "../cmd/...")
	out, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range strings.Fields(string(out)) {
		name := path[strings.LastIndex(path, "/")+1:]
		deps := dependencies(t, path)
		for _, rule := range forbidden {
			if !slices.Contains(rule.programs, name) && (name == "nrepo-sandbox" || !slices.Contains(rule.programs, "")) {
				continue
			}
			for _, dep := range deps {
				for _, pkg := range rule.packages {
					if dep == pkg || strings.HasPrefix(dep, pkg+"/") {
						t.Errorf("%s links %s: %s", name, dep, rule.reason)
					}
				}
			}
		}
	}
}

// TestForbiddenPackagesAreSeen holds the test above to something that it must
// find.
func TestForbiddenPackagesAreSeen(t *testing.T) {
	t.Parallel()
	if !slices.Contains(dependencies(t, "../cmd/nrepo-whoami"), "net/http") {
		t.Error("nrepo-whoami is said not to link net/http")
	}
}

// TestImportDirection holds the arrows between our own packages.
func TestImportDirection(t *testing.T) {
	t.Parallel()
	const module = "github.com/nrepo-cli/nrepo/"
	allowed := map[string][]string{
		"pkg/output":     {"internal/termtext"},
		"pkg/authcfg":    {"internal/termtext", "pkg/output"},
		"pkg/neuralrepo": {"pkg/authcfg", "pkg/output", "internal/version"},
		"pkg/plugin":     {"pkg/authcfg", "pkg/output", "internal/version"},
		"pkg/nrepotest":  {"internal/sandbox"},
		"cmd/nrepo":      {"internal/termtext", "internal/version"},
	}
	for pkg, imports := range allowed {
		out, err := exec.Command("go", "list", "-f", `{{join .Imports "\n"}}`, module+pkg).Output()
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range strings.Fields(string(out)) {
			if own, found := strings.CutPrefix(path, module); found && !slices.Contains(imports, own) {
				t.Errorf("%s imports %s", pkg, own)
			}
		}
	}
	out, err := exec.Command("go", "list", "-f", `{{.ImportPath}} {{join .Imports " "}}`, module+"cmd/...").Output()
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(out)) {
		words := strings.Fields(line)
		name := strings.TrimPrefix(words[0], module)
		for _, path := range words[1:] {
			own, found := strings.CutPrefix(path, module)
			if found && !strings.HasPrefix(own, "pkg/") && name != "cmd/nrepo" && name != "cmd/nrepo-sandbox" {
				t.Errorf("%s imports %s: an official command uses only what plugin authors get", name, own)
			}
		}
	}
}

// TestDependenciesHaveReasons holds the table of docs/design.md to go.mod.
func TestDependenciesHaveReasons(t *testing.T) {
	t.Parallel()
	design, err := os.ReadFile("../docs/design.md")
	if err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("go", "list", "-m", "-f", "{{if not (or .Main .Indirect)}}{{.Path}}{{end}}", "all").Output()
	if err != nil {
		t.Fatal(err)
	}
	modules := strings.Fields(string(out))
	for _, module := range modules {
		if !strings.Contains(string(design), "| `"+module+"` |") {
			t.Errorf("docs/design.md has no reason for %s", module)
		}
	}
	if rows := strings.Count(string(design), "\n| `"); rows != len(modules) {
		t.Errorf("docs/design.md has %d reasons for %d modules", rows, len(modules))
	}
}

func dependencies(t *testing.T, path string) []string {
	t.Helper()
	out, err := exec.Command("go", "list", "-deps", path).Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.Fields(string(out))
}
