package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/peterbourgon/ff/v3/ffcli"

	"github.com/nrepo-cli/nrepo/cmd/nrepo-ideas/internal/wrap"
	"github.com/nrepo-cli/nrepo/pkg/neuralrepo"
	"github.com/nrepo-cli/nrepo/pkg/output"
	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

func showCommand(ctx context.Context, env *plugin.Env) error {
	var noPager bool
	fs := flag.NewFlagSet("show", flag.ContinueOnError)
	pagerFlag(fs, &noPager)
	env.Complete = completeIdeas(env, everyArgument)
	return env.Run(ctx, &ffcli.Command{
		Name:       "show",
		ShortUsage: "nrepo show IDEA… [flags]",
		ShortHelp:  "@(#)nrepo:summary.show=Show an idea with its body, links and relations" + plugin.CompleteMarker,
		LongHelp: ideasHelp + `
The JSON is an object for one IDEA, and an array for several or for -.

Examples:
  nrepo show 12
  nrepo show 12 14 --json
  nrepo log --tag energy -q | nrepo show -` + neuralrepo.Variables,
		FlagSet: fs,
		Exec: func(ctx context.Context, args []string) error {
			if len(args) == 0 {
				return plugin.Usagef("needs an idea, as in `nrepo show 12`")
			}
			refs, err := ideaArgs(ctx, env, args)
			if err != nil {
				return err
			}
			return runShow(ctx, env, refs, len(refs) > 1 || slices.Contains(args, "-"), noPager)
		},
	})
}

func runShow(ctx context.Context, env *plugin.Env, refs []neuralrepo.Ref, several, noPager bool) error {
	client, format, err := connectFor(env)
	if err != nil {
		return err
	}
	ideas, err := client.IdeasByRef(ctx, refs...)
	if err != nil {
		return err
	}
	if format == output.Human {
		for i := range ideas {
			if err := describe(ctx, client, &ideas[i]); err != nil {
				return err
			}
		}
	}
	if format == output.JSON {
		return output.WriteJSON(env.Stdout, jsonArray(several, ideas))
	}
	return paged(ctx, env, noPager, func() error {
		for i, idea := range ideas {
			if i > 0 {
				io.WriteString(env.Stdout, "\n")
			}
			if _, err := io.WriteString(env.Stdout, page(env, idea, time.Now())); err != nil {
				return err
			}
		}
		return nil
	})
}

// maxWidth is the maximum width of a body: longer lines are hard to read.
const maxWidth = 100

// page writes an idea as text for a person.
func page(env *plugin.Env, idea neuralrepo.Idea, now time.Time) string {
	var b strings.Builder
	color := env.Color()
	title := output.SafeLine(fmt.Sprintf("%s %s", ref(idea.Number, idea.ID), idea.Title))
	b.WriteString(paint(color, output.Bold, title) + "\n")
	field := func(name, value string, style output.Style) {
		if value != "" {
			fmt.Fprintf(&b, "%-9s%s\n", name, paint(color, style, output.SafeLine(value)))
		}
	}
	state := idea.Status
	if idea.IsArchived {
		state += " (archived)"
	}
	field("Status", state, statusStyle(idea.Status))
	field("Tags", strings.Join(idea.Tags, ", "), output.Plain)
	field("Created", date(idea.CreatedAt, now), output.Plain)
	field("Updated", date(idea.UpdatedAt, now), output.Plain)
	field("Source", idea.Source, output.Plain)
	field("URL", idea.SourceURL, output.Plain)
	field("ID", "id:"+string(idea.ID), output.Dim)
	if idea.Body != "" {
		width := env.Width()
		if width > 0 {
			width = min(width, maxWidth)
		}
		body := wrap.Text(output.SafeText(idea.Body), width)
		b.WriteString("\n" + strings.TrimSuffix(body, "\n") + "\n")
	}
	if len(idea.Links) > 0 {
		b.WriteString("\nLinks\n")
		for _, l := range idea.Links {
			b.WriteString("  " + output.SafeLine(strings.TrimSpace(l.URL+"  "+l.Title)) + "\n")
		}
	}
	if len(idea.Relations) > 0 {
		b.WriteString("\nRelations\n" + relationLines(idea.ID, idea.Relations, env.Width(), color))
	}
	return b.String()
}
