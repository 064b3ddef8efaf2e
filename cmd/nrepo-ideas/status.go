package main

import (
	"context"
	"flag"
	"fmt"
	"strings"
	"sync"

	"github.com/peterbourgon/ff/v3/ffcli"

	"github.com/nrepo-cli/nrepo/pkg/neuralrepo"
	"github.com/nrepo-cli/nrepo/pkg/output"
	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

func statusCommand(ctx context.Context, env *plugin.Env) error {
	fs := flag.NewFlagSet("status", flag.ContinueOnError)
	return env.Run(ctx, &ffcli.Command{
		Name:       "status",
		ShortUsage: "nrepo status [flags]",
		ShortHelp:  "@(#)nrepo:summary.status=Count ideas by status" + plugin.CompleteMarker,
		LongHelp: `
Examples:
  nrepo status
  nrepo status --json` + neuralrepo.Variables,
		FlagSet: fs,
		Exec: func(ctx context.Context, args []string) error {
			if len(args) > 0 {
				return plugin.Usagef("status takes no arguments; to change a status, use `nrepo move`")
			}
			return runStatus(ctx, env)
		},
	})
}

// overview is the result of status.
type overview struct {
	User struct {
		Email string `json:"email"`
		Plan  string `json:"plan"`
	} `json:"user"`
	Counts            map[string]int `json:"counts"` // ideas by status
	Total             int            `json:"total"`
	PendingDuplicates int            `json:"pending_duplicates"`
}

// runStatus makes its three requests at the same time.
func runStatus(ctx context.Context, env *plugin.Env) error {
	client, err := connect(env)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	o := overview{Counts: map[string]int{}}
	for _, s := range neuralrepo.Statuses() {
		o.Counts[s] = 0
	}
	var user neuralrepo.User
	var duplicates []neuralrepo.Duplicate
	var wg sync.WaitGroup
	for _, request := range []func() error{
		func() (err error) { user, err = client.Me(ctx); return err },
		func() (err error) { duplicates, err = client.Duplicates(ctx); return err },
		func() error { return countIdeas(ctx, client, &o) },
	} {
		wg.Go(func() {
			if err := request(); err != nil {
				cancel(err)
			}
		})
	}
	wg.Wait()
	if err := context.Cause(ctx); err != nil {
		return err
	}
	o.User.Email, o.User.Plan, o.PendingDuplicates = user.Email, user.Plan, len(duplicates)
	return env.Print(o, overviewText(o, env.Width(), env.Color()))
}

// countIdeas counts the ideas on the map, which needs one request for any number of ideas.
func countIdeas(ctx context.Context, client *neuralrepo.Client, o *overview) error {
	m, err := client.Map(ctx)
	if err != nil {
		return err
	}
	for node := range m.Nodes() {
		o.Counts[node.Status]++
		o.Total++
	}
	return nil
}

func overviewText(o overview, width int, color bool) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s (%s plan): %s\n\n", output.Shorten(o.User.Email), output.Shorten(o.User.Plan), count(o.Total, "idea"))
	most := 1
	for _, n := range o.Counts {
		most = max(most, n)
	}
	const label, digits = 12, 8
	bar := 40
	if width > 0 {
		bar = max(5, min(bar, width-label-digits))
	}
	for _, s := range neuralrepo.Statuses() {
		n := o.Counts[s]
		length := n * bar / most
		if n > 0 {
			length = max(1, length)
		}
		fmt.Fprintf(&b, "%-*s%6d  %s\n", label, s, n, paint(color, statusStyle(s), strings.Repeat("█", length)))
	}
	if o.PendingDuplicates > 0 {
		fmt.Fprintf(&b, "\n%s, see: nrepo duplicate\n", count(o.PendingDuplicates, "possible duplicate"))
	}
	return strings.ReplaceAll(b.String(), "  \n", "\n")
}
