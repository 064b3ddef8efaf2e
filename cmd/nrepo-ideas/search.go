package main

import (
	"context"
	"flag"
	"io"
	"strings"

	"github.com/peterbourgon/ff/v3/ffcli"

	"github.com/nrepo-cli/nrepo/pkg/neuralrepo"
	"github.com/nrepo-cli/nrepo/pkg/output"
	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

func searchCommand(ctx context.Context, env *plugin.Env) error {
	query := neuralrepo.SearchQuery{}
	var quiet, noPager bool
	fs := flag.NewFlagSet("search", flag.ContinueOnError)
	fs.IntVar(&query.Limit, "limit", 20, "show at most `N` ideas, 1 to 100")
	fs.StringVar(&query.Mode, "mode", "", "search `MODE`: semantic or keyword; by default the service chooses")
	quietFlag(fs, &quiet)
	pagerFlag(fs, &noPager)
	env.Complete = completeIdeas(env, nil)
	return env.Run(ctx, &ffcli.Command{
		Name:       "search",
		ShortUsage: "nrepo search QUERY… [flags]",
		ShortHelp:  "@(#)nrepo:summary.search=Search ideas by meaning or by words" + plugin.CompleteMarker,
		LongHelp: `
The best match comes first. A new idea may take a moment to appear.

Examples:
  nrepo search solar powered bus stops
  nrepo search login --mode keyword --limit 5
  nrepo search login -q | nrepo tag - auth` + neuralrepo.Variables,
		FlagSet: fs,
		Exec: func(ctx context.Context, args []string) error {
			query.Text = strings.Join(args, " ")
			if query.Limit == 0 {
				return plugin.Usagef("the limit must be 1 to 100")
			}
			if err := query.Validate(); err != nil {
				return plugin.Usagef("%w", err)
			}
			return runSearch(ctx, env, query, quiet, noPager)
		},
	})
}

func runSearch(ctx context.Context, env *plugin.Env, query neuralrepo.SearchQuery, quiet, noPager bool) error {
	client, format, err := connectFor(env)
	if err != nil {
		return err
	}
	result, err := client.SearchIdeas(ctx, query)
	switch {
	case err != nil:
		return err
	case quiet:
		return eachNumber(env.Stdout, result.Results)
	case format == output.JSON:
		return output.WriteJSON(env.Stdout, result)
	case len(result.Results) == 0:
		_, err := io.WriteString(env.Stdout, "No ideas found.\n")
		return err
	}
	return paged(ctx, env, noPager, func() error {
		list := newRows(env, true)
		for _, m := range result.Results {
			if err := list.add(m.Idea, m.Score); err != nil {
				return err
			}
		}
		return list.flush()
	})
}

func eachNumber(w io.Writer, matches []neuralrepo.Match) error {
	for _, m := range matches {
		if err := writeNumber(w, m.Idea); err != nil {
			return err
		}
	}
	return nil
}
