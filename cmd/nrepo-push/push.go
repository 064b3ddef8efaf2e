package main

import (
	"context"
	"flag"
	"fmt"

	"github.com/peterbourgon/ff/v3/ffcli"

	"github.com/nrepo-cli/nrepo/pkg/neuralrepo"
	"github.com/nrepo-cli/nrepo/pkg/output"
	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

func run(ctx context.Context, env *plugin.Env) error {
	env.Complete = complete(env)
	idea := neuralrepo.NewIdea{Source: "cli"}
	var bodyFile string
	fs := flag.NewFlagSet("push", flag.ContinueOnError)
	fs.StringVar(&idea.Body, "body", "", "what there is to say: `TEXT`, or - for stdin")
	fs.StringVar(&bodyFile, "body-file", "", "what there is to say, read from `FILE`")
	fs.Func("tag", "a `TAG`; may be given up to 20 times", func(tag string) error {
		idea.Tags = append(idea.Tags, tag)
		return nil
	})
	fs.StringVar(&idea.Status, "status", "", "the `STATUS` to start with; captured if not given")
	return env.Run(ctx, &ffcli.Command{
		Name:       "push",
		ShortUsage: `nrepo push "<title>" [flags]`,
		ShortHelp:  plugin.SummaryMarker + "Capture an idea" + plugin.CompleteMarker,
		LongHelp: `
A title has at most 200 characters, a body 50000, a tag 50. A status is one of
captured, exploring, building, shipped and shelved.

Examples:
  nrepo push "Solar-powered bus stops"
  nrepo push "Solar-powered bus stops" --tag energy --status exploring
  git log -1 --format=%B | nrepo push "Last commit" --body -`,
		FlagSet: fs,
		Exec: func(ctx context.Context, args []string) error {
			if len(args) != 1 {
				return plugin.Usagef("needs one title, in quotes, as in `nrepo push \"Solar-powered bus stops\"`")
			}
			idea.Title = args[0]
			if bodyFile != "" && idea.Body != "" {
				return plugin.Usagef("--body and --body-file exclude each other")
			}
			if idea.Body == "-" {
				bodyFile = "-"
			}
			return push(ctx, env, idea, bodyFile)
		},
	})
}

// maxBodyFile bounds what is read; the service's limit of 50,000 characters is
// checked afterwards.
const maxBodyFile = 4 << 20

func push(ctx context.Context, env *plugin.Env, idea neuralrepo.NewIdea, bodyFile string) error {
	if bodyFile != "" {
		body, err := env.ReadInput(ctx, bodyFile, maxBodyFile)
		if err != nil {
			return err
		}
		idea.Body = string(body)
	}
	if err := idea.Validate(); err != nil {
		return plugin.Usagef("%w", err)
	}
	client, err := neuralrepo.New(env.Auth(), neuralrepo.Options{Notify: env.Progress})
	if err != nil {
		return err
	}
	created, err := client.CreateIdea(ctx, idea)
	if err != nil {
		return err
	}
	number := created.Number
	if number == "" {
		number = created.ID
	}
	return env.Print(created, fmt.Sprintf("Captured idea #%s \"%s\"\n", output.SafeLine(string(number)), output.SafeLine(created.Title)))
}
