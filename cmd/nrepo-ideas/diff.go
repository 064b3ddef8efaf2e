package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/peterbourgon/ff/v3/ffcli"
	"github.com/rogpeppe/go-internal/diff"

	"github.com/nrepo-cli/nrepo/pkg/neuralrepo"
	"github.com/nrepo-cli/nrepo/pkg/output"
	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

func diffCommand(ctx context.Context, env *plugin.Env) error {
	var noPager bool
	fs := flag.NewFlagSet("diff", flag.ContinueOnError)
	pagerFlag(fs, &noPager)
	env.Complete = completeIdeas(env, twoArguments)
	return env.Run(ctx, &ffcli.Command{
		Name:       "diff",
		ShortUsage: "nrepo diff IDEA [IDEA] [flags]",
		ShortHelp:  "@(#)nrepo:summary.diff=Show how two ideas differ" + plugin.CompleteMarker,
		LongHelp: `
If you name one idea, it is compared with its parent, or else with a duplicate,
or else with the most similar idea. The exit code is 0 even if the ideas differ.

Examples:
  nrepo diff 12 14
  nrepo diff 12` + neuralrepo.Variables,
		FlagSet: fs,
		Exec: func(ctx context.Context, args []string) error {
			if len(args) == 1 {
				a, err := oneIdea(args, "nrepo diff 12 14")
				if err != nil {
					return err
				}
				return runDiff(ctx, env, a, neuralrepo.Ref{}, noPager)
			}
			a, b, err := twoIdeas(args, "nrepo diff 12 14")
			if err != nil {
				return err
			}
			return runDiff(ctx, env, a, b, noPager)
		},
	})
}

// fieldDiff is the comparison of one field of two ideas.
type fieldDiff struct {
	Field   string `json:"field"`
	A       any    `json:"a"`
	B       any    `json:"b"`
	Changed bool   `json:"changed"`
}

func runDiff(ctx context.Context, env *plugin.Env, refA, refB neuralrepo.Ref, noPager bool) error {
	client, format, err := connectFor(env)
	if err != nil {
		return err
	}
	a, err := client.IdeaByRef(ctx, refA)
	if err != nil {
		return err
	}
	if refB == (neuralrepo.Ref{}) {
		if refB, err = counterpart(a); err != nil {
			return err
		}
	}
	b, err := client.IdeaByRef(ctx, refB)
	if err != nil {
		return err
	}
	fields := compare(a, b)
	if format == output.JSON {
		return output.WriteJSON(env.Stdout, struct {
			A    neuralrepo.Idea `json:"a"`
			B    neuralrepo.Idea `json:"b"`
			Diff []fieldDiff     `json:"diff"`
		}{a, b, fields})
	}
	return paged(ctx, env, noPager, func() error {
		text := diffText(a, b, fields)
		if env.Color() {
			text = paintDiff(text)
		}
		_, err := io.WriteString(env.Stdout, text)
		return err
	})
}

// counterpart returns the idea to compare with: the parent, the duplicate, or the most
// similar idea.
func counterpart(idea neuralrepo.Idea) (neuralrepo.Ref, error) {
	if idea.ParentID != "" {
		return neuralrepo.Ref{ID: idea.ParentID}, nil
	}
	best, rank := neuralrepo.Ref{}, -1.0
	for _, r := range idea.Relations {
		likeness := 0.0
		switch {
		case r.Type == "parent" && r.TargetID == idea.ID:
			likeness = 3
		case r.Type == "duplicate":
			likeness = 2
		case r.Score != nil:
			likeness = *r.Score
		}
		if r.Other.ID != "" && likeness > rank {
			best, rank = neuralrepo.Ref{ID: r.Other.ID}, likeness
		}
	}
	if rank < 0 {
		return best, &output.Error{
			Code: "no_diff_target",
			Err:  fmt.Errorf("%s has no parent, duplicate or related idea to compare it with", ref(idea.Number, idea.ID)),
			Hint: "name a second idea, as in `nrepo diff 12 14`",
		}
	}
	return best, nil
}

func compare(a, b neuralrepo.Idea) []fieldDiff {
	tags := func(idea neuralrepo.Idea) []string {
		list := slices.Clone(idea.Tags)
		slices.Sort(list)
		return append([]string{}, list...)
	}
	fields := []fieldDiff{
		{"title", a.Title, b.Title, a.Title != b.Title},
		{"status", a.Status, b.Status, a.Status != b.Status},
		{"tags", tags(a), tags(b), !slices.Equal(tags(a), tags(b))},
		{"body", a.Body, b.Body, a.Body != b.Body},
	}
	return fields
}

// diffText returns a unified diff of the bodies, after the other fields that differ.
// patch(1) can apply it to the body of a.
func diffText(a, b neuralrepo.Idea, fields []fieldDiff) string {
	var head, body strings.Builder
	for _, f := range fields {
		switch {
		case !f.Changed:
		case f.Field == "body":
			names := [2]string{ref(a.Number, a.ID), ref(b.Number, b.ID)}
			text := string(diff.Diff(names[0], []byte(a.Body), names[1], []byte(b.Body)))
			_, text, _ = strings.Cut(text, "\n") // without the line "diff"
			body.WriteString(output.SafeText(text))
		default:
			fmt.Fprintf(&head, "%s\n-%s\n+%s\n", f.Field, oneLine(f.A), oneLine(f.B))
		}
	}
	if head.Len()+body.Len() == 0 {
		return fmt.Sprintf("%s and %s do not differ.\n", named(a), named(b))
	}
	return head.String() + body.String()
}

func oneLine(value any) string {
	if list, ok := value.([]string); ok {
		return output.SafeLine(strings.Join(list, ", "))
	}
	return output.SafeLine(fmt.Sprint(value))
}

// paintDiff colours a diff like git.
func paintDiff(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		style := output.Plain
		switch {
		case strings.HasPrefix(line, "---"), strings.HasPrefix(line, "+++"):
			style = output.Bold
		case strings.HasPrefix(line, "@@"):
			style = output.Cyan
		case strings.HasPrefix(line, "-"):
			style = output.Red
		case strings.HasPrefix(line, "+"):
			style = output.Green
		}
		b.WriteString(paint(true, style, strings.TrimSuffix(line, "\n")) + "\n")
	}
	return b.String()
}
