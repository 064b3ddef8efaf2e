package main

import (
	"cmp"
	"context"
	"encoding/json"
	"flag"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/peterbourgon/ff/v3/ffcli"

	"github.com/nrepo-cli/nrepo/pkg/neuralrepo"
	"github.com/nrepo-cli/nrepo/pkg/output"
	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

func tagCommand(ctx context.Context, env *plugin.Env) error {
	var ids string
	var dryRun, noPager, quiet bool
	fs := flag.NewFlagSet("tag", flag.ContinueOnError)
	fs.StringVar(&ids, "ids", "", "ideas to add tags to or remove them from: `1,2,3`, or - for stdin")
	fs.BoolVar(&quiet, "q", false, "without arguments, print only the tags, one per line")
	dryRunFlag(fs, &dryRun)
	pagerFlag(fs, &noPager)
	env.Complete = completeIdeas(env, func(w plugin.Word) []string {
		if len(w.Args) == 0 {
			return []string{"add", "remove", kindIdea}
		}
		return []string{kindTag}
	})
	return env.Run(ctx, &ffcli.Command{
		Name: "tag",
		ShortUsage: `nrepo tag IDEA TAG… [flags]
nrepo tag add|remove TAG… --ids 1,2,3 [flags]
nrepo tag [flags]`,
		ShortHelp: "@(#)nrepo:summary.tag=Add and remove tags, or list them" + plugin.CompleteMarker,
		LongHelp: `
IDEA is a number, such as 12, or an id, such as id:698. Use - to read ideas from
stdin. To give more ideas, write '#14' (with quotes for the shell) or id:700,
because a plain 14 is a tag. Separate tags with spaces or commas.

Without arguments, nrepo tag lists all tags and how many ideas have each.

Examples:
  nrepo tag 12 energy hardware
  nrepo tag '#12' '#14' 2026
  nrepo tag remove draft --ids 12,14
  nrepo search login -q | nrepo tag - auth` + neuralrepo.Variables,
		FlagSet: fs,
		Exec: func(ctx context.Context, args []string) error {
			if len(args) == 0 && ids == "" {
				return runTags(ctx, env, quiet, noPager)
			}
			words, tags, remove, err := tagArgs(args, commaList(ids))
			if err != nil {
				return err
			}
			refs, err := ideaArgs(ctx, env, words)
			if err != nil {
				return err
			}
			update := neuralrepo.BulkUpdate{AddTags: tags}
			if remove {
				update = neuralrepo.BulkUpdate{RemoveTags: tags}
			}
			if err := update.Validate(); err != nil {
				return plugin.Usagef("%w", err)
			}
			return runTag(ctx, env, refs, update, ids == "", dryRun)
		},
	})
}

// tagArgs separates ideas from tags.
func tagArgs(args, ids []string) (ideas, tags []string, remove bool, err error) {
	if len(args) > 0 && (args[0] == "add" || args[0] == "remove") {
		if len(ids) == 0 {
			return nil, nil, false, plugin.Usagef("%s needs ideas, as in `nrepo tag %s draft --ids 12,14`", args[0], args[0])
		}
		ideas, tags, remove = ids, args[1:], args[0] == "remove"
	} else {
		if len(ids) > 0 {
			return nil, nil, false, plugin.Usagef("--ids needs add or remove, as in `nrepo tag add draft --ids 12,14`")
		}
		for i, arg := range args {
			if i == 0 || strings.HasPrefix(arg, "#") || strings.HasPrefix(arg, "id:") {
				ideas = append(ideas, arg)
			} else {
				tags = append(tags, arg)
			}
		}
	}
	tags = splitTags(tags)
	if len(tags) == 0 {
		for _, idea := range ideas {
			if _, err := neuralrepo.ParseRef(idea); err != nil && idea != "-" { // perhaps it was meant as a tag
				return nil, nil, false, err
			}
		}
		return nil, nil, false, plugin.Usagef("needs a tag, as in `nrepo tag 12 energy`")
	}
	return ideas, tags, remove, nil
}

// runTag adds and removes tags and never sends the whole list, so that a change by
// another client at the same time is not lost.
func runTag(ctx context.Context, env *plugin.Env, refs []neuralrepo.Ref, update neuralrepo.BulkUpdate, single, dryRun bool) error {
	client, err := connect(env)
	if err != nil {
		return err
	}
	ideas, err := loadForChange(ctx, env, client, refs, dryRun)
	if err != nil {
		return err
	}
	what := func(neuralrepo.Idea) string {
		var parts []string
		for _, t := range update.AddTags {
			parts = append(parts, "+"+t)
		}
		for _, t := range update.RemoveTags {
			parts = append(parts, "-"+t)
		}
		return strings.Join(parts, " ")
	}
	if dryRun {
		return rehearse(env, tagged, changesOf(ideas, what)...)
	}
	result, err := client.UpdateIdeas(ctx, idsOf(ideas), update)
	if format, _ := env.Format(); err == nil && format == output.JSON && single && len(ideas) == 1 && result.Errors == 0 {
		idea, err := client.Idea(ctx, ideas[0].ID)
		if err != nil {
			return err
		}
		return output.WriteJSON(env.Stdout, idea)
	}
	return printBulk(env, tagged, ideas, result, err, what)
}

// runTags lists all tags, most used first.
func runTags(ctx context.Context, env *plugin.Env, quiet, noPager bool) error {
	client, format, err := connectFor(env)
	if err != nil {
		return err
	}
	tags, err := client.Tags(ctx)
	if err != nil {
		return err
	}
	if format == output.JSON && !quiet {
		return output.WriteJSON(env.Stdout, map[string][]json.RawMessage{"tags": rawTags(tags)})
	}
	slices.SortStableFunc(tags, func(a, b neuralrepo.Tag) int {
		return cmp.Or(cmp.Compare(b.IdeaCount, a.IdeaCount), cmp.Compare(a.Name, b.Name))
	})
	switch {
	case quiet:
		for _, t := range tags {
			if _, err := io.WriteString(env.Stdout, output.SafeLine(t.Name)+"\n"); err != nil {
				return err
			}
		}
		return nil
	case len(tags) == 0:
		_, err := io.WriteString(env.Stdout, "No tags. Add one with `nrepo tag IDEA TAG`.\n")
		return err
	}
	return paged(ctx, env, noPager, func() error {
		table := output.NewTable(env.Stdout, env.TableOptions(),
			output.Column{Header: "Tag", Shrink: true}, output.Column{Header: "Ideas", Right: true})
		for _, t := range tags {
			if err := table.Row(output.Cells(t.Name, strconv.Itoa(t.IdeaCount))...); err != nil {
				return err
			}
		}
		return table.Flush()
	})
}

func rawTags(tags []neuralrepo.Tag) []json.RawMessage {
	list := make([]json.RawMessage, len(tags))
	for i, t := range tags {
		list[i] = t.Raw
	}
	return list
}
