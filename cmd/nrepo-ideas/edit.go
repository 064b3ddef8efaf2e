package main

import (
	"context"
	"flag"
	"fmt"

	"github.com/peterbourgon/ff/v3/ffcli"

	"github.com/nrepo-cli/nrepo/pkg/neuralrepo"
	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

func editCommand(ctx context.Context, env *plugin.Env) error {
	var text bodyFlags
	var addTags, removeTags []string
	var resume, dryRun bool
	fs := flag.NewFlagSet("edit", flag.ContinueOnError)
	var title, to *string
	textFlag(fs, &title, "title", "the new `TITLE`")
	text.register(env, fs)
	fs.Func("add-tag", "add a `TAG`; may be repeated", tagFlag(&addTags))
	fs.Func("remove-tag", "remove a `TAG`; may be repeated", tagFlag(&removeTags))
	textFlag(fs, &to, "status", "the new `STATUS`")
	fs.BoolVar(&resume, "resume", false, "list unsent texts, or reopen the one for IDEA")
	dryRunFlag(fs, &dryRun)
	env.Complete = completeIdeas(env, oneArgument)
	return env.Run(ctx, &ffcli.Command{
		Name: "edit",
		ShortUsage: `nrepo edit IDEA [flags]
nrepo edit --resume [IDEA]`,
		ShortHelp: "@(#)nrepo:summary.edit=Edit the title, body, tags or status of an idea" + plugin.CompleteMarker,
		LongHelp: `
Without flags, the idea opens in your editor: Markdown, with title, status and
tags at the top. Only the fields you change are sent. If somebody else changed
one of them in the meantime, nothing is overwritten. If anything fails, your
text stays in a file; nrepo edit --resume lists these files.

Examples:
  nrepo edit 12
  nrepo edit 12 --title "Wind turbines on bus stops" --add-tag energy
  nrepo edit 12 --body-file notes.md` + neuralrepo.Variables,
		FlagSet: fs,
		Exec: func(ctx context.Context, args []string) error {
			if resume && len(args) == 0 {
				return listDrafts(env)
			}
			r, err := oneIdea(args, "nrepo edit 12")
			if err != nil {
				return err
			}
			body, err := text.read(ctx, env)
			if err != nil {
				return err
			}
			if to != nil {
				if err := checkStatus(*to); err != nil {
					return err
				}
			}
			update := neuralrepo.IdeaUpdate{Title: title, Body: body, Status: to}
			tags := neuralrepo.BulkUpdate{AddTags: addTags, RemoveTags: removeTags}
			given := update != (neuralrepo.IdeaUpdate{}) || len(addTags)+len(removeTags) > 0
			switch {
			case resume && given:
				return plugin.Usagef("--resume cannot be used together with a change")
			case !given && !(plugin.IsTerminal(env.Stdin) && plugin.IsTerminal(env.Stdout)):
				return plugin.Usagef("there is no terminal for an editor: say what to change, as in --title or --body-file")
			case !given && dryRun:
				return plugin.Usagef("--dry-run needs a change, such as --title")
			case !given:
				return editText(ctx, env, r, resume)
			}
			return runEdit(ctx, env, r, update, tags, dryRun)
		},
	})
}

// runEdit makes the changes given by flags. Tags are added and removed one by one, not
// set as a list, so that a change by another client at the same time is not lost.
func runEdit(ctx context.Context, env *plugin.Env, r neuralrepo.Ref, update neuralrepo.IdeaUpdate, tags neuralrepo.BulkUpdate, dryRun bool) error {
	for _, check := range []struct {
		given bool
		err   error
	}{
		{update != (neuralrepo.IdeaUpdate{}), update.Validate()},
		{len(tags.AddTags)+len(tags.RemoveTags) > 0, tags.Validate()},
	} {
		if check.given && check.err != nil {
			return plugin.Usagef("%w", check.err)
		}
	}
	client, err := connect(env)
	if err != nil {
		return err
	}
	before, err := client.IdeaByRef(ctx, r)
	if err != nil {
		return err
	}
	after := applied(before, update, tags)
	what := changeOf(before, differences(before, after))
	if dryRun {
		return rehearse(env, updated, what)
	}
	result := before
	if update != (neuralrepo.IdeaUpdate{}) {
		if result, err = client.UpdateIdea(ctx, before.ID, update); err != nil {
			return err
		}
	}
	if len(tags.AddTags)+len(tags.RemoveTags) > 0 {
		bulk, err := client.UpdateIdeas(ctx, []neuralrepo.ID{before.ID}, tags)
		if err == nil && bulk.Errors > 0 && len(bulk.Results) > 0 {
			err = fmt.Errorf("the service refused: %s", bulk.Results[0].Error)
		}
		if err == nil {
			result, err = client.Idea(ctx, before.ID)
		}
		if err != nil && update != (neuralrepo.IdeaUpdate{}) {
			return fmt.Errorf("the other fields were changed, but not the tags: %w", err)
		}
		if err != nil {
			return err
		}
	}
	return env.Print(result, what.line(updated.done))
}
