package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os/exec"
	"slices"
	"strings"
	"sync"

	"github.com/peterbourgon/ff/v3/ffcli"

	"github.com/nrepo-cli/nrepo/internal/conformance"
	"github.com/nrepo-cli/nrepo/pkg/output"
	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

func checkCommand(env *plugin.Env) *ffcli.Command {
	return &ffcli.Command{
		Name:       "check",
		ShortUsage: "nrepo sandbox check [flags] <plugin> [-- [<argument>...]]",
		ShortHelp:  "Check a plugin against the plugin contract",
		LongHelp: `
check runs the plugin several times, each time against a private sandbox, and
shows which rules it follows. After --, give arguments with which the plugin
should succeed; without them, check only tries help, wrong use and errors. If
the plugin breaks a rule, the exit code is 1, also with --json.

Examples:
  nrepo sandbox check nrepo-hello
  nrepo sandbox check ./nrepo-count -- --all`,
		Exec: func(_ context.Context, args []string) error {
			if len(args) == 0 {
				return plugin.Usagef("needs a plugin, as in `nrepo sandbox check ./nrepo-hello`")
			}
			path, err := exec.LookPath(args[0])
			if err != nil {
				why := errors.Unwrap(err)
				if call, ok := errors.AsType[*fs.PathError](err); ok {
					why = call.Err
				}
				return plugin.Usagef("cannot run %s: %w", output.Shorten(args[0]), why)
			}
			p := conformance.Plugin{Path: path, Exe: env.Getenv("NREPO_EXE")}
			if slices.Contains(env.Args, "--") {
				p.Args = args[1:]
			} else if len(args) > 1 {
				return plugin.Usagef("put arguments for the plugin after --, as in `nrepo sandbox check nrepo-count -- --all`")
			}
			if p.Exe == "" {
				p.Exe, _ = exec.LookPath("nrepo") // without nrepo, only plugins that run it fail
			}
			return check(env, p)
		},
	}
}

// checked is a rule and how the plugin breaks it, as in JSON.
type checked struct {
	Rule     string   `json:"rule"`
	Says     string   `json:"says"`
	OK       bool     `json:"ok"` // also true if the rule was not tried
	Tried    bool     `json:"tried"`
	Problems []string `json:"problems"`
}

// check tries all rules at the same time: each run has its own sandbox.
func check(env *plugin.Env, p conformance.Plugin) error {
	rules := conformance.Rules()
	results := make([]checked, len(rules))
	var runs sync.WaitGroup
	for i, rule := range rules {
		runs.Go(func() {
			problems := append([]string{}, rule.Check(p)...)
			results[i] = checked{rule.Name, rule.Says, len(problems) == 0, rule.Tried(p), problems}
		})
	}
	runs.Wait()
	var text strings.Builder
	broken := 0
	for _, r := range results {
		word := "ok    "
		switch {
		case !r.OK:
			word = "BROKEN"
			broken++
		case !r.Tried:
			word = "-     "
			r.Problems = []string{"not tried: give arguments with which it should succeed, after --"}
		}
		fmt.Fprintf(&text, "%s  %s: %s\n", word, r.Rule, r.Says)
		for _, problem := range r.Problems {
			fmt.Fprintf(&text, "        %s\n", output.SafeLine(problem))
		}
	}
	if err := env.Print(map[string]any{"plugin": p.Path, "ok": broken == 0, "rules": results}, text.String()); err != nil {
		return err
	}
	if broken > 0 {
		return &output.Error{
			Err:  fmt.Errorf("%d of %d rules are broken", broken, len(rules)),
			Hint: "the rules are in docs/plugin-contract.md",
		}
	}
	return nil
}
