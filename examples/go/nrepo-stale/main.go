// Command nrepo-stale lists the ideas that have not changed for some days. It is an
// example of a plugin in Go with the same formats, errors, exit codes, help and
// completion as the official commands.
package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/peterbourgon/ff/v3/ffcli"

	"github.com/nrepo-cli/nrepo/pkg/neuralrepo"
	"github.com/nrepo-cli/nrepo/pkg/output"
	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

func main() { os.Exit(plugin.Main("stale", run)) }

func run(ctx context.Context, env *plugin.Env) error {
	env.Complete = complete
	fs := flag.NewFlagSet("stale", flag.ContinueOnError)
	days := fs.Int("days", 30, "list ideas that have not changed for `N` days")
	status := fs.String("status", "", "list ideas of this `STATUS` only")
	return env.Run(ctx, &ffcli.Command{
		Name:       "stale",
		ShortUsage: "nrepo stale [flags]",
		ShortHelp:  plugin.SummaryMarker + "List ideas that have not changed for a while" + plugin.CompleteMarker,
		LongHelp: `
The oldest change comes first. Without --status, ideas that are shipped or
shelved are left out.

Examples:
  nrepo stale
  nrepo stale --days 90 --status exploring
  nrepo stale --json`,
		FlagSet: fs,
		Exec: func(ctx context.Context, args []string) error {
			switch {
			case len(args) > 0:
				return plugin.Usagef("stale takes no arguments")
			case *days < 0:
				return plugin.Usagef("--days must be 0 or more")
			case *status != "" && !slices.Contains(neuralrepo.Statuses(), *status):
				return plugin.Usagef("--status must be one of %s", strings.Join(neuralrepo.Statuses(), ", "))
			}
			return list(ctx, env, time.Now().AddDate(0, 0, -*days), *status)
		},
	})
}

// list prints the ideas that have not changed since a time.
func list(ctx context.Context, env *plugin.Env, since time.Time, status string) error {
	client, err := neuralrepo.New(env.Auth(), neuralrepo.Options{UserAgent: "nrepo-stale", Notify: env.Progress})
	if err != nil {
		return err
	}
	stale := []neuralrepo.Idea{}
	for idea, err := range client.AllIdeas(ctx, neuralrepo.IdeaFilter{Status: status}) {
		if err != nil {
			return err
		}
		atRest := status == "" && (idea.Status == "shipped" || idea.Status == "shelved")
		if !atRest && !idea.UpdatedAt.Time.After(since) {
			stale = append(stale, idea)
		}
	}
	slices.Reverse(stale) // the service sends the newest first
	slices.SortStableFunc(stale, func(a, b neuralrepo.Idea) int { return a.UpdatedAt.Time.Compare(b.UpdatedAt.Time) })
	return env.Print(map[string]any{"ideas": stale}, text(env, stale))
}

// text is the result for people.
func text(env *plugin.Env, ideas []neuralrepo.Idea) string {
	if len(ideas) == 0 {
		return "Nothing is stale.\n"
	}
	var b strings.Builder // writing to it cannot fail
	table := output.NewTable(&b, env.TableOptions(), output.Column{Header: "Idea"}, output.Column{Header: "Last moved"},
		output.Column{Header: "Status"}, output.Column{Header: "Title", Shrink: true})
	for _, idea := range ideas {
		number := cmp.Or(idea.Number, idea.ID)
		table.Row(output.Cells("#"+string(number), idea.UpdatedAt.Date(), idea.Status, idea.Title)...)
	}
	table.Flush()
	fmt.Fprintf(&b, "%d stale\n", len(ideas))
	return b.String()
}

func complete(_ context.Context, w plugin.Word) (found []plugin.Candidate) {
	if w.Flag == "status" {
		for _, status := range neuralrepo.Statuses() {
			found = append(found, plugin.Candidate{Text: status})
		}
	}
	return found
}
