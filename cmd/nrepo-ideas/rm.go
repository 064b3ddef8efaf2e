package main

import (
	"cmp"
	"context"
	"flag"

	"github.com/peterbourgon/ff/v3/ffcli"

	"github.com/nrepo-cli/nrepo/pkg/neuralrepo"
	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

func rmCommand(ctx context.Context, env *plugin.Env) error {
	var dryRun bool
	fs := flag.NewFlagSet("rm", flag.ContinueOnError)
	dryRunFlag(fs, &dryRun)
	forceFlag(fs)
	env.Complete = completeIdeas(env, everyArgument)
	return env.Run(ctx, &ffcli.Command{
		Name:       "rm",
		ShortUsage: "nrepo rm IDEA… [flags]",
		ShortHelp:  "@(#)nrepo:summary.rm=Archive ideas" + plugin.CompleteMarker,
		LongHelp: ideasHelp + `
Archived ideas no longer appear in lists. The API cannot restore them.

Examples:
  nrepo rm 12
  nrepo rm 12 14 --dry-run` + neuralrepo.Variables,
		FlagSet: fs,
		Exec: func(ctx context.Context, args []string) error {
			if len(args) == 0 {
				return plugin.Usagef("needs an idea, as in `nrepo rm 12`")
			}
			refs, err := ideaArgs(ctx, env, args)
			if err != nil {
				return err
			}
			return runRm(ctx, env, refs, dryRun)
		},
	})
}

// removed is the JSON result for an archived idea.
type removed struct {
	Success  bool          `json:"success"`
	Archived neuralrepo.ID `json:"archived"`
	Error    string        `json:"error,omitempty"`
}

func runRm(ctx context.Context, env *plugin.Env, refs []neuralrepo.Ref, dryRun bool) error {
	client, err := connect(env)
	if err != nil {
		return err
	}
	ideas, err := loadForChange(ctx, env, client, refs, dryRun)
	if err != nil {
		return err
	}
	if dryRun {
		return rehearse(env, archived, changesOf(ideas, nothing)...)
	}
	var results []removed
	var outcomes []outcome
	var failed error
	for i, idea := range ideas {
		o, r := outcome{change: changeOf(idea, "")}, removed{Success: true, Archived: idea.ID}
		if err := client.ArchiveIdea(ctx, idea.ID); err != nil {
			if len(ideas) == 1 || endsAll(err) {
				failed = after(i, len(ideas), "idea", err)
				break
			}
			o.failed, r.Success, r.Error = err.Error(), false, err.Error()
		}
		outcomes, results = append(outcomes, o), append(results, r)
	}
	switch {
	case len(results) == 0:
		return failed
	case len(refs) == 1:
		return printOutcomes(env, archived, results[0], outcomes)
	}
	printed := printOutcomes(env, archived, results, outcomes)
	return cmp.Or(failed, printed)
}

func nothing(neuralrepo.Idea) string { return "" }
