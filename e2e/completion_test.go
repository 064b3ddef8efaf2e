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

// completions are lines with a Tab at their end, and the arguments that the
// shell gives nrepo afterwards. Where nothing is offered the line stays.
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
	{"nrepo api PA", "api|PATCH"},
	{"nrepo api /user/m", "api|/user/me"},
	{"nrepo login --api", "login|--api-key"},
	{"nrepo logout --ver", "logout|--version"},
	{"nrepo token --hea", "token|--header"},
	{"nrepo whoami --js", "whoami|--json"},
	{"nrepo opted ", "opted|only"},
	{"nrepo nosuch ", "nosuch"},
	{"nrepo stranger ", "stranger"},
	{"nrepo garbage ", "garbage"},
	{"nrepo fails ", "fails"},
	{"nrepo hangs ", "hangs"},
}

// completionWorld makes a HOME with an empty working folder in it, plugins of
// every kind on PATH and a sandbox with two tags, and returns the environment.
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
	} {
		if err := os.WriteFile(filepath.Join(plugins, "nrepo-"+name), []byte(text+"\n"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	bin, server := binaries(t), nrepotest.NewServer(t)
	for _, entry := range server.Environ() {
		if name, _, _ := strings.Cut(entry, "="); name == "NEURALREPO_API_KEY" || name == "NEURALREPO_API_URL" || name == "NEURALREPO_CONFIG" {
			environ = append(environ, entry)
		}
	}
	environ = append(environ, "HOME="+home, "TERM=xterm", "LC_ALL=C.UTF-8",
		"PATH="+bin+":"+plugins+":/usr/local/bin:/usr/bin:/bin")
	push := exec.Command(filepath.Join(bin, "nrepo"), "push", "x", "--tag", "solar power", "--tag", "area:town")
	push.Env = environ
	if out, err := push.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return home, environ
}

// haveShell reports whether a shell is there. A machine of CI must have it.
func haveShell(t *testing.T, shell string) bool {
	t.Helper()
	if _, err := exec.LookPath(shell); err == nil {
		return true
	}
	if os.Getenv("CI") != "" {
		t.Fatalf("%s is not installed: apt-get install %s", shell, shell)
	}
	t.Logf("%s is not installed; its completion is not tested", shell)
	return false
}

// TestCompletionInShells types into bash and zsh on a terminal. There nrepo is
// a function that shows its arguments; the script itself asks the program.
func TestCompletionInShells(t *testing.T) {
	t.Parallel()
	const show = `nrepo() { local IFS="|"; echo "<$*>"; }` + "\n"
	for _, shell := range []struct {
		name    string
		args    []string
		prepare string
		listing string // what two Tabs after "nrepo key " show
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
	} {
		t.Run(shell.name, func(t *testing.T) {
			t.Parallel()
			if !haveShell(t, shell.name) {
				return
			}
			home, environ := completionWorld(t)
			s := startTerminal(t, environ, "sh", append([]string{"-c", `cd && cd work && exec "$@"`, "sh", shell.name}, shell.args...)...)
			if err := pty.Setsize(s.pty, &pty.Winsize{Rows: 24, Cols: 100}); err != nil {
				t.Fatal(err)
			}
			s.write(shell.prepare + show + "echo READY | tr A-Z a-z\n")
			s.await("ready")
			for _, c := range completions {
				from := len(s.text())
				s.write(c.typed + "\t")
				s.write("\n")
				if got := s.shown(from, "<", ">"); got != c.want {
					t.Errorf("%q becomes %q, want %q", c.typed, got, c.want)
				}
			}
			s.write("nrepo key \t\t")
			s.await(shell.listing)
			if _, err := os.Stat(filepath.Join(home, "mark")); err == nil {
				t.Error("a plugin that did not opt in was run")
			}
		})
	}
}

// shown waits for a line of the form open…end on the screen behind from, and
// returns what stands between.
func (s *terminal) shown(from int, open, end string) string {
	s.t.Helper()
	limit := time.After(30 * time.Second)
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

// TestCompletionInFish asks fish itself, which has a command for that, with the
// script where nrepo completion --help says.
func TestCompletionInFish(t *testing.T) {
	t.Parallel()
	if !haveShell(t, "fish") {
		return
	}
	home, environ := completionWorld(t)
	ask := func(line string) string {
		t.Helper()
		cmd := exec.Command("fish", "-c", "complete -C $argv[1]", line)
		cmd.Env, cmd.Dir = environ, filepath.Join(home, "work")
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		return string(out)
	}
	install := exec.Command("sh", "-c", "mkdir -p ~/.config/fish/completions && nrepo completion fish > ~/.config/fish/completions/nrepo.fish")
	install.Env = environ
	if out, err := install.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for _, c := range completions {
		want, words := "", strings.Split(c.want, "|")
		if !slices.Equal(words, strings.Fields(c.typed)[1:]) {
			want = words[len(words)-1]
		}
		first, _, _ := strings.Cut(strings.TrimSuffix(ask(c.typed), "\n"), "\t")
		if first != want {
			t.Errorf("%q offers %q, want %q", c.typed, first, want)
		}
	}
	if got, want := ask("nrepo key "), "list\tList the API keys\ncreate\tCreate an API key and show it once\nrevoke\tEnd an API key for good\n"; sorted(got) != sorted(want) {
		t.Errorf("with descriptions: %q, want %q", got, want)
	}
	if _, err := os.Stat(filepath.Join(home, "mark")); err == nil {
		t.Error("a plugin that did not opt in was run")
	}
}

func sorted(lines string) string {
	return strings.Join(slices.Sorted(strings.Lines(lines)), "")
}
