//go:build unix

package e2e

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/nrepo-cli/nrepo/pkg/nrepotest"
)

// step is a command in a console block, and the output that the page shows.
type step struct{ command, output string }

// steps reads the ```console blocks of a page. "$ " begins a command, which may include a
// here-document; the other lines are output.
func steps(page string) (all []step) {
	inBlock, until := false, ""
	for line := range strings.Lines(page) {
		switch {
		case until != "":
			all[len(all)-1].command += line
			if strings.TrimSuffix(line, "\n") == until {
				until = ""
			}
		case strings.HasPrefix(line, "```"):
			inBlock = strings.HasPrefix(line, "```console")
		case inBlock && strings.HasPrefix(line, "$ "):
			all = append(all, step{command: line[2:]})
			if here := regexp.MustCompile(`<<'(\w+)'`).FindStringSubmatch(line); here != nil {
				until = here[1]
			}
		case inBlock:
			all[len(all)-1].output += line
		}
	}
	return all
}

// sameOutput reports whether the output is as shown, where … matches any text, and a line
// with nothing else any number of lines.
func sameOutput(shown, got string) bool {
	pattern := ""
	for line := range strings.Lines(shown) {
		if line == "…\n" {
			pattern += `(.*\n)?`
			continue
		}
		pattern += strings.ReplaceAll(regexp.QuoteMeta(line), "…", ".*")
	}
	return regexp.MustCompile(`^(?s:` + pattern + `)$`).MatchString(got)
}

// TestTutorial types every command of docs/plugins.md into one shell in a fresh HOME, and
// compares the output with the page. Then it checks the new plugins against the contract.
// A module proxy serves this repository as the only version. pip takes the packages that
// it needs from Debian's python3-wheel-whl; without that, and outside CI, the part with
// pip is skipped.
// It is not parallel: it takes longer than any other test here and must not begin last.
func TestTutorial(t *testing.T) {
	for _, program := range []string{"python3", "git"} {
		if !haveShell(t, program) {
			return
		}
	}
	page, err := os.ReadFile("../docs/plugins.md")
	if err != nil {
		t.Fatal(err)
	}
	files := []string{"nrepo_review.py", "test_nrepo_review.py", "pyproject.toml", "share/review"}
	const wheels = "/usr/share/python-wheels"
	wheel, _ := filepath.Glob(wheels + "/wheel-*.whl")
	if wheel == nil && os.Getenv("CI") == "" {
		t.Log("there are no wheels for pip: apt-get install python3-venv python3-wheel-whl; nothing is packaged")
		page = regexp.MustCompile(`(?s)\n### Package and install it\n.*?\n## `).ReplaceAll(page, []byte("\n## "))
		files = files[:2]
	}
	all := steps(string(page))
	if len(all) < 20 {
		t.Fatalf("only %d commands were found", len(all))
	}
	if n, m := strings.Count(string(page), "\n```"), strings.Count(string(page), "\n```console\n"); n != 2*m {
		t.Errorf("of %d blocks only %d are typed", n/2, m)
	}
	home := t.TempDir()
	shareModules(t, filepath.Join(home, "go", "pkg", "mod"))
	// Use the same Go flags as the other tests, to share the build cache.
	environ := append(moduleProxy(t), "HOME="+home, "PATH="+goBin(t)+":/usr/local/bin:/usr/bin:/bin",
		"CGO_ENABLED=0", "GOFLAGS=-trimpath -modcacherw -tags=nethttpomithttp2 -ldflags=-w", "LC_ALL=C.UTF-8")
	if wheel != nil {
		environ = append(environ, "PIP_NO_INDEX=1", "PIP_FIND_LINKS="+wheels)
	}
	codes := typeIn(t, all, home, environ)
	for i, s := range all {
		if fails := strings.HasPrefix(s.output, "nrepo newest: ") || strings.HasPrefix(s.output, "nrepo review: "); (codes[i] != "0") != fails {
			t.Errorf("%s exits with %s", s.command, codes[i])
		}
	}
	for _, plugin := range []string{".local/bin/nrepo-count", ".local/bin/nrepo-captured", "go/bin/nrepo-newest"} {
		t.Run(filepath.Base(plugin), func(t *testing.T) {
			nrepotest.Plugin{Path: filepath.Join(home, plugin), Exe: filepath.Join(home, "go/bin/nrepo")}.Check(t)
		})
	}
	for _, name := range files {
		typed, err := os.ReadFile(filepath.Join(home, "src/nrepo-review", name))
		if err != nil {
			t.Fatal(err)
		}
		example, err := os.ReadFile(filepath.Join("../examples/python/review", name))
		if err != nil || !bytes.Equal(typed, example) {
			t.Errorf("examples/python/review/%s is not what the page makes: %v", name, err)
		}
	}
	t.Run("asks", func(t *testing.T) {
		environ := []string{"HOME=" + home, "LC_ALL=C.UTF-8", "PATH=" + home + "/.local/bin:" + home + "/go/bin:/usr/bin:/bin"}
		for answer, code := range map[string]int{"n": 3, "": 3, "yes": 0} {
			s := startTerminal(t, environ, filepath.Join(home, "go/bin/nrepo"), "sandbox", "run", "--seed", "demo", "--", "nrepo", "review", "shelve", "--human")
			s.await("[y/N]")
			s.write(answer + "\r")
			got := s.end().ExitCode()
			if code == 0 {
				s.await("changed #")
			}
			if got != code || strings.Contains(s.text(), "changed #") != (code == 0) {
				t.Errorf("%q: exit code %d, want %d: %s", answer, got, code, s.text())
			}
		}
	})
}

// TestTutorialInClone types the Go part of docs/plugins.md with the changes that the page
// gives for a clone.
func TestTutorialInClone(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../docs/plugins.md")
	if err != nil {
		t.Fatal(err)
	}
	inPlace := regexp.MustCompile("`(go mod edit -replace [^`]*=)[^`]*`").FindSubmatch(page)
	repo, err := filepath.Abs("..")
	if err != nil || inPlace == nil {
		t.Fatal(err, "the page says nothing of a clone")
	}
	var script strings.Builder
	script.WriteString("set -e\n")
	replaced, begun := false, false
	for _, s := range steps(string(page)) {
		begun = begun || strings.HasPrefix(s.command, "mkdir -p ~/src/nrepo-newest")
		if strings.HasPrefix(s.command, "go get ") {
			s.command, replaced = string(inPlace[1])+repo+"\n", true
		}
		if begun {
			script.WriteString(s.command)
		}
		if begun && s.command == "go install\n" {
			break
		}
	}
	if !replaced {
		t.Fatal("there is no go get on the page")
	}
	home := t.TempDir()
	cmd := exec.Command("sh", "-c", script.String()+"~/go/bin/nrepo-newest --help")
	cmd.Dir = home
	cmd.Env = []string{
		"HOME=" + home, "PATH=" + goBin(t) + ":/usr/bin:/bin", "CGO_ENABLED=0", "GOWORK=off", "GOTOOLCHAIN=local",
		"GOMODCACHE=" + goEnv(t, "GOMODCACHE"), "GOCACHE=" + goEnv(t, "GOCACHE"), "GOPROXY=" + goEnv(t, "GOPROXY"), "GONOSUMDB=" + goEnv(t, "GONOSUMDB"),
	}
	if out, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(out), "Show the newest idea") {
		t.Errorf("%v: %s", err, out)
	}
}

// typeIn types commands into one shell, compares the output of each with the page, and
// returns their exit codes.
func typeIn(t *testing.T, all []step, dir string, environ []string) (codes []string) {
	t.Helper()
	const mark = "=== command %d ends with %s ==="
	var script strings.Builder
	for i, s := range all {
		script.WriteString(s.command + "echo \"" + fmt.Sprintf(mark, i, "$?") + "\"\n")
	}
	cmd := exec.Command("sh", "-c", script.String())
	cmd.Dir, cmd.Env = dir, environ
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); err != nil {
		t.Errorf("the shell: %v", err)
	}
	rest := out.String()
	wantNoSecret(t, nil, withoutShown(rest))
	for i, s := range all {
		end := regexp.MustCompile(fmt.Sprintf(mark, i, `(\d+)`) + "\n").FindStringSubmatchIndex(rest)
		if end == nil {
			t.Fatalf("it stops at %q:\n%s", s.command, rest)
		}
		got, code := rest[:end[0]], rest[end[2]:end[3]]
		rest = rest[end[1]:]
		if !sameOutput(s.output, got) {
			t.Errorf("%s prints\n%s\nthe page shows\n%s", s.command, got, s.output)
		}
		codes = append(codes, code)
	}
	return codes
}

// TestSteps tests how a page is read and how output is compared.
func TestSteps(t *testing.T) {
	t.Parallel()
	got := steps("$ no\n```console\n$ a\nx\ny\n$ cat <<'E'\n$ in\nE\nz\n```\n```go\n$ no\n```\n")
	want := []step{{"a\n", "x\ny\n"}, {"cat <<'E'\n$ in\nE\n", "z\n"}}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%q, want %q", got, want)
	}
	for _, tt := range []struct {
		shown, got string
		same       bool
	}{{"a\n", "a\n", true}, {"a…\nc\n", "a.\nb\nc\n", true}, {"…\nc\n", "a\nb\nc\n", true}, {"…\n", "", true}, {"…\nc\n", "bc\n", false}, {"a\n", "b\n", false}, {"a\n", "a\nb\n", false}, {"", "x\n", false}} {
		if sameOutput(tt.shown, tt.got) != tt.same {
			t.Errorf("%q and %q: want %v", tt.shown, tt.got, tt.same)
		}
	}
}

// goBin returns the directory of the go command itself, not of a wrapper.
func goBin(t *testing.T) string {
	t.Helper()
	return filepath.Join(goEnv(t, "GOROOT"), "bin")
}

func goEnv(t *testing.T, name string) string {
	t.Helper()
	out, err := exec.Command("go", "env", name).Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}

// shareModules fills the module cache in dir with links to the modules of the usual
// cache, so that Go need not unpack them again. There is no link for our own module.
func shareModules(t *testing.T, dir string) {
	t.Helper()
	from, download := goEnv(t, "GOMODCACHE"), filepath.Join("cache", "download")
	apart := []string{"cache", "github.com", filepath.Join(download, "github.com")}
	for _, at := range []string{"", "github.com", download, filepath.Join(download, "github.com")} {
		entries, err := os.ReadDir(filepath.Join(from, at))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.MkdirAll(filepath.Join(dir, at), 0o700); err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			name := filepath.Join(at, e.Name())
			if slices.Contains(apart, name) || e.Name() == "nrepo-cli" {
				continue
			}
			if err := os.Symlink(filepath.Join(from, name), filepath.Join(dir, name)); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// moduleProxy creates a module proxy (https://go.dev/ref/mod#goproxy-protocol) for the
// working tree, and returns the variables for using it. Other modules come from the
// module cache, then from the usual proxy.
func moduleProxy(t *testing.T) []string {
	t.Helper()
	const module = "github.com/nrepo-cli/nrepo"
	dir := t.TempDir()
	versions := filepath.Join(dir, module, "@v")
	if err := os.MkdirAll(versions, 0o700); err != nil {
		t.Fatal(err)
	}
	list := exec.Command("git", "ls-files", "--cached", "--others", "--exclude-standard")
	list.Dir = ".."
	names, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	texts, sum := map[string][]byte{}, sha256.New()
	for _, name := range strings.Fields(string(names)) {
		if strings.HasPrefix(name, "examples/cobra/") {
			continue // a separate module
		}
		text, err := os.ReadFile(filepath.Join("..", name))
		if os.IsNotExist(err) {
			continue // deleted, but still in the index
		}
		if err != nil {
			t.Fatal(err)
		}
		texts[name] = text
		fmt.Fprintf(sum, "%s %d\n%s", name, len(text), text)
	}
	// The build cache assumes that a version never changes.
	version := fmt.Sprintf("v0.0.1-test%x", sum.Sum(nil)[:6])
	var archive bytes.Buffer
	z := zip.NewWriter(&archive)
	for name, text := range texts {
		w, err := z.Create(module + "@" + version + "/" + name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(text); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	mod, err := os.ReadFile("../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"list":            version + "\n",
		version + ".info": `{"Version":"` + version + `","Time":"2026-01-15T12:00:00Z"}`,
		version + ".mod":  string(mod),
		version + ".zip":  archive.String(),
	} {
		if err := os.WriteFile(filepath.Join(versions, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return []string{
		"GOPROXY=file://" + dir + ",file://" + filepath.Join(goEnv(t, "GOMODCACHE"), "cache", "download") + "," + goEnv(t, "GOPROXY"),
		"GONOSUMDB=" + module,
		"GOCACHE=" + goEnv(t, "GOCACHE"),
		"GOTOOLCHAIN=local",
	}
}
