//go:build unix

package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/nrepo-cli/nrepo/internal/termsvg"
	"github.com/nrepo-cli/nrepo/pkg/nrepotest"
)

// TestSession runs the demo and compares its output with the picture in the README, which
// `make screenshot` draws. It ignores keys, dates and other values that differ each time.
func TestSession(t *testing.T) {
	t.Parallel()
	bin := binaries(t)
	demo := exec.Command(filepath.Join(bin, "nrepo-sandbox"), "run", "--no-key", "--", "sh", "../examples/demo.sh")
	demo.Env = []string{"HOME=" + t.TempDir(), "PATH=" + bin + string(os.PathListSeparator) + os.Getenv("PATH")}
	printed, err := demo.CombinedOutput()
	if err != nil {
		t.Fatalf("the demo failed: %v\n%s", err, printed)
	}
	wantNoSecret(t, nil, withoutShown(string(printed)))
	session := strings.TrimRight(brief(string(printed)), "\n") + "\n"
	const path = "../docs/session.svg"
	if *update {
		picture := termsvg.Draw("A session with nrepo in a terminal; make demo runs it", session)
		if err := os.WriteFile(path, []byte(picture), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	shown, err := termsvg.Text(readFile(t, path))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := sameEachRun(session), sameEachRun(shown); got != want {
		t.Errorf("the demo prints\n%s\ndocs/session.svg shows\n%s\nrun `make screenshot`", got, want)
	}
}

// brief shortens keys and queries, which are too long for the picture.
func brief(s string) string {
	s = regexp.MustCompile(`(nrp_[0-9a-f]{6})[0-9a-f]{58}`).ReplaceAllString(s, "$1…")
	return regexp.MustCompile(`(\?client_id=[^&]*&)\S+`).ReplaceAllString(s, "$1…")
}

// sameEachRun replaces keys, dates, ports and temporary directories.
func sameEachRun(s string) string {
	for pattern, name := range map[string]string{ // no pattern matches the result of another
		`nrp_[0-9a-f]+…`:                   "nrp_KEY",
		`127\.0\.0\.1:\d+`:                 "127.0.0.1:PORT",
		`20\d\d-\d\d-\d\d`:                 "DAY",
		`\d\d:\d\d [+-]\d\d:\d\d`:          "TIME",
		`\S*/nrepo-sandbox-run-\d+/config`: "DIR/config",
	} {
		s = regexp.MustCompile(pattern).ReplaceAllString(s, name)
	}
	return s
}

// TestFirstSteps types the first steps of the README in each installed shell. At the end,
// an idea is captured and shown.
func TestFirstSteps(t *testing.T) {
	t.Parallel()
	_, page, _ := strings.Cut(readFile(t, "../README.md"), "\n## First steps\n")
	page, _, _ = strings.Cut(page, "\n## ")
	blocks := regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllStringSubmatch(page, -1)
	if len(blocks) != 3 {
		t.Fatalf("%d blocks", len(blocks))
	}
	account, start, inside := blocks[0][1], strings.TrimSpace(blocks[1][1]), blocks[2][1]
	bin := binaries(t)
	for _, name := range []string{"sh", "bash", "zsh", "fish"} {
		shell, err := exec.LookPath(name)
		if err != nil {
			if name == "sh" {
				t.Fatal(err)
			}
			continue
		}
		for what, c := range map[string]struct {
			command []string
			typed   string
		}{
			"with an account":    {[]string{"nrepo", "sandbox", "run", "--no-key", "--", shell}, account},
			"without an account": {[]string{shell, "-c", start}, inside},
		} {
			cmd := exec.Command(c.command[0], c.command[1:]...)
			if c.command[0] == "nrepo" {
				cmd.Path, cmd.Err = filepath.Join(bin, "nrepo"), nil
			}
			cmd.Env = []string{"HOME=" + t.TempDir(), "PATH=" + bin + ":/usr/bin:/bin", "NEURALREPO_BROWSER=nrepo-sandbox approve"}
			cmd.Stdin = strings.NewReader(c.typed)
			out, err := cmd.CombinedOutput()
			if err != nil || !strings.Contains(string(out), "#1 Solar-powered bus stops\n") {
				t.Errorf("%s, %s: %v\n%s", name, what, err, out)
			}
		}
	}
}

// TestMinute types the plugin of the README in a fresh HOME.
func TestMinute(t *testing.T) {
	t.Parallel()
	all := steps(readFile(t, "../README.md"))
	if len(all) != 4 {
		t.Errorf("%d commands were found", len(all))
	}
	home := t.TempDir()
	own := filepath.Join(home, ".local/bin")
	if err := os.MkdirAll(own, 0o755); err != nil {
		t.Fatal(err)
	}
	typeIn(t, all, home, []string{"HOME=" + home, "PATH=" + binaries(t) + ":" + own + ":/usr/bin:/bin"})
}

// TestClaims checks that each row of the README's comparison names a test or page for
// our part, and causes a failure for each exit code in it.
func TestClaims(t *testing.T) {
	t.Parallel()
	_, table, _ := strings.Cut(readFile(t, "../README.md"), "\n## Comparison\n")
	_, table, _ = strings.Cut(table, "|---|---|---|---|---|\n")
	table, _, _ = strings.Cut(table, "\n\n")
	rows := strings.Split(table, "\n")
	if len(rows) != 7 {
		t.Errorf("%d rows", len(rows))
	}
	shown := regexp.MustCompile(`\(\[(\w+)\]\(([\w/.-]+)\)\) $`)
	for _, row := range rows {
		found := shown.FindStringSubmatch(strings.Split(row, "|")[2])
		if found == nil {
			t.Errorf("nothing shows %s", row)
			continue
		}
		text := readFile(t, "../"+found[2])
		if filepath.Ext(found[2]) == ".go" && !strings.Contains(text, "\nfunc "+found[1]+"(t *testing.T)") {
			t.Errorf("%s has no %s", found[2], found[1])
		}
	}

	server := nrepotest.NewServer(t)
	bin := binaries(t)
	broken := filepath.Join(t.TempDir(), "nrepo-broken")
	if err := writeProgram(broken, []byte("#!/nowhere\n")); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		code int
		env  string
		args []string
	}{
		{0, "", []string{"whoami"}},
		{1, "", []string{"key", "revoke", "4711"}},
		{2, "", []string{"key", "revoke"}},
		{3, "NEURALREPO_BROWSER=nrepo-sandbox approve --deny", []string{"login"}},
		{4, "NEURALREPO_API_KEY=", []string{"whoami"}},
		{5, "NEURALREPO_API_URL=http://127.0.0.1:1/api/v1", []string{"push", "x"}},
		{126, "", []string{"broken"}},
		{127, "", []string{"no-such"}},
	} {
		cmd := exec.Command(filepath.Join(bin, "nrepo"), c.args...)
		cmd.Env = append(server.Environ(), "CI=", "PATH="+bin+":"+filepath.Dir(broken), c.env)
		out, _ := cmd.CombinedOutput()
		if code := cmd.ProcessState.ExitCode(); code != c.code {
			t.Errorf("%q: exit code %d, want %d: %s", c.args, code, c.code, out)
		}
	}
}

// TestReadmeHasAllCommands compares the table of commands with the programs.
func TestReadmeHasAllCommands(t *testing.T) {
	t.Parallel()
	_, table, _ := strings.Cut(readFile(t, "../README.md"), "\n## Commands\n")
	table, _, _ = strings.Cut(table, "\n\n")
	var named []string
	for _, row := range strings.Split(table, "\n") {
		if cells := strings.Split(row, "|"); len(cells) > 2 {
			for _, found := range regexp.MustCompile("`(nrepo[a-z-]*)`").FindAllStringSubmatch(cells[1], -1) {
				named = append(named, found[1])
			}
		}
	}
	slices.Sort(named)
	programs, err := filepath.Glob("../cmd/*")
	if err != nil {
		t.Fatal(err)
	}
	for i, path := range programs {
		programs[i] = filepath.Base(path)
	}
	if !slices.Equal(named, programs) {
		t.Errorf("the table has %q, cmd/ has %q", named, programs)
	}
}

// TestLinks checks that all links of the pages into the repository work.
func TestLinks(t *testing.T) {
	t.Parallel()
	pages, err := filepath.Glob("../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	count := 0
	for _, page := range append(pages, "../README.md", "../CONTRIBUTING.md", "../CHANGELOG.md") {
		for _, link := range regexp.MustCompile(`\]\(([^)\s]+)\)`).FindAllStringSubmatch(readFile(t, page), -1) {
			path, anchor, _ := strings.Cut(link[1], "#")
			if strings.Contains(path, "://") {
				continue
			}
			count++
			if path == "" {
				path = filepath.Base(page)
			}
			path = filepath.Join(filepath.Dir(page), path)
			if _, err := os.Stat(path); err != nil {
				t.Errorf("%s: %v", page, err)
			} else if anchor != "" && !slices.Contains(anchors(readFile(t, path)), anchor) {
				t.Errorf("%s: %s has no heading %s", page, path, anchor)
			}
		}
	}
	if count < 20 {
		t.Errorf("only %d links were found", count)
	}
}

// anchors returns the anchors that GitHub creates for the headings of a page.
func anchors(page string) (all []string) {
	for _, heading := range regexp.MustCompile(`(?m)^#+ (.+)$`).FindAllStringSubmatch(page, -1) {
		name := regexp.MustCompile(`[^a-z0-9 _-]`).ReplaceAllString(strings.ToLower(heading[1]), "")
		all = append(all, strings.ReplaceAll(name, " ", "-"))
	}
	return all
}

func readFile(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
