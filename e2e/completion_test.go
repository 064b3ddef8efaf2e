//go:build unix

package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/creack/pty"

	"github.com/nrepo-cli/nrepo/pkg/nrepotest"
)

// completions are lines that end with a Tab, and the arguments that the shell then
// passes to nrepo. If there are no candidates, the line does not change.
var completions = []struct{ typed, want string }{
	{"nrepo who", "whoami"},
	{"nrepo --json who", "--json|whoami"},
	{"nrepo completion z", "completion|zsh"},
	{"nrepo which tok", "which|token"},
	{"nrepo key rev", "key|revoke"},
	{"nrepo key revoke ", "key|revoke|1"},
	{"nrepo key list --hu", "key|list|--human"},
	{"nrepo push x --stat", "push|x|--status"},
	{"nrepo push x --status expl", "push|x|--status|exploring"},
	{"nrepo push x --status=expl", "push|x|--status=exploring"},
	{"nrepo push --tag solar", "push|--tag|solar power"},
	{"nrepo push --tag area", "push|--tag|area:town"},
	{"nrepo push --tag C", `push|--tag|C:\dir\`},
	{"nrepo push --tag q", "push|--tag|q$(touch ../mark)`touch ../mark`"},
	{"nrepo api PA", "api|PATCH"},
	{"nrepo api /user/m", "api|/user/me"},
	{"nrepo login --api", "login|--api-key"},
	{"nrepo logout --ver", "logout|--version"},
	{"nrepo token --hea", "token|--header"},
	{"nrepo whoami --js", "whoami|--json"},
	{"nrepo sandbox appr", "sandbox|approve"},
	{"nrepo sandbox run --no", "sandbox|run|--no-key"},
	{"nrepo opted ", "opted|only"},
	{"nrepo quoted 'c d' ", "quoted|c d|c d"},
	{`nrepo quoted c\ d `, "quoted|c d|c d"},
	{`nrepo quoted "c d" `, "quoted|c d|c d"},
	{"nrepo mail alice@e", "mail|alice@example.com"},
	{"nrepo mail it", "mail|it's a \"$HOME\" !"},
	{`nrepo mail "it`, "mail|it's a \"$HOME\" !"},
	{"nrepo mail 'it", "mail|it's a \"$HOME\" !"},
	{"nrepo mail 'ali", "mail|alice@example.com"},
	{`nrepo push --tag="so`, "push|--tag=solar power"},
	{`nrepo push --tag solar\ `, "push|--tag|solar power"},
	{"nrepo mail x:", "mail|x:y=z@w"},
	{"nrepo mail x:y", "mail|x:y=z@w"},
	{"nrepo mail x:y=z", "mail|x:y=z@w"},
	{"nrepo nosuch ", "nosuch"},
	{"nrepo stranger ", "stranger"},
	{"nrepo garbage ", "garbage"},
	{"nrepo fails ", "fails"},
	{"nrepo hangs ", "hangs"},
}

// completionWorld creates a HOME with an empty working directory, plugins of every kind
// on PATH, and a sandbox with some tags. It returns the environment.
func completionWorld(t *testing.T) (home string, environ []string) {
	t.Helper()
	home = t.TempDir()
	plugins, work := filepath.Join(home, "plugins"), filepath.Join(home, "work")
	for _, dir := range []string{plugins, work} {
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	const optsIn = "#!/bin/sh\n# @(#)nrepo:complete=1\n"
	for name, text := range map[string]string{
		"opted":    optsIn + "printf 'only\\tThe only one\\n'; echo noise >&2",
		"stranger": "#!/bin/sh\ntouch '" + home + "/mark'; echo offered",
		"garbage":  optsIn + `printf '\033[31mred\n\377\376\n\001x\n\342\200\256back\n'; echo noise >&2`,
		"fails":    optsIn + "echo offered; exit 1",
		"hangs":    optsIn + "echo offered; exec sleep 1000",
		"quoted":   optsIn + `printf '%s\n' "$2"`,
		"mail":     optsIn + `printf '%s\n' alice@example.com "it's a \"\$HOME\" !" x:y=z@w`,
	} {
		if err := writeProgram(filepath.Join(plugins, "nrepo-"+name), []byte(text+"\n")); err != nil {
			t.Fatal(err)
		}
	}
	bin, server := binaries(t), nrepotest.NewServer(t)
	for _, entry := range server.Environ() {
		if name, _, _ := strings.Cut(entry, "="); name == "NEURALREPO_API_KEY" || name == "NEURALREPO_API_URL" {
			environ = append(environ, entry)
		}
	}
	environ = append(environ, "NEURALREPO_CONFIG="+server.Config, "HOME="+home, "TERM=xterm", "LC_ALL=C.UTF-8",
		"PATH="+bin+":"+plugins+":/usr/local/bin:/usr/bin:/bin")
	push := exec.Command(filepath.Join(bin, "nrepo"), "push", "x", "--tag", "solar power", "--tag", "area:town",
		"--tag", `C:\dir\`, "--tag", "q$(touch ../mark)`touch ../mark`")
	push.Env = environ
	if out, err := push.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return home, environ
}

// tries is how often a completion may fail before the test fails. On a busy machine,
// a command may need more than the second that nrepo waits for it.
const tries = 20

// zshInstalled are the lines of the help for an installed script.
const zshInstalled = `fpath=(/usr/local/share/zsh/site-functions $fpath)
autoload -U compinit && compinit
`

func TestHelpForZsh(t *testing.T) {
	t.Parallel()
	out, err := exec.Command(filepath.Join(binaries(t), "nrepo"), "completion", "--help").Output()
	help := strings.ReplaceAll(string(out), "\n  ", "\n")
	if err != nil || !strings.Contains(help, zshInstalled) || !strings.Contains(help, "\nsource <(nrepo completion zsh)\n") {
		t.Errorf("%v:\n%s", err, out)
	}
}

// shells run on a terminal with the completion script loaded. In them, nrepo is a
// function that shows its arguments; the script itself runs the program.
var shells = []struct {
	name    string
	args    []string
	prepare string
	listing string // what the shell lists after two Tabs behind "nrepo key "
}{
	{"bash", []string{"--norc", "--noprofile", "-i"}, `PS1='$ '
bind 'set enable-bracketed-paste off'
bind 'set bell-style none'
source <(nrepo completion bash)
`, "create  list    revoke"},
	{"zsh", []string{"-f", "-i"}, `PS1='$ '
unset zle_bracketed_paste
autoload -U compinit && compinit -u -D
source <(nrepo completion zsh)
`, "create  -- Create an API key and show it once"},
	{"zsh", []string{"-f", "-i"}, `PS1='$ '
unset zle_bracketed_paste
mkdir -p ~/prefix/share/zsh/site-functions && nrepo completion zsh >~/prefix/share/zsh/site-functions/_nrepo
` + strings.ReplaceAll(zshInstalled, "/usr/local", "~/prefix"), "create  -- Create an API key and show it once"}, // as a package installs it
	{"zsh", []string{"-f", "-i"}, `PS1='$ '
unset zle_bracketed_paste
source <(nrepo completion zsh)
autoload -U compinit && compinit -u -D
`, "create  -- Create an API key and show it once"}, // sourced before compinit
	{"zsh", []string{"-f", "-i"}, `PS1='$ '
unset zle_bracketed_paste
source <(nrepo completion zsh)
`, "create  -- Create an API key and show it once"}, // without it
}

// startShell starts a shell in the directory work of home.
func startShell(t *testing.T, home string, environ []string, prepare, name string, args ...string) *terminal {
	t.Helper()
	const show = `nrepo() { local IFS="|"; echo "<$*>"; }` + "\n"
	s := startTerminal(t, environ, "sh", append([]string{"-c", `cd "$1/work" && shift && exec "$@"`, "sh", home, name}, args...)...)
	if err := pty.Setsize(s.pty, &pty.Winsize{Rows: 24, Cols: 100}); err != nil {
		t.Fatal(err)
	}
	s.write(prepare + show + "echo READY | tr A-Z a-z\n")
	s.await("ready")
	return s
}

// complete types a line and a Tab, repeatedly, until the shell completes it to want. It
// returns the last completion.
func (s *terminal) complete(typed, want string) (got string) {
	s.t.Helper()
	for range tries {
		from := len(s.text())
		s.write(typed + "\t")
		s.write("\n")
		if got = s.shown(from, "<", ">"); got == want {
			break
		}
	}
	return got
}

// list types a line and two Tabs, repeatedly, until the shell shows want.
func (s *terminal) list(typed, want string) {
	s.t.Helper()
	for range tries {
		from := len(s.text())
		s.write(typed + "\t\t")
		found := s.becomes(func(screen string) bool { return strings.Contains(screen[from:], want) }, 3*time.Second)
		s.write("\x15\n") // Ctrl-U
		if found {
			return
		}
	}
	s.t.Fatalf("two Tabs after %q never showed %q:\n%q", typed, want, s.text())
}

// TestCompletionInShells types into bash and zsh on a terminal.
func TestCompletionInShells(t *testing.T) {
	t.Parallel()
	for _, shell := range shells {
		t.Run(shell.name, func(t *testing.T) {
			t.Parallel()
			if !haveShell(t, shell.name) {
				return
			}
			home, environ := completionWorld(t)
			s := startShell(t, home, environ, shell.prepare, shell.name, shell.args...)
			for _, c := range completions {
				if got := s.complete(c.typed, c.want); got != c.want {
					t.Errorf("%q becomes %q, want %q", c.typed, got, c.want)
				}
			}
			s.list("nrepo key ", shell.listing)
			if _, err := os.Stat(filepath.Join(home, "mark")); err == nil {
				t.Error("a plugin that did not opt in was run")
			}
		})
	}
}

// TestCompletionScriptIsQuiet loads the script without a terminal.
func TestCompletionScriptIsQuiet(t *testing.T) {
	t.Parallel()
	bin := binaries(t)
	for _, shell := range [][]string{{"bash", "--norc"}, {"zsh", "-f"}} {
		if !haveShell(t, shell[0]) {
			continue
		}
		cmd := exec.Command(shell[0], append(shell[1:], "-c", "source <(nrepo completion "+shell[0]+")")...)
		cmd.Env = []string{"PATH=" + bin + ":/usr/bin:/bin"}
		if out, err := cmd.CombinedOutput(); err != nil || len(out) > 0 {
			t.Errorf("%s: %v, %s", shell[0], err, out)
		}
	}
}

// TestFirstWordRunsNothing completes names of commands. Every command is a script that
// creates a file when it runs, and none may run.
func TestFirstWordRunsNothing(t *testing.T) {
	t.Parallel()
	bin, home := binaries(t), t.TempDir()
	programs, err := filepath.Glob(filepath.Join(bin, "nrepo-*"))
	if err != nil || len(programs) < 8 {
		t.Fatalf("%q, %v", programs, err)
	}
	examples, err := filepath.Glob(filepath.Join(bin, "examples", "nrepo-*"))
	if err != nil || len(examples) < 3 {
		t.Fatalf("%q, %v", examples, err)
	}
	for _, dir := range []string{"bin", "work"} {
		if err := os.Mkdir(filepath.Join(home, dir), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for _, program := range slices.Concat(programs, examples) {
		snare := "#!/bin/sh\n# @(#)nrepo:complete=1\ntouch '" + home + "/mark'\necho offered\n"
		if err := writeProgram(filepath.Join(home, "bin", filepath.Base(program)), []byte(snare)); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(filepath.Join(bin, "nrepo"))
	if err != nil {
		t.Fatal(err)
	}
	if err := writeProgram(filepath.Join(home, "bin", "nrepo"), text); err != nil {
		t.Fatal(err)
	}
	environ := []string{"HOME=" + home, "TERM=xterm", "LC_ALL=C.UTF-8", "PATH=" + home + "/bin:/usr/local/bin:/usr/bin:/bin"}
	marked := func() bool {
		_, err := os.Stat(filepath.Join(home, "mark"))
		return os.Remove(filepath.Join(home, "mark")) == nil && err == nil
	}
	names := [][2]string{
		{"nrepo pus", "push"}, {"nrepo push", "push"}, {"nrepo stal", "stale"}, {"nrepo --json whoa", "--json|whoami"},
		{"nrepo help sand", "help|sandbox"}, {"nrepo which tok", "which|token"}, {"nrepo nosuch", "nosuch"},
	}
	for _, shell := range shells {
		if !haveShell(t, shell.name) {
			continue
		}
		s := startShell(t, home, environ, shell.prepare, shell.name, shell.args...)
		for _, c := range names {
			if got := s.complete(c[0], c[1]); got != c[1] {
				t.Errorf("%s: %q becomes %q, want %q", shell.name, c[0], got, c[1])
			}
		}
		s.list("nrepo ", "whoami")
		if marked() {
			t.Errorf("%s: the completion of a name ran a command", shell.name)
		}
		if got := s.complete("nrepo push ", "push|offered"); got != "push|offered" || !marked() {
			t.Errorf("%s: the snare is not set: %q", shell.name, got)
		}
	}
	if haveShell(t, "fish") {
		ask := fish(t, home, environ)
		for _, c := range names {
			ask(c[0])
		}
		if got := ask("nrepo "); !strings.Contains(got, "push\tCapture an idea\n") || marked() {
			t.Errorf("fish: a command was run, or nothing was offered: %q", got)
		}
	}
}

// shown waits for text of the form open…end on the screen, after the position from, and
// returns the text in between.
func (s *terminal) shown(from int, open, end string) string {
	s.t.Helper()
	limit := time.After(time.Minute)
	for {
		for line := range strings.Lines(s.text()[from:]) {
			if line, whole := strings.CutSuffix(line, "\n"); whole {
				line = strings.TrimRight(line, "\r")
				if i := strings.LastIndex(line, open); i >= 0 && strings.HasSuffix(line, end) {
					return strings.TrimSuffix(line[i+len(open):], end)
				}
			}
		}
		select {
		case <-s.grown:
		case <-limit:
			s.t.Fatalf("nothing was shown:\n%q", s.text()[from:])
		}
	}
}

// fish returns a function that returns the candidates for a line, from the fish command
// "complete -C". The script is installed as nrepo completion --help says.
func fish(t *testing.T, home string, environ []string) func(line string) string {
	t.Helper()
	install := exec.Command("sh", "-c", "mkdir -p ~/.config/fish/completions && nrepo completion fish > ~/.config/fish/completions/nrepo.fish")
	install.Env = environ
	if out, err := install.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return func(line string) string {
		t.Helper()
		cmd := exec.Command("fish", "-c", "complete -C $argv[1]", line)
		cmd.Env, cmd.Dir = environ, filepath.Join(home, "work")
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		return string(out)
	}
}

func TestCompletionInFish(t *testing.T) {
	t.Parallel()
	if !haveShell(t, "fish") {
		return
	}
	home, environ := completionWorld(t)
	ask := fish(t, home, environ)
	for _, c := range completions {
		want, first, words := "", "", strings.Split(c.want, "|")
		if !slices.Equal(words, strings.Fields(c.typed)[1:]) {
			want = words[len(words)-1]
		}
		for range tries {
			if first, _, _ = strings.Cut(strings.TrimSuffix(ask(c.typed), "\n"), "\t"); first == want {
				break
			}
		}
		if first != want {
			t.Errorf("%q offers %q, want %q", c.typed, first, want)
		}
	}
	got, want := "", "list\tList the API keys\ncreate\tCreate an API key and show it once\nrevoke\tRevoke an API key permanently\n"
	for range tries {
		if got = ask("nrepo key "); sorted(got) == sorted(want) {
			break
		}
	}
	if sorted(got) != sorted(want) {
		t.Errorf("with descriptions: %q, want %q", got, want)
	}
	if _, err := os.Stat(filepath.Join(home, "mark")); err == nil {
		t.Error("a plugin that did not opt in was run")
	}
}

func sorted(lines string) string {
	return strings.Join(slices.Sorted(strings.Lines(lines)), "")
}
