package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"net/http"
	"strings"

	"github.com/peterbourgon/ff/v3/ffcli"

	"github.com/nrepo-cli/nrepo/cmd/nrepo-ideas/internal/graph"
	"github.com/nrepo-cli/nrepo/pkg/neuralrepo"
	"github.com/nrepo-cli/nrepo/pkg/output"
	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

func unlinkCommand(ctx context.Context, env *plugin.Env) error {
	var relation string
	var dryRun bool
	fs := flag.NewFlagSet("unlink", flag.ContinueOnError)
	fs.StringVar(&relation, "type", "", "only relations of this `TYPE`")
	dryRunFlag(fs, &dryRun)
	env.Complete = completeIdeas(env, twoArguments)
	return env.Run(ctx, &ffcli.Command{
		Name:       "unlink",
		ShortUsage: "nrepo unlink IDEA IDEA [flags]",
		ShortHelp:  "@(#)nrepo:summary.unlink=Remove the relations between two ideas" + plugin.CompleteMarker,
		LongHelp: `
Without --type, all relations between the two ideas are removed, in both
directions.

Examples:
  nrepo unlink 10 42
  nrepo unlink 10 42 --type blocks` + neuralrepo.Variables,
		FlagSet: fs,
		Exec: func(ctx context.Context, args []string) error {
			a, b, err := twoIdeas(args, "nrepo unlink 10 42")
			if err != nil {
				return err
			}
			if relation != "" {
				if err := checkType(relation); err != nil {
					return err
				}
			}
			return runUnlink(ctx, env, a, b, relation, dryRun)
		},
	})
}

func runUnlink(ctx context.Context, env *plugin.Env, a, b neuralrepo.Ref, relation string, dryRun bool) error {
	client, err := connect(env)
	if err != nil {
		return err
	}
	ideas, err := loadTwo(ctx, env, client, a, b, dryRun)
	if err != nil {
		return err
	}
	all, err := client.Relations(ctx, ideas[0].ID)
	if err != nil {
		return err
	}
	var between []neuralrepo.Relation
	for _, r := range append(all.Outgoing, all.Incoming...) {
		if r.Other.ID == ideas[1].ID && (relation == "" || r.Type == relation) {
			between = append(between, r)
		}
	}
	if len(between) == 0 {
		return &output.Error{
			Code: output.HTTPCode(http.StatusNotFound),
			Err:  fmt.Errorf("there is no such relation between %s and %s", a, b),
			Hint: fmt.Sprintf("run `nrepo links %s` to list its relations", shortRef(ideas[0])),
		}
	}
	var changes []change
	for _, r := range between {
		changes = append(changes, changeWith(ideas[0], graph.Label(r.Type, r.SourceID == ideas[0].ID)+" "+named(ideas[1])))
	}
	if dryRun {
		return rehearse(env, unlinked, changes...)
	}
	var human strings.Builder
	for i, r := range between {
		if err := client.DeleteRelation(ctx, r.ID); err != nil {
			return cmp.Or(partly(env, human.String()), after(i, len(between), "relation", err))
		}
		human.WriteString(changes[i].line(unlinked.done))
	}
	return env.Print(map[string]bool{"success": true}, human.String())
}

// partly prints the changes that were made before an error.
func partly(env *plugin.Env, human string) error {
	if format, err := env.Format(); err != nil || format == output.JSON || human == "" {
		return err
	}
	return env.Print(nil, human)
}
