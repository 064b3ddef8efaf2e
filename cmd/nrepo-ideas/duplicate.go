package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/peterbourgon/ff/v3/ffcli"

	"github.com/nrepo-cli/nrepo/pkg/neuralrepo"
	"github.com/nrepo-cli/nrepo/pkg/output"
	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

func duplicateCommand(ctx context.Context, env *plugin.Env) error {
	var quiet bool
	list := func(ctx context.Context, args []string) error {
		if len(args) > 0 {
			return plugin.Usagef("the subcommand must be list, dismiss or merge, as in `nrepo duplicate merge 7`")
		}
		return listDuplicates(ctx, env, quiet)
	}
	listFlags := func() *flag.FlagSet {
		fs := flag.NewFlagSet("duplicate", flag.ContinueOnError)
		fs.BoolVar(&quiet, "q", false, "print only the numbers of the pairs, one per line")
		return fs
	}
	return env.Run(ctx, &ffcli.Command{
		Name: "duplicate",
		ShortUsage: `nrepo duplicate [list] [flags]
nrepo duplicate dismiss|merge PAIR [flags]`,
		ShortHelp: "@(#)nrepo:summary.duplicate=List possible duplicates, and dismiss or merge them" + plugin.CompleteMarker,
		LongHelp: `
Examples:
  nrepo duplicate
  nrepo duplicate merge 7
  nrepo duplicate dismiss 8` + neuralrepo.Variables,
		FlagSet: listFlags(),
		Subcommands: []*ffcli.Command{
			{
				Name: "list", ShortUsage: "nrepo duplicate list [flags]", ShortHelp: "List pairs of possible duplicates",
				LongHelp: "\nExamples:\n  nrepo duplicate list", FlagSet: listFlags(), Exec: list,
			},
			decision{"dismiss", "Keep both ideas of a pair", "8", verb{"Kept", "Would keep"}, "apart from", (*neuralrepo.Client).DismissDuplicate}.command(env),
			decision{"merge", "Merge the newer idea of a pair into the older one", "7", verb{"Merged", "Would merge"}, "into", (*neuralrepo.Client).MergeDuplicate}.command(env),
		},
		Exec: list,
	})
}

// decision is what a person can do with a pair.
type decision struct {
	name, help, example string
	verb                verb
	joins               string // joins the newer idea and the older one in a sentence
	call                func(*neuralrepo.Client, context.Context, neuralrepo.ID) error
}

func (d decision) command(env *plugin.Env) *ffcli.Command {
	var dryRun bool
	fs := flag.NewFlagSet(d.name, flag.ContinueOnError)
	dryRunFlag(fs, &dryRun)
	return &ffcli.Command{
		Name: d.name, ShortUsage: "nrepo duplicate " + d.name + " PAIR [flags]", ShortHelp: d.help,
		LongHelp: fmt.Sprintf("\nPAIR is a number from the first column of \"nrepo duplicate\".\n\nExamples:\n  nrepo duplicate %s %s", d.name, d.example),
		FlagSet:  fs,
		Exec: func(ctx context.Context, args []string) error {
			if len(args) != 1 || !isNumber(args[0]) {
				return plugin.Usagef("needs the number of a pair, as in `nrepo duplicate %s %s`", d.name, d.example)
			}
			return d.run(ctx, env, neuralrepo.ID(args[0]), dryRun)
		},
	}
}

func isNumber(text string) bool { return text != "" && strings.Trim(text, "0123456789") == "" }

// run carries out the decision for a pair. In human output, it names the two ideas.
func (d decision) run(ctx context.Context, env *plugin.Env, id neuralrepo.ID, dryRun bool) error {
	client, format, err := connectFor(env)
	if err != nil {
		return err
	}
	what := change{ID: id}
	if format == output.Human || dryRun {
		pairs, err := client.Duplicates(ctx)
		if err != nil {
			return err
		}
		at := slices.IndexFunc(pairs, func(p neuralrepo.Duplicate) bool { return p.ID == id })
		if at < 0 {
			return &output.Error{Code: output.HTTPCode(http.StatusNotFound), Err: fmt.Errorf("pair %s not found", id), Hint: "run `nrepo duplicate` to list the pairs"}
		}
		pairs = pairs[at : at+1]
		if err := titles(ctx, client, pairs); err != nil {
			return err
		}
		p := pairs[0]
		older := neuralrepo.Idea{ID: p.DuplicateOfID, Number: p.DuplicateNumber, Title: p.DuplicateTitle}
		what = changeWith(neuralrepo.Idea{ID: p.IdeaID, Number: p.IdeaNumber, Title: p.IdeaTitle}, d.joins+" "+named(older))
	}
	if dryRun {
		return rehearse(env, d.verb, what)
	}
	if err := d.call(client, ctx, id); err != nil {
		return err
	}
	result := json.RawMessage(fmt.Sprintf(`{"success":true,%q:%s}`, map[string]string{"dismiss": "dismissed", "merge": "merged"}[d.name], jsonID(id)))
	return env.Print(result, what.line(d.verb.done))
}

func listDuplicates(ctx context.Context, env *plugin.Env, quiet bool) error {
	client, format, err := connectFor(env)
	if err != nil {
		return err
	}
	pairs, err := client.Duplicates(ctx)
	if err != nil {
		return err
	}
	switch {
	case quiet:
		for _, d := range pairs {
			if _, err := io.WriteString(env.Stdout, output.SafeLine(string(d.ID))+"\n"); err != nil {
				return err
			}
		}
		return nil
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
		output.Column{Header: "Idea", Shrink: true}, output.Column{Header: "Duplicate of", Shrink: true})
	for _, d := range pairs {
		err := table.Row(output.Cells(string(d.ID), percent(d.Score),
			ref(d.IdeaNumber, d.IdeaID)+" "+d.IdeaTitle, ref(d.DuplicateNumber, d.DuplicateOfID)+" "+d.DuplicateTitle)...)
		if err != nil {
			return err
		}
	}
	return table.Flush()
}

// titles looks up titles and numbers that the service leaves out of the pairs.
func titles(ctx context.Context, client *neuralrepo.Client, pairs []neuralrepo.Duplicate) error {
	var ids []neuralrepo.ID
	for _, d := range pairs {
		if d.IdeaTitle == "" || d.DuplicateTitle == "" {
			ids = append(ids, d.IdeaID, d.DuplicateOfID)
		}
	}
	if ids == nil {
		return nil
	}
	m, err := client.Map(ctx)
	if err != nil {
		return err
	}
	numbers, err := client.Numbers(ctx, ids)
	if err != nil {
		return err
	}
	known := map[neuralrepo.ID]string{}
	for node := range m.Nodes() {
		known[node.ID] = node.Title
	}
	for i := range pairs {
		d := &pairs[i]
		d.IdeaTitle, d.DuplicateTitle = known[d.IdeaID], known[d.DuplicateOfID]
		d.IdeaNumber, d.DuplicateNumber = numbers[d.IdeaID], numbers[d.DuplicateOfID]
	}
	return nil
}
