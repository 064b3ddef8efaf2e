package plugin

import (
	"context"
	"errors"
	"flag"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/peterbourgon/ff/v3/ffcli"
)

// If a command has a UsageFunc, its text is the help.
func TestUsageFunc(t *testing.T) {
	t.Parallel()
	p := newProcess(t, nil, "--help")
	cmd := demo(p.Env)
	cmd.ShortHelp = SummaryMarker + "Show" + CompleteMarker
	cmd.UsageFunc = func(c *ffcli.Command) string { return "my help: " + c.ShortHelp }
	if code := p.Report(p.Run(t.Context(), cmd)); code != ExitOK || p.stdout.String() != "my help: Show\n" {
		t.Errorf("exit code %d, %q", code, &p.stdout)
	}
	if cmd.ShortHelp == "Show" {
		t.Error("the command was changed")
	}
}

func TestOwnExitCodes(t *testing.T) {
	t.Parallel()
	p := newProcess(t, nil, "--help")
	p.ExitCodes = map[int]string{65: "nothing is stale", 64: "the list is not sorted"}
	p.Report(p.Run(t.Context(), &ffcli.Command{Name: "demo"}))
	if !strings.HasSuffix(p.stdout.String(), "130 interrupted\n  64 the list is not sorted\n  65 nothing is stale\n") {
		t.Errorf("%s", &p.stdout)
	}
	if code := p.Report(&ExitError{Code: 65, Err: errors.New("x")}); code != 65 {
		t.Errorf("exit code %d", code)
	}
}

// A mistake of the program's author causes a panic.
func TestMistakesPanic(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"json", "human", "help", "version", "h"} {
		fs := flag.NewFlagSet("demo", flag.ContinueOnError)
		fs.Bool(name, false, "mine")
		for _, cmd := range []*ffcli.Command{{Name: "demo", FlagSet: fs}, {Name: "demo", Subcommands: []*ffcli.Command{{Name: "sub", FlagSet: fs}}}} {
			if !panics(func() { newProcess(t, nil).Run(context.Background(), cmd) }) {
				t.Errorf("a flag --%s of its own is taken", name)
			}
		}
	}
	for code, want := range map[int]bool{0: true, 63: true, 64: false, 113: false, 114: true} {
		p := newProcess(t, nil)
		p.ExitCodes = map[int]string{code: "x"}
		if got := panics(func() { p.Run(context.Background(), demo(p.Env)) }); got != want {
			t.Errorf("exit code %d: panics %t", code, got)
		}
	}
}

func panics(f func()) (yes bool) {
	defer func() { yes = recover() != nil }()
	f()
	return false
}

// Run does not change a FlagSet, except that it adds the common flags.
func TestFlagSetIsLeftAlone(t *testing.T) {
	t.Parallel()
	var messages strings.Builder
	fs := flag.NewFlagSet("mine", flag.ExitOnError)
	fs.SetOutput(&messages)
	p := newProcess(t, nil, "--nosuch")
	for range 2 { // a tree can be run several times
		if code := p.Report(p.Run(t.Context(), &ffcli.Command{Name: "demo", FlagSet: fs})); code != ExitUsage {
			t.Errorf("exit code %d", code)
		}
	}
	if fs.Name() != "mine" || fs.ErrorHandling() != flag.ExitOnError || fs.Output() != io.Writer(&messages) || messages.Len() > 0 {
		t.Errorf("%s, %v, %q", fs.Name(), fs.ErrorHandling(), messages.String())
	}
}

// An Env has the streams of the process, and no variables.
func TestZeroEnv(t *testing.T) {
	t.Setenv("NEURALREPO_OUTPUT", "json")
	env := &Env{}
	if format, err := env.Format(); err != nil || format != "human" {
		t.Errorf("format %q, %v", format, err)
	}
	if env.Stdin != os.Stdin || env.Stdout != os.Stdout || env.Stderr != os.Stderr {
		t.Errorf("streams %v, %v, %v", env.Stdin, env.Stdout, env.Stderr)
	}
	if cred, err := env.Auth().Credential(); err == nil {
		t.Errorf("a credential from %s", cred.Source)
	}
}
