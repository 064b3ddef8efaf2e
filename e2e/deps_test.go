package e2e

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// forbidden says what a program must not link, and why.
var forbidden = []struct {
	programs []string // "" means every program except the sandbox
	packages []string // also packages below them
	reason   string
}{
	{[]string{"nrepo"}, []string{"net", "crypto", "compress", "debug", "os/exec", "regexp", "flag", "text/template", "github.com/nrepo-cli/nrepo/pkg"},
		"the dispatcher costs little more than the lookup it does"},
	{[]string{""}, []string{"database/sql", "modernc.org", "github.com/zitadel", "github.com/nrepo-cli/nrepo/internal/sandbox"},
		"SQLite and the OAuth server are for the sandbox only"},
	{[]string{"nrepo-sandbox"}, []string{"github.com/nrepo-cli/nrepo/pkg/neuralrepo", "github.com/nrepo-cli/nrepo/internal/apihttp", "github.com/nrepo-cli/nrepo/internal/oauth"},
		"the sandbox is a second reading of the service's pages, and shares nothing with the client"},
	{[]string{"", "nrepo-sandbox"}, []string{"testing", "plugin", "expvar", "net/http/pprof", "github.com/rogpeppe/go-internal/testscript", "github.com/chromedp", "github.com/creack"},
		"no test code and no debug door in a program"},
}

// modules are the modules that a command may link, in addition to ours. For the sandbox,
// only the rules above and go.mod apply.
var modules = []string{
	"github.com/cenkalti/backoff/v5",
	"github.com/clipperhouse/displaywidth",
	"github.com/clipperhouse/uax29/v2", // for displaywidth
	"github.com/gofrs/flock",
	"github.com/mattn/go-isatty",
	"github.com/peterbourgon/ff/v3",
	"golang.org/x/sys",
	"golang.org/x/term",
}

// more are additional modules that single programs may link.
var more = map[string][]string{
	"nrepo-api":   {"github.com/itchyny/gojq", "github.com/itchyny/timefmt-go"},
	"nrepo-login": {"golang.org/x/oauth2"},
	"nrepo-ideas": {"github.com/rogpeppe/go-internal", "go.yaml.in/yaml/v3", "golang.org/x/text"},
}

func TestForbiddenPackages(t *testing.T) {
	t.Parallel()
	for _, goos := range []string{"linux", "darwin", "windows"} {
		for name, deps := range dependencies(t, goos) {
			for _, dep := range deps {
				if reason := whyForbidden(name, dep); reason != "" {
					t.Errorf("%s on %s links %s: %s", name, goos, dep.path, reason)
				}
			}
		}
	}
}

// program returns the name of the program in a package below cmd.
func program(path string) string {
	_, name, _ := strings.Cut(path, "/cmd/")
	name, _, _ = strings.Cut(name, "/")
	return name
}

// whyForbidden returns why a program must not link a package, or "" if it may.
func whyForbidden(name string, dep dependency) string {
	for _, rule := range forbidden {
		if !slices.Contains(rule.programs, name) && (name == "nrepo-sandbox" || !slices.Contains(rule.programs, "")) {
			continue
		}
		for _, pkg := range rule.packages {
			if dep.path == pkg || strings.HasPrefix(dep.path, pkg+"/") {
				return rule.reason
			}
		}
	}
	switch {
	case dep.module == "" || dep.module == "github.com/nrepo-cli/nrepo" || name == "nrepo-sandbox":
	case name == "nrepo" && !slices.Contains([]string{"golang.org/x/sys", "github.com/clipperhouse/displaywidth", "github.com/clipperhouse/uax29/v2"}, dep.module):
		return "a module that the dispatcher has no use for"
	case !slices.Contains(modules, dep.module) && !slices.Contains(more[name], dep.module):
		return "a module that is not on the list of this test"
	}
	return ""
}

// TestDispatcherLinksLittle checks that the rule above forbids the packages that would
// make nrepo start slowly.
func TestDispatcherLinksLittle(t *testing.T) {
	t.Parallel()
	for _, dep := range []dependency{
		{"net", ""}, {"net/url", ""}, {"crypto/sha256", ""}, {"compress/flate", ""}, {"debug/elf", ""}, {"debug/dwarf", ""}, {"os/exec", ""}, {"regexp", ""},
		{"flag", ""}, {"testing", ""}, {"github.com/nrepo-cli/nrepo/pkg/plugin", "github.com/nrepo-cli/nrepo"},
		{"github.com/peterbourgon/ff/v3", "github.com/peterbourgon/ff/v3"}, {"golang.org/x/term", "golang.org/x/term"},
	} {
		if whyForbidden("nrepo", dep) == "" {
			t.Errorf("nrepo may link %s", dep.path)
		}
	}
	for _, dep := range []dependency{{"golang.org/x/sys/unix", "golang.org/x/sys"}, {"github.com/clipperhouse/displaywidth", "github.com/clipperhouse/displaywidth"}, {"encoding/json", ""}, {"runtime/debug", ""}} {
		if reason := whyForbidden("nrepo", dep); reason != "" {
			t.Errorf("nrepo may not link %s: %s", dep.path, reason)
		}
	}
}

// TestForbiddenPackagesAreSeen checks that the test above finds violations.
func TestForbiddenPackagesAreSeen(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, dep := range dependencies(t, "linux")["nrepo-sandbox"] {
		seen[dep.path] = true
		for _, name := range []string{"nrepo", "nrepo-push"} {
			if dep.module == "modernc.org/sqlite" && whyForbidden(name, dep) == "" {
				t.Errorf("%s may link %s", name, dep.path)
			}
		}
		if dep.module == "golang.org/x/oauth2" && (whyForbidden("nrepo-push", dep) == "" || whyForbidden("nrepo-login", dep) != "") {
			t.Errorf("%s is not for nrepo-login alone", dep.path)
		}
	}
	if !seen["modernc.org/sqlite"] || !seen["golang.org/x/oauth2"] || !seen["net/http"] {
		t.Error("packages that nrepo-sandbox links are missing")
	}
}

// TestImportDirection checks which of our own packages each package imports.
func TestImportDirection(t *testing.T) {
	t.Parallel()
	const module = "github.com/nrepo-cli/nrepo/"
	allowed := map[string][]string{
		"pkg/output":           {"internal/secrettext", "internal/termtext"},
		"pkg/authcfg":          {"internal/secrettext", "internal/termtext", "pkg/output"},
		"pkg/neuralrepo":       {"pkg/authcfg", "pkg/output", "internal/apihttp", "internal/oauth"},
		"pkg/progress":         {"pkg/output"},
		"pkg/plugin":           {"pkg/authcfg", "pkg/output", "pkg/progress", "internal/nearest", "internal/version"},
		"pkg/nrepotest":        {"internal/conformance", "internal/sandbox", "pkg/plugin"},
		"internal/conformance": {"internal/progfile", "internal/sandbox"},
		"internal/progfile":    {"internal/termtext"},
		"internal/apihttp":     {"internal/secrettext", "pkg/authcfg", "pkg/output", "internal/version"},
		"internal/oauth":       {"pkg/authcfg", "pkg/output", "internal/apihttp"},
		// The sandbox does not share the client's reading of the documentation.
		"internal/sandbox": {"internal/sandbox/api", "internal/sandbox/login", "internal/sandbox/pages", "internal/sandbox/reply",
			"internal/sandbox/store", "internal/secrettext", "internal/termtext"},
		"internal/sandbox/login": {"internal/sandbox/pages", "internal/sandbox/reply", "internal/sandbox/store"},
		"internal/sandbox/api":   {"internal/sandbox/reply", "internal/sandbox/store"},
		"internal/sandbox/pages": {"internal/sandbox/reply", "internal/sandbox/store"},
		"internal/sandbox/reply": {"internal/sandbox/store"},
		"internal/sandbox/store": nil,
		"internal/secrettext":    nil,
		"internal/nearest":       nil,
		"internal/termtext":      nil,
		"internal/version":       nil,
		"cmd/nrepo":              {"cmd/nrepo/internal/bashline", "cmd/nrepo/internal/lookup", "internal/nearest", "internal/progfile", "internal/secrettext", "internal/termtext", "internal/version"},
		// Lookup does not depend on the content of files or on output.
		"cmd/nrepo/internal/bashline": nil,
		"cmd/nrepo/internal/lookup":   nil,
	}
	// Plugins do not need the login protocol, so it is not in pkg.
	exceptions := map[string]string{"cmd/nrepo-login": "internal/oauth", "cmd/nrepo-logout": "internal/oauth"}
	out, err := exec.Command("go", "list", "-f", `{{.ImportPath}} {{join .Imports " "}}`, module+"...").Output()
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(out)) {
		words := strings.Fields(line)
		pkg := strings.TrimPrefix(words[0], module)
		imports, held := allowed[pkg]
		delete(allowed, pkg)
		name := "cmd/" + program(words[0])
		official := strings.HasPrefix(pkg, "cmd/") && name != "cmd/nrepo" && name != "cmd/nrepo-sandbox"
		for _, path := range words[1:] {
			own, found := strings.CutPrefix(path, module)
			if !found {
				continue
			}
			if held && !slices.Contains(imports, own) {
				t.Errorf("%s imports %s", pkg, own)
			}
			if official && !strings.HasPrefix(own, "pkg/") && !strings.HasPrefix(own, name+"/internal/") && exceptions[name] != own {
				t.Errorf("%s imports %s: an official command uses only what plugin authors get", name, own)
			}
		}
	}
	for pkg := range allowed {
		t.Errorf("there is no package %s", pkg)
	}
}

// TestDependenciesHaveReasons compares the table in docs/design.md with go.mod. It also
// checks that go.mod has no replace and exclude, which do not apply in other modules.
func TestDependenciesHaveReasons(t *testing.T) {
	t.Parallel()
	out, err := exec.Command("go", "mod", "edit", "-json", "../go.mod").Output()
	if err != nil {
		t.Fatal(err)
	}
	var mod struct {
		Require []struct {
			Path, Version string
			Indirect      bool
		}
		Replace, Exclude []any
	}
	if err := json.Unmarshal(out, &mod); err != nil {
		t.Fatal(err)
	}
	if len(mod.Replace)+len(mod.Exclude) > 0 {
		t.Errorf("go.mod replaces %v and excludes %v: these do not apply to modules that import this one", mod.Replace, mod.Exclude)
	}
	var direct []string
	for _, m := range mod.Require {
		if !m.Indirect {
			direct = append(direct, m.Path)
		}
	}
	design, err := os.ReadFile("../docs/design.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(design), "## Direct dependencies\n")
	section, _, _ = strings.Cut(section, "\n## ")
	var reasoned []string
	for _, row := range regexp.MustCompile("(?m)^\\| `(.+)` \\| (.+) \\|$").FindAllStringSubmatch(section, -1) {
		reasoned = append(reasoned, row[1])
	}
	slices.Sort(direct)
	slices.Sort(reasoned)
	if len(direct) == 0 || !slices.Equal(direct, reasoned) {
		t.Errorf("go.mod requires\n%q, and docs/design.md has reasons for\n%q", direct, reasoned)
	}
}

// TestToolsArePinned checks that tools that are not in go.mod have a version in the
// Makefile and the scripts.
func TestToolsArePinned(t *testing.T) {
	t.Parallel()
	files := []string{"../Makefile"}
	for _, pattern := range []string{"../.ci/*", "../packaging/*"} {
		more, err := filepath.Glob(pattern)
		if err != nil || len(more) == 0 {
			t.Fatal(pattern, err)
		}
		files = append(files, more...)
	}
	tool := regexp.MustCompile(`[a-z0-9-]+\.[a-z]+/[\w./-]+@(\S*)`)
	version := regexp.MustCompile(`^v\d+\.\d+\.\d+$`)
	var found []string
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range tool.FindAllStringSubmatch(string(text), -1) {
			found = append(found, m[0])
			if !version.MatchString(m[1]) {
				t.Errorf("%s fetches %s", file, m[0])
			}
		}
	}
	for _, name := range []string{"staticcheck", "govulncheck", "nfpm"} {
		if !slices.ContainsFunc(found, func(s string) bool { return strings.Contains(s, "/"+name+"@") }) {
			t.Errorf("%s is not among %q", name, found)
		}
	}
}

// TestVulncheck runs packaging/vulncheck with a script in place of govulncheck, for each
// of its exit codes. It is not parallel, because a process that another test starts
// could hold that script open for writing.
func TestVulncheck(t *testing.T) {
	for _, row := range []struct {
		what, script string
		code         int
		output       string
		env          string
	}{
		{"nothing found", "echo No vulnerabilities found.", 0, "No vulnerabilities found.\n", ""},
		{"some found", "echo 'Vulnerability #1: GO-2026-1'; exit 3", 3, "Vulnerability #1: GO-2026-1\n", ""},
		{"no database", "echo 'govulncheck: fetching vulnerabilities: Get \"https://vuln.example/\": no such host' >&2; exit 1", 0,
			"not checked for known vulnerabilities: fetching vulnerabilities: Get \"https://vuln.example/\": no such host\n", ""},
		{"no database for a release", "echo 'govulncheck: fetching vulnerabilities: Get \"https://vuln.example/\": no such host' >&2; exit 1", 1,
			"govulncheck: fetching vulnerabilities: Get \"https://vuln.example/\": no such host\n", "VULNCHECK=required"},
		{"another database", "echo 'govulncheck: fetching vulnerabilities: HTTP GET https://vuln.example/ returned unexpected status: Not Found' >&2; exit 1", 1,
			"govulncheck: fetching vulnerabilities: HTTP GET https://vuln.example/ returned unexpected status: Not Found\n", ""},
		{"no build", "echo 'govulncheck: loading packages: errors' >&2; exit 1", 1, "govulncheck: loading packages: errors\n", ""},
		{"killed", "kill -KILL $$", 137, "", ""},
	} {
		tool := filepath.Join(t.TempDir(), "govulncheck")
		if err := os.WriteFile(tool, []byte("#!/bin/sh\ntest \"$*\" = ./... || exit 99\n"+row.script+"\n"), 0o700); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command("bash", "../packaging/vulncheck", tool)
		cmd.Env = append(os.Environ(), "VULNCHECK=", row.env)
		out, _ := cmd.CombinedOutput()
		if code := cmd.ProcessState.ExitCode(); code != row.code || strings.TrimLeft(string(out), "\n") != row.output {
			t.Errorf("%s: exit code %d, %q", row.what, code, out)
		}
	}
}

// dependency is a package that a program links, and its module, which is "" for the
// standard library.
type dependency struct{ path, module string }

// dependencies returns what each program links on a system, built with the tag of the Makefile.
func dependencies(t *testing.T, goos string) map[string][]dependency {
	t.Helper()
	list := exec.Command("go", "list", "-deps", "-tags=nethttpomithttp2",
		"-f", `{{.ImportPath}} {{with .Module}}{{.Path}}{{end}} {{if eq .Name "main"}}{{join .Deps " "}}{{end}}`, "../cmd/...")
	list.Env = append(os.Environ(), "GOOS="+goos, "CGO_ENABLED=0")
	out, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	modules, all := map[string]string{}, map[string][]dependency{}
	for line := range strings.Lines(string(out)) { // a program comes after all that it links
		words := strings.Split(strings.TrimSpace(line), " ")
		path := words[0]
		if len(words) > 1 {
			modules[path] = words[1]
		}
		if len(words) < 3 {
			continue
		}
		for _, path := range append(words[2:], path) {
			all[program(words[0])] = append(all[program(words[0])], dependency{path, modules[path]})
		}
	}
	return all
}

// TestTagIsNoCommand checks that the Makefile does not run a tag as a shell command.
func TestTagIsNoCommand(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	text, err := os.ReadFile("../Makefile")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "Makefile"), text, 0o644); err != nil {
		t.Fatal(err)
	}
	script := `git init -q . && git -c user.name=x -c user.email=x@example.com commit -q --allow-empty -m x &&
		git tag "v9';touch\${IFS}MARK;'" && make -n build dist && make -s version && ! test -e MARK`
	cmd := exec.Command("sh", "-c", script)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil || strings.Contains(string(out), "IFS") {
		t.Errorf("%v: %s", err, out)
	}
}
