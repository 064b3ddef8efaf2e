package main

import (
	"context"
	"flag"
	"slices"

	"github.com/peterbourgon/ff/v3/ffcli"

	"github.com/nrepo-cli/nrepo/pkg/neuralrepo"
	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

func moveCommand(ctx context.Context, env *plugin.Env) error {
	var ids string
	var dryRun bool
	fs := flag.NewFlagSet("move", flag.ContinueOnError)
	fs.StringVar(&ids, "ids", "", "more ideas, as in `1,2,3`")
	dryRunFlag(fs, &dryRun)
	env.Complete = completeIdeas(env, func(w plugin.Word) []string { return append([]string{kindIdea}, neuralrepo.Statuses()...) })
	return env.Run(ctx, &ffcli.Command{
		Name: "move",
		ShortUsage: `nrepo move IDEA… STATUS [flags]
nrepo move STATUS --ids 1,2,3 [flags]`,
		ShortHelp: "@(#)nrepo:summary.move=Change the status of ideas" + plugin.CompleteMarker,
		LongHelp: ideasHelp + `
STATUS is captured, exploring, building, shipped or shelved.

Examples:
  nrepo move 12 building
  nrepo move 12 14 shipped
  nrepo log --tag old -q | nrepo move - shelved` + neuralrepo.Variables,
		FlagSet: fs,
		Exec: func(ctx context.Context, args []string) error {
			to, words, err := statusAmong(args)
			if err != nil {
				return err
			}
			refs, err := ideaArgs(ctx, env, append(words, commaList(ids)...))
			if err != nil {
				return err
			}
			if len(refs) == 0 {
				return plugin.Usagef("needs an idea, as in `nrepo move 12 %s`", to)
			}
			return runMove(ctx, env, refs, to, len(refs) > 1 || ids != "", dryRun)
		},
	})
}

// statusAmong separates the status from the other arguments. It may be in any position,
// because no idea is written like a status.
func statusAmong(args []string) (to string, rest []string, err error) {
	for _, arg := range args {
		switch {
		case !slices.Contains(neuralrepo.Statuses(), arg):
			rest = append(rest, arg)
		case to != "":
			return "", nil, plugin.Usagef("two statuses are given, %s and %s", to, arg)
		default:
			to = arg
		}
	}
	if to != "" {
		return to, rest, nil
	}
	if len(rest) > 0 {
		if _, wrong := neuralrepo.ParseRef(rest[len(rest)-1]); wrong != nil {
			return "", nil, checkStatus(rest[len(rest)-1])
		}
	}
	return "", nil, plugin.Usagef("needs a status, as in `nrepo move 12 building`")
}

func runMove(ctx context.Context, env *plugin.Env, refs []neuralrepo.Ref, to string, bulk, dryRun bool) error {
	client, err := connect(env)
	if err != nil {
		return err
	}
	ideas, err := loadForChange(ctx, env, client, refs, dryRun)
	if err != nil {
		return err
	}
	what := func(idea neuralrepo.Idea) string { return arrow(idea.Status, to) }
	if dryRun {
		return rehearse(env, moved, changesOf(ideas, what)...)
	}
	if !bulk {
		idea, err := client.UpdateIdea(ctx, ideas[0].ID, neuralrepo.IdeaUpdate{Status: &to})
		if err != nil {
			return err
		}
		return env.Print(idea, changeOf(ideas[0], what(ideas[0])).line(moved.done))
	}
	result, err := client.UpdateIdeas(ctx, idsOf(ideas), neuralrepo.BulkUpdate{Status: to})
	return printBulk(env, moved, ideas, result, err, what)
}
