package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"

	"github.com/peterbourgon/ff/v3/ffcli"

	"github.com/nrepo-cli/nrepo/pkg/neuralrepo"
	"github.com/nrepo-cli/nrepo/pkg/output"
	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

func duplicate(ctx context.Context, env *plugin.Env) error {
	list := func(ctx context.Context, args []string) error {
		if len(args) > 0 {
			return plugin.Usagef("there are list, dismiss and merge, as in `nrepo duplicate merge 7`")
		}
		return listDuplicates(ctx, env)
	}
	decide := func(name, field string, call func(*neuralrepo.Client, context.Context, neuralrepo.ID) error) func(context.Context, []string) error {
		return func(ctx context.Context, args []string) error {
			if len(args) != 1 {
				return plugin.Usagef("needs the number of a pair, as in `nrepo duplicate %s 7`", name)
			}
			id := neuralrepo.ID(args[0])
			client, err := connect(env)
			if err != nil {
				return err
			}
			if err := call(client, ctx, id); err != nil {
				return err
			}
			result := json.RawMessage(fmt.Sprintf(`{"success":true,%q:%s}`, field, jsonID(id)))
			done := map[string]string{"dismiss": "Dismissed", "merge": "Merged"}[name]
			return env.Print(result, fmt.Sprintf("%s duplicate #%s\n", done, output.SafeLine(string(id))))
		}
	}
	return env.Run(ctx, &ffcli.Command{
		Name: "duplicate",
		ShortUsage: `nrepo duplicate [list] [flags]
nrepo duplicate dismiss|merge PAIR [flags]`,
		ShortHelp: "@(#)nrepo:summary.duplicate=List ideas that may be the same, and decide" + plugin.CompleteMarker,
		LongHelp: `
Examples:
  nrepo duplicate
  nrepo duplicate merge 7
  nrepo duplicate dismiss 8`,
		Subcommands: []*ffcli.Command{
			{Name: "list", ShortUsage: "nrepo duplicate list [flags]", ShortHelp: "List the pairs that nobody has decided about", LongHelp: "\nExamples:\n  nrepo duplicate list", Exec: list},
			{Name: "dismiss", ShortUsage: "nrepo duplicate dismiss PAIR [flags]", ShortHelp: "Keep both ideas of a pair", LongHelp: "\nExamples:\n  nrepo duplicate dismiss 8",
				Exec: decide("dismiss", "dismissed", (*neuralrepo.Client).DismissDuplicate)},
			{Name: "merge", ShortUsage: "nrepo duplicate merge PAIR [flags]", ShortHelp: "Merge the newer idea of a pair into the older one", LongHelp: "\nExamples:\n  nrepo duplicate merge 7",
				Exec: decide("merge", "merged", (*neuralrepo.Client).MergeDuplicate)},
		},
		Exec: list,
	})
}

// jsonID writes an id of digits as a number, as the service does.
func jsonID(id neuralrepo.ID) string {
	if json.Valid([]byte(id)) {
		return string(id)
	}
	doc, _ := json.Marshal(string(id)) // a string always can be
	return string(doc)
}

func listDuplicates(ctx context.Context, env *plugin.Env) error {
	client, err := connect(env)
	if err != nil {
		return err
	}
	format, err := env.Format()
	if err != nil {
		return err
	}
	pairs, err := client.Duplicates(ctx)
	if err != nil {
		return err
	}
	switch {
	case format == output.JSON:
		return output.WriteJSON(env.Stdout, map[string][]neuralrepo.Duplicate{"duplicates": pairs})
	case len(pairs) == 0:
		_, err := io.WriteString(env.Stdout, "No possible duplicates.\n")
		return err
	}
	if err := titles(ctx, client, pairs); err != nil {
		return err
	}
	table := output.NewTable(env.Stdout, env.TableOptions(),
		output.Column{Header: "Pair", Right: true}, output.Column{Header: "Score", Right: true},
		output.Column{Header: "Idea", Shrink: true}, output.Column{Header: "May repeat", Shrink: true})
	for _, d := range pairs {
		err := table.Row(output.Cells(string(d.ID), percent(d.Score),
			ref(d.IdeaNumber, d.IdeaID)+" "+d.IdeaTitle, ref(d.DuplicateNumber, d.DuplicateOfID)+" "+d.DuplicateTitle)...)
		if err != nil {
			return err
		}
	}
	return table.Flush()
}

// titles looks up on the map what the service does not say of the pairs.
func titles(ctx context.Context, client *neuralrepo.Client, pairs []neuralrepo.Duplicate) error {
	bare := false
	for _, d := range pairs {
		bare = bare || d.IdeaTitle == "" || d.DuplicateTitle == ""
	}
	if !bare {
		return nil
	}
	m, err := client.Map(ctx)
	if err != nil {
		return err
	}
	known := map[neuralrepo.ID]string{}
	for node := range m.Nodes() {
		known[node.ID] = node.Title
	}
	for i := range pairs {
		pairs[i].IdeaTitle, pairs[i].DuplicateTitle = known[pairs[i].IdeaID], known[pairs[i].DuplicateOfID]
	}
	return nil
}
