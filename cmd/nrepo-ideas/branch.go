package main

import (
	"context"
	"flag"
	"fmt"

	"github.com/peterbourgon/ff/v3/ffcli"

	"github.com/nrepo-cli/nrepo/pkg/neuralrepo"
	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

func branchCommand(ctx context.Context, env *plugin.Env) error {
	var dryRun bool
	var text bodyFlags
	fs := flag.NewFlagSet("branch", flag.ContinueOnError)
	var title *string
	textFlag(fs, &title, "title", "the `TITLE` of the new idea; by default the title of its parent")
	text.register(env, fs)
	dryRunFlag(fs, &dryRun)
	env.Complete = completeIdeas(env, oneArgument)
	return env.Run(ctx, &ffcli.Command{
		Name:       "branch",
		ShortUsage: "nrepo branch IDEA [flags]",
		ShortHelp:  "@(#)nrepo:summary.branch=Capture an idea that grows out of another" + plugin.CompleteMarker,
		LongHelp: `
IDEA becomes the parent of the new idea, which gets the same tags. Without
--title or a body, the title or body of IDEA is copied too.

Examples:
  nrepo branch 12 --title "Wind turbines on tram stops"
  nrepo branch 12 --body-file notes.md` + neuralrepo.Variables,
		FlagSet: fs,
		Exec: func(ctx context.Context, args []string) error {
			r, err := oneIdea(args, "nrepo branch 12")
			if err != nil {
				return err
			}
			body, err := text.read(ctx, env)
			if err != nil {
				return err
			}
			return runBranch(ctx, env, r, title, body, dryRun)
		},
	})
}

func runBranch(ctx context.Context, env *plugin.Env, r neuralrepo.Ref, title, body *string, dryRun bool) error {
	client, err := connect(env)
	if err != nil {
		return err
	}
	parent, err := client.IdeaByRef(ctx, r)
	if err != nil {
		return err
	}
	child := neuralrepo.NewIdea{Title: parent.Title, Body: parent.Body, Tags: parent.Tags, Source: "cli", ParentID: parent.ID}
	if title != nil {
		child.Title = *title
	}
	if body != nil {
		child.Body = *body
	}
	if err := child.Validate(); err != nil {
		return plugin.Usagef("%w", err)
	}
	if dryRun {
		return rehearse(env, branched, changeWith(parent, fmt.Sprintf("as a new idea %q", shortTitle(child.Title))))
	}
	made, err := client.CreateIdea(ctx, child)
	if err != nil {
		return err
	}
	return env.Print(made, changeWith(parent, "as "+named(made)).line(branched.done))
}
