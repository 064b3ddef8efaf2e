package main

import (
	"context"
	"flag"

	"github.com/peterbourgon/ff/v3/ffcli"

	"github.com/nrepo-cli/nrepo/pkg/neuralrepo"
	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

func mergeCommand(ctx context.Context, env *plugin.Env) error {
	var dryRun bool
	fs := flag.NewFlagSet("merge", flag.ContinueOnError)
	dryRunFlag(fs, &dryRun)
	forceFlag(fs)
	env.Complete = completeIdeas(env, twoArguments)
	return env.Run(ctx, &ffcli.Command{
		Name:       "merge",
		ShortUsage: "nrepo merge KEEP ABSORB [flags]",
		ShortHelp:  "@(#)nrepo:summary.merge=Merge one idea into another" + plugin.CompleteMarker,
		LongHelp: `
KEEP gets the body, tags, links and relations of ABSORB. Then ABSORB is
archived.

Examples:
  nrepo merge 42 58 --dry-run
  nrepo merge 42 58` + neuralrepo.Variables,
		FlagSet: fs,
		Exec: func(ctx context.Context, args []string) error {
			keep, absorb, err := twoIdeas(args, "nrepo merge 42 58")
			if err != nil {
				return err
			}
			return runMerge(ctx, env, keep, absorb, dryRun)
		},
	})
}

func runMerge(ctx context.Context, env *plugin.Env, keep, absorb neuralrepo.Ref, dryRun bool) error {
	client, err := connect(env)
	if err != nil {
		return err
	}
	ideas, err := loadTwo(ctx, env, client, keep, absorb, dryRun)
	if err != nil {
		return err
	}
	what := changeWith(ideas[1], "into "+named(ideas[0])+", and archived it")
	if dryRun {
		what.Change = "into " + named(ideas[0]) + ", and archive it"
		return rehearse(env, merged, what)
	}
	kept, err := client.MergeIdeas(ctx, ideas[0].ID, ideas[1].ID)
	if err != nil {
		return err
	}
	return env.Print(kept, what.line(merged.done))
}
