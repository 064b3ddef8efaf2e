package plugin_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/peterbourgon/ff/v3/ffcli"

	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

// tree is a command with a subcommand and flags of each kind.
func tree() *ffcli.Command {
	fs := flag.NewFlagSet("show", flag.ContinueOnError)
	fs.String("color", "", "paint it in `COLOR`")
	fs.Bool("n", false, "show numbers")
	exec := func(context.Context, []string) error { return nil }
	return &ffcli.Command{
		Name:      "zoo",
		ShortHelp: plugin.SummaryMarker + "Look after animals" + plugin.CompleteMarker,
		Exec:      exec,
		Subcommands: []*ffcli.Command{
			{Name: "show", ShortHelp: "Show an animal", FlagSet: fs, Exec: exec},
			{Name: "shut", ShortHelp: "Shut the gate", Exec: exec},
			{Name: "group", ShortHelp: "Only subcommands", Subcommands: []*ffcli.Command{{Name: "in", Exec: exec}}},
		},
	}
}

// echo is a hook that returns the word it was called with.
func echo(_ context.Context, w plugin.Word) []plugin.Candidate {
	return []plugin.Candidate{
		{Text: w.Prefix + "!", Help: fmt.Sprintf("%s|%s|%s", w.Command, w.Flag, strings.Join(w.Args, ","))},
		{Text: strings.TrimSuffix(w.Prefix, "!")[:len(w.Prefix)/2]}, // does not start with the prefix
		{Text: w.Prefix + "\tbroken"},
		{Text: w.Prefix + "\nbroken"},
		{},
	}
}

func TestComplete(t *testing.T) {
	t.Parallel()
	const common = "--help\tshow this help\n--human\tprint text for people\n--json\tprint JSON\n--version\tshow the version\n"
	for _, tt := range []struct {
		words string // the last word is being typed
		want  string
	}{
		{"sh", "show\tShow an animal\nshut\tShut the gate\nsh!\t||\n"},
		{"show li", "li!\tshow||\n"},
		{"show lion ti", "ti!\tshow||lion\n"},
		{"lion sh", "sh!\t||lion\n"},
		{"group i", "in\n"},
		{"group in ", "!\tgroup in||\n"},
		{"show -", "--color\tpaint it in COLOR\n-n\tshow numbers\n" + common},
		{"show --c", "--color\tpaint it in COLOR\n"},
		{"--", common},
		{"-", common},
		{"show --color r", "r!\tshow|color|\n"},
		{"show --color --", "--!\tshow|color|\n"},
		{"show --color=r", "--color=r!\tshow|color|\n"},
		{"show -color=r", "-color=r!\tshow|color|\n"},
		{"show --color=red li", "li!\tshow||\n"},
		{"show --color red li", "li!\tshow||\n"},
		{"show -n li", "li!\tshow||\n"},
		{"show --json lion ", "!\tshow||lion\n"},
		{"show --nosuch li", "li!\tshow||\n"},
		{"show --nosuch=r", ""},
		{"show -- -", "-!\tshow||\n"},
		{"show -- a -", "-!\tshow||a\n"},
		{"-- sh", "sh!\t||\n"},
	} {
		var stdout bytes.Buffer
		env := &plugin.Env{
			Name: "nrepo zoo", Args: append([]string{"__complete"}, strings.Split(tt.words, " ")...),
			Stdout: &stdout, Complete: echo, Getenv: func(string) string { return "" },
		}
		if err := env.Run(context.Background(), tree()); err != nil || stdout.String() != tt.want {
			t.Errorf("%q: %v\n%swant\n%s", tt.words, err, stdout.String(), tt.want)
		}
	}
}

// TestCompleteReadOnly checks that a hook cannot change the login, because the dispatcher
// may kill it.
func TestCompleteReadOnly(t *testing.T) {
	t.Parallel()
	env := &plugin.Env{
		Args: []string{"__complete", ""}, Stdout: io.Discard, Getenv: func(string) string { return "" },
	}
	asked := false
	env.Complete = func(context.Context, plugin.Word) []plugin.Candidate {
		asked = env.Auth().ReadOnly
		return nil
	}
	if err := env.Run(context.Background(), tree().Subcommands[0]); err != nil || !asked {
		t.Errorf("error %v; the login is read-only: %t", err, asked)
	}
}

// TestCompleteWithoutWords checks that there are no candidates and no panic if the
// dispatcher sends no word.
func TestCompleteWithoutWords(t *testing.T) {
	t.Parallel()
	var stdout bytes.Buffer
	env := &plugin.Env{Args: []string{"__complete"}, Stdout: &stdout}
	if err := env.Run(context.Background(), tree()); err != nil || stdout.Len() > 0 {
		t.Errorf("%v, %q", err, stdout.String())
	}
}

// TestMarkersAreNotShown checks that help shows the summary without its markers, and that
// the dispatcher knows these markers.
func TestMarkersAreNotShown(t *testing.T) {
	t.Parallel()
	var stdout bytes.Buffer
	env := &plugin.Env{Args: []string{"--help"}, Stdout: &stdout, Getenv: func(string) string { return "" }}
	env.Report(env.Run(context.Background(), tree()))
	if text := stdout.String(); !strings.HasPrefix(text, "Look after animals\n\nUsage:") || strings.Contains(text, "@(#)") {
		t.Errorf("help is %q", text)
	}
	if got := tree().ShortHelp; got != "@(#)nrepo:summary=Look after animals\n@(#)nrepo:complete=1\n" {
		t.Errorf("the markers are %q", got)
	}
}

// TestLongFlagsAreWrapped checks that help is at most 80 columns wide.
func TestLongFlagsAreWrapped(t *testing.T) {
	t.Parallel()
	var stdout bytes.Buffer
	fs := flag.NewFlagSet("x", flag.ContinueOnError)
	fs.String("long-name-of-a-flag", "", strings.Repeat("word ", 40))
	env := &plugin.Env{Args: []string{"--help"}, Stdout: &stdout, Getenv: func(string) string { return "" }}
	env.Report(env.Run(context.Background(), &ffcli.Command{Name: "x", FlagSet: fs}))
	for line := range strings.Lines(stdout.String()) {
		if len(line) > 81 {
			t.Errorf("%d columns: %s", len(line)-1, line)
		}
	}
	if n := strings.Count(stdout.String(), "word"); n != 40 {
		t.Errorf("%d of 40 words are shown", n)
	}
}

// A hook completes a command's arguments and the values of its flags.
func ExampleEnv_Complete() {
	env := &plugin.Env{
		Name:   "nrepo paint",
		Args:   []string{"__complete", "wall", "--color", "g"}, // as nrepo calls it
		Stdout: os.Stdout,
		Complete: func(ctx context.Context, w plugin.Word) []plugin.Candidate {
			if w.Flag != "color" {
				return nil
			}
			return []plugin.Candidate{{Text: "green", Help: "as grass"}, {Text: "grey"}, {Text: "red"}}
		},
	}
	fs := flag.NewFlagSet("paint", flag.ContinueOnError)
	fs.String("color", "", "the `COLOR`")
	env.Run(context.Background(), &ffcli.Command{
		Name:      "paint",
		ShortHelp: plugin.SummaryMarker + "Paint something" + plugin.CompleteMarker,
		FlagSet:   fs,
		Exec:      func(context.Context, []string) error { return nil },
	})
	// Output:
	// green	as grass
	// grey
}

// File names are completed only if the help says that a file is expected.
func TestCompleteFiles(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]bool{
		"":                 false,
		"load ":            true,
		"load a ":          true,
		"load -":           false,
		"load --to ":       true,
		"load --to=":       true,
		"load --label ":    false,
		"load --label x ":  true,
		"load -- -":        true,
		"list ":            false,
		"list --from ":     true,
		"list --from x ":   false,
		"list --from=x -":  false,
		"list --dry-run x": false,
	} {
		list := flag.NewFlagSet("list", flag.ContinueOnError)
		list.String("from", "", "read `FILE`")
		list.Bool("dry-run", false, "read no file")
		load := flag.NewFlagSet("load", flag.ContinueOnError)
		load.String("to", "", "write to `DIR`")
		load.String("label", "", "name the file `LABEL`")
		exec := func(context.Context, []string) error { return nil }
		var out strings.Builder
		env := &plugin.Env{Args: append([]string{"__complete"}, strings.Split(line, " ")...), Stdout: &out}
		err := env.Run(t.Context(), &ffcli.Command{Name: "x", Subcommands: []*ffcli.Command{
			{Name: "list", ShortUsage: "nrepo x list TAG", FlagSet: list, Exec: exec},
			{Name: "load", ShortUsage: "nrepo x load <file>... [flags]", FlagSet: load, Exec: exec},
		}})
		if got := strings.Contains(out.String(), "\tfiles\n"); err != nil || got != want {
			t.Errorf("%q: %v, %q", line, err, out.String())
		}
	}
}
