package e2e

import (
	"encoding/json"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

var update = flag.Bool("update", false, "write docs/commands.md or docs/session.svg anew")

// helpText is the help of a command. name is what the user types.
type helpText struct{ name, text string }

// helpTexts returns the help of every program, built-in and subcommand.
func helpTexts(t *testing.T) []helpText {
	t.Helper()
	bin := binaries(t)
	var all []helpText
	add := func(name string, args ...string) string {
		cmd := exec.Command(filepath.Join(bin, "nrepo"), args...)
		cmd.Env = []string{"PATH="}
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		all = append(all, helpText{name, string(out)})
		return string(out)
	}
	add("nrepo", "--help")
	cmd := exec.Command(filepath.Join(bin, "nrepo"), "commands", "--json")
	cmd.Env = []string{"PATH="}
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var list struct {
		Commands []struct {
			Name, Origin string
			Installed    bool
		}
	}
	if err := json.Unmarshal(out, &list); err != nil {
		t.Fatal(err)
	}
	var official []string
	for _, c := range list.Commands {
		if c.Origin == "builtin" {
			add("nrepo "+c.Name, c.Name, "--help")
		} else if c.Installed {
			official = append(official, c.Name)
		}
	}
	for _, name := range official {
		text := add("nrepo "+name, name, "--help")
		if name == "ideas" {
			continue // its commands also have their own programs
		}
		_, commands, _ := strings.Cut(text, "\nCommands:\n")
		commands, _, _ = strings.Cut(commands, "\n\n")
		for _, sub := range firstWords(commands) {
			add("nrepo "+name+" "+sub, name, sub, "--help")
		}
	}
	return all
}

func firstWords(lines string) (words []string) {
	for line := range strings.Lines(lines) {
		if fields := strings.Fields(line); len(fields) > 0 {
			words = append(words, fields[0])
		}
	}
	return words
}

// TestCommandsPage compares docs/commands.md, which `make docs` writes, with --help.
func TestCommandsPage(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("<!-- Made from --help by `make docs`; edit the programs. -->\n\n# Commands\n")
	for _, h := range helpTexts(t) {
		b.WriteString("\n## " + h.name + "\n\n```text\n" + h.text + "```\n")
	}
	const path = "../docs/commands.md"
	if *update {
		if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	page, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(page) != b.String() {
		t.Error("docs/commands.md is not what --help prints: run `make docs`")
	}
}

// TestHelpStyle checks that the help of all commands has the same form.
func TestHelpStyle(t *testing.T) {
	t.Parallel()
	all := helpTexts(t)
	if len(all) < 17 {
		t.Errorf("only %d commands have help", len(all))
	}
	for _, h := range all {
		for _, problem := range helpProblems(h) {
			t.Errorf("%s --help: %s", h.name, problem)
		}
	}
}

func helpProblems(h helpText) (problems []string) {
	for line := range strings.Lines(h.text) {
		line = strings.TrimSuffix(line, "\n")
		if n := utf8.RuneCountInString(line); n > 80 {
			problems = append(problems, "this line is wider than 80 columns: "+line)
		}
		if strings.TrimRight(line, " \t") != line {
			problems = append(problems, "blanks end this line: "+line)
		}
	}
	if !regexp.MustCompile(`(?mi)^(usage:)?\s*` + regexp.QuoteMeta(h.name) + `( |$)`).MatchString(h.text) {
		problems = append(problems, "no usage line begins with the command")
	}
	if strings.Contains(h.text, "@(#)") {
		problems = append(problems, "a marker is shown")
	}
	if first, _, _ := strings.Cut(h.text, "\n"); strings.HasSuffix(first, ".") {
		problems = append(problems, "the first line ends in a full stop")
	}
	return problems
}

// TestHelpProblems checks that the problems are found.
func TestHelpProblems(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{
		"Do it\n\nUsage:\n  nrepo x [flags]\n": 0,
		"usage: nrepo x\n":                     0,
		"Do it.\n\nUsage:\n  nrepo x\n":        1,
		"Do it\n\nUsage:\n  nrepo xy\n":        1,
		"Do it \nUsage:\n  nrepo x\n":          1,
		"@(#)x\n  nrepo x\n":                   1,
		"nrepo x " + strings.Repeat("é", 73):   1,
		"nrepo x " + strings.Repeat("é", 72):   0,
	} {
		if got := helpProblems(helpText{"nrepo x", text}); len(got) != want {
			t.Errorf("%q: %q", text, got)
		}
	}
}
