package main

import (
	"context"
	"flag"
	"fmt"
	"strings"

	"github.com/peterbourgon/ff/v3/ffcli"

	"github.com/nrepo-cli/nrepo/pkg/neuralrepo"
	"github.com/nrepo-cli/nrepo/pkg/output"
	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

func linksCommand(ctx context.Context, env *plugin.Env) error {
	var relation string
	var quiet, noPager bool
	fs := flag.NewFlagSet("links", flag.ContinueOnError)
	fs.StringVar(&relation, "type", "", "only relations of this `TYPE`")
	quietFlag(fs, &quiet)
	pagerFlag(fs, &noPager)
	env.Complete = completeIdeas(env, oneArgument)
	return env.Run(ctx, &ffcli.Command{
		Name:       "links",
		ShortUsage: "nrepo links IDEA [flags]",
		ShortHelp:  "@(#)nrepo:summary.links=List the relations of an idea" + plugin.CompleteMarker,
		LongHelp: `
Examples:
  nrepo links 12
  nrepo links 12 --type blocks
  nrepo show $(nrepo links 12 -q)` + neuralrepo.Variables,
		FlagSet: fs,
		Exec: func(ctx context.Context, args []string) error {
			r, err := oneIdea(args, "nrepo links 12")
			if err != nil {
				return err
			}
			if relation != "" {
				if err := checkType(relation); err != nil {
					return err
				}
			}
			return runLinks(ctx, env, r, relation, quiet, noPager)
		},
	})
}

func runLinks(ctx context.Context, env *plugin.Env, r neuralrepo.Ref, relation string, quiet, noPager bool) error {
	client, format, err := connectFor(env)
	if err != nil {
		return err
	}
	ids, err := client.Resolve(ctx, r)
	if err != nil {
		return err
	}
	all, err := client.Relations(ctx, ids[0])
	if err != nil {
		return err
	}
	if relation != "" {
		all = neuralrepo.Relations{Outgoing: ofType(all.Outgoing, relation), Incoming: ofType(all.Incoming, relation)}
	}
	if format == output.JSON && !quiet {
		if relation == "" {
			return output.WriteJSON(env.Stdout, all)
		}
		return output.WriteJSON(env.Stdout, struct {
			Outgoing []neuralrepo.Relation `json:"outgoing"`
			Incoming []neuralrepo.Relation `json:"incoming"`
		}{all.Outgoing, all.Incoming})
	}
	list := append(all.Outgoing, all.Incoming...)
	if err := client.DescribeRelated(ctx, list); err != nil {
		return err
	}
	switch {
	case quiet:
		for _, r := range list {
			if err := writeNumber(env.Stdout, neuralrepo.Idea{ID: r.Other.ID, Number: r.Other.Number}); err != nil {
				return err
			}
		}
		return nil
	case len(list) == 0:
		_, err := fmt.Fprintf(env.Stdout, "No relations. Add one with `nrepo link %s IDEA`.\n", strings.TrimPrefix(r.String(), "#")) // in a shell, #12 is a comment
		return err
	}
	return paged(ctx, env, noPager, func() error {
		_, err := fmt.Fprint(env.Stdout, relationLines(ids[0], list, env.Width(), env.Color()))
		return err
	})
}

func ofType(relations []neuralrepo.Relation, relation string) []neuralrepo.Relation {
	kept := []neuralrepo.Relation{}
	for _, r := range relations {
		if r.Type == relation {
			kept = append(kept, r)
		}
	}
	return kept
}
