package plugin

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/peterbourgon/ff/v3/ffcli"
)

// zoo is the program that TestMain runs.
var zoo = Program{
	Name:      "zoo",
	ShortHelp: "@(#)nrepo:summary.zoo=" + "Look after animals" + CompleteMarker,
	Commands: []Command{
		{"feed", animal("feed", "@(#)nrepo:summary.feed="+"Feed an animal"+CompleteMarker)},
		{"pet", animal("pet", "@(#)nrepo:summary.pet="+"Pet an animal"+CompleteMarker)},
	},
}

func animal(name, shortHelp string) func(context.Context, *Env) error {
	return func(ctx context.Context, env *Env) error {
		env.Complete = func(context.Context, Word) []Candidate { return []Candidate{{Text: "lion"}} }
		return env.Run(ctx, &ffcli.Command{
			Name:       name,
			ShortUsage: "nrepo " + name + " <animal>",
			ShortHelp:  shortHelp,
			Exec: func(_ context.Context, args []string) error {
				if len(args) != 1 {
					return Usagef("needs an animal")
				}
				return env.Print(map[string]string{name: args[0]}, env.Name+": "+args[0]+"\n")
			},
		})
	}
}

// inDir puts the test binary as nrepo-zoo into a new directory.
func inDir(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	if err := os.Link(os.Args[0], filepath.Join(dir, "nrepo-zoo"+exe())); err != nil {
		if err := copyFile(os.Args[0], filepath.Join(dir, "nrepo-zoo"+exe())); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func exe() string {
	if runtime.GOOS == "windows" {
		return ".exe"
	}
	return ""
}

// runIn runs a program in dir, with human output.
func runIn(dir, program string, args ...string) (stdout, stderr string, code int) {
	cmd := exec.Command(filepath.Join(dir, program+exe()), args...)
	cmd.Env = append(os.Environ(), "NREPO_TEST_HELPER=program", "NEURALREPO_OUTPUT=human")
	var out, errs strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &errs
	cmd.Run()
	return out.String(), errs.String(), cmd.ProcessState.ExitCode()
}

func TestProgram(t *testing.T) {
	t.Parallel()
	dir := inDir(t)
	if _, stderr, code := runIn(dir, "nrepo-zoo", "--install"); code != ExitOK {
		t.Fatalf("--install: exit code %d, %s", code, stderr)
	}
	for _, tt := range []struct {
		line   string
		code   int
		stdout string
		stderr string
	}{
		{"nrepo-feed lion", ExitOK, "nrepo feed: lion\n", ""},
		{"nrepo-pet lion", ExitOK, "nrepo pet: lion\n", ""},
		{"nrepo-zoo feed lion", ExitOK, "nrepo zoo feed: lion\n", ""},
		{"nrepo-zoo --json feed lion", ExitOK, "{\n  \"feed\": \"lion\"\n}\n", ""},
		{"nrepo-zoo --human --json feed lion", ExitUsage, "", "cannot be used together"},
		{"nrepo-feed feed", ExitOK, "nrepo feed: feed\n", ""}, // the second feed is an argument
		{"nrepo-feed", ExitUsage, "", "nrepo feed: needs an animal"},
		{"nrepo-zoo feed", ExitUsage, "", "nrepo zoo feed --help"},
		{"nrepo-zoo", ExitOK, "Commands:\n  feed  Feed an animal\n  pet   Pet an animal\n", ""},
		{"nrepo-zoo --json", ExitOK, "{\n  \"commands\": [\n    {\n      \"name\": \"feed\",\n      \"summary\": \"Feed an animal\"\n", ""},
		{"nrepo-zoo --help", ExitOK, "Look after animals\n", ""},
		{"nrepo-feed --help", ExitOK, "Feed an animal\n\nUsage:\n  nrepo feed <animal>\n", ""},
		{"nrepo-zoo feed --help", ExitOK, "Feed an animal\n", ""},
		{"nrepo-zoo --help feed", ExitOK, "Feed an animal\n", ""},
		{"nrepo-feed --version", ExitOK, "nrepo-feed ", ""},
		{"nrepo-zoo --version", ExitOK, "nrepo-zoo ", ""},
		{"nrepo-zoo feed --version", ExitOK, "nrepo-zoo ", ""},
		{"nrepo-zoo fee", ExitUsage, "", "feed"},
		{"nrepo-zoo --install fee", ExitUsage, "", "feed"},
		{"nrepo-zoo --install --uninstall", ExitUsage, "", "cannot be used together"},
		{"nrepo-zoo __complete fe", ExitOK, "feed\tFeed an animal\n", ""},
		{"nrepo-zoo __complete feed", ExitOK, "feed\tFeed an animal\n", ""},
		{"nrepo-zoo __complete --un", ExitOK, "--uninstall\tremove these links\n", ""},
		{"nrepo-zoo __complete feed l", ExitOK, "lion\n", ""},
		{"nrepo-zoo __complete --json feed l", ExitOK, "lion\n", ""},
		{"nrepo-feed __complete l", ExitOK, "lion\n", ""},
		{"nrepo-zoo __complete", ExitOK, "", ""},
	} {
		words := strings.Fields(tt.line)
		stdout, stderr, code := runIn(dir, words[0], words[1:]...)
		if code != tt.code || !strings.Contains(stdout, tt.stdout) || !strings.Contains(stderr, tt.stderr) || (tt.stderr == "") != (stderr == "") {
			t.Errorf("%s: exit code %d\n%s%s", tt.line, code, stdout, stderr)
		}
		if strings.Contains(stdout, "@(#)") {
			t.Errorf("%s shows a marker: %s", tt.line, stdout)
		}
	}
}

// links returns the status of each name in the JSON of --install.
func links(t *testing.T, stdout string) string {
	t.Helper()
	var result struct {
		Links []struct{ Name, Path, Status string }
	}
	if err := json.Unmarshal([]byte(stdout), &result); err != nil {
		t.Fatalf("%v: %s", err, stdout)
	}
	var words []string
	for _, l := range result.Links {
		words = append(words, l.Name+" "+l.Status)
	}
	return strings.Join(words, ", ")
}

func TestInstall(t *testing.T) {
	t.Parallel()
	dir := inDir(t)
	for _, tt := range []struct{ args, want string }{
		{"--install feed", "feed created"},
		{"--install", "feed present, pet created"},
		{"--uninstall pet", "pet removed"},
		{"--uninstall", "feed removed, pet absent"},
		{"--install", "feed created, pet created"},
	} {
		stdout, stderr, code := runIn(dir, "nrepo-zoo", append(strings.Fields(tt.args), "--json")...)
		if got := links(t, stdout); code != ExitOK || got != tt.want {
			t.Errorf("%s: exit code %d, %s%s", tt.args, code, got, stderr)
		}
	}
	if runtime.GOOS != "windows" {
		if to, err := os.Readlink(filepath.Join(dir, "nrepo-feed")); err != nil || to != "nrepo-zoo" {
			t.Errorf("nrepo-feed leads to %q, %v", to, err)
		}
	}
	// Links are created beside the path that started the program, even if it is a link.
	if runtime.GOOS != "windows" {
		bin := t.TempDir()
		if err := os.Symlink(filepath.Join(dir, "nrepo-zoo"), filepath.Join(bin, "nrepo-zoo")); err != nil {
			t.Fatal(err)
		}
		runIn(bin, "nrepo-zoo", "--install")
		if stdout, _, _ := runIn(bin, "nrepo-pet", "cat"); stdout != "nrepo pet: cat\n" {
			t.Errorf("a link beside a link prints %q", stdout)
		}
	}
}

// Other files are left alone, and all other links are created.
func TestInstallBesideOtherFiles(t *testing.T) {
	t.Parallel()
	dir := inDir(t)
	other := filepath.Join(dir, "nrepo-feed"+exe())
	if err := os.WriteFile(other, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, flag := range []string{"--install", "--uninstall"} {
		stdout, stderr, code := runIn(dir, "nrepo-zoo", flag)
		if code != ExitFailure || !strings.Contains(stdout, "nrepo-pet") || !strings.Contains(stderr, "nrepo-feed") {
			t.Errorf("%s: exit code %d, %s%s", flag, code, stdout, stderr)
		}
		if stdout, _, code := runIn(dir, "nrepo-zoo", flag, "--json"); code != ExitFailure || stdout != "" {
			t.Errorf("%s --json: exit code %d, %s", flag, code, stdout)
		}
		if text, err := os.ReadFile(other); err != nil || string(text) != "mine" {
			t.Errorf("%s: the other file holds %q, %v", flag, text, err)
		}
	}
	if stdout, _, code := runIn(dir, "nrepo-zoo", "--install", "pet"); code != ExitOK || !strings.Contains(stdout, "created") {
		t.Errorf("exit code %d, %s", code, stdout)
	}
}
