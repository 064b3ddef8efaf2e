package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"iter"
	"runtime/debug"
	"slices"
	"time"

	"github.com/peterbourgon/ff/v3/ffcli"

	"github.com/nrepo-cli/nrepo/pkg/neuralrepo"
	"github.com/nrepo-cli/nrepo/pkg/output"
	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

// logOptions are the flags of log.
type logOptions struct {
	selection
	limit   int // -1: 20 on a terminal, else all; 0: all
	quiet   bool
	noPager bool
}

func logCommand(ctx context.Context, env *plugin.Env) error {
	opts := logOptions{limit: -1, selection: selection{sort: "created"}}
	now := time.Now()
	fs := flag.NewFlagSet("log", flag.ContinueOnError)
	fs.Func("limit", "show at most `N` ideas, 0 for all; by default 20 on a terminal, else all", wholeNumber(&opts.limit))
	fs.StringVar(&opts.filter.Status, "status", "", "only ideas with this `STATUS`")
	fs.StringVar(&opts.filter.Tag, "tag", "", "only ideas with this `TAG`")
	fs.Func("since", "only ideas captured on `DATE` or later, such as 2026-03-01, yesterday or \"2 weeks ago\"", dateFlag(&opts.since, now))
	fs.Func("until", "only ideas captured before `DATE`", dateFlag(&opts.until, now))
	fs.StringVar(&opts.sort, "sort", opts.sort, "sort by `ORDER`: created, updated or title")
	quietFlag(fs, &opts.quiet)
	pagerFlag(fs, &opts.noPager)
	env.Complete = completeIdeas(env, nil)
	return env.Run(ctx, &ffcli.Command{
		Name:       "log",
		ShortUsage: "nrepo log [flags]",
		ShortHelp:  "@(#)nrepo:summary.log=List ideas, newest first" + plugin.CompleteMarker,
		LongHelp: `
With --sort updated, --since and --until compare the time of the last change.
The orders updated and title load all ideas before they show the first one.

Examples:
  nrepo log
  nrepo log --status building --tag energy
  nrepo log --since "2 weeks ago" --limit 0
  nrepo log --tag old -q | nrepo move - shelved` + neuralrepo.Variables,
		FlagSet: fs,
		Exec: func(ctx context.Context, args []string) error {
			switch {
			case len(args) > 0:
				return plugin.Usagef("takes no arguments; to search for words, use `nrepo search`")
			case !slices.Contains([]string{"created", "updated", "title"}, opts.sort):
				return plugin.Usagef("the order must be created, updated or title")
			}
			if opts.filter.Status != "" {
				if err := checkStatus(opts.filter.Status); err != nil {
					return err
				}
			}
			return runLog(ctx, env, opts)
		},
	})
}

// defaultLimit is how many ideas are shown on a terminal.
const defaultLimit = 20

func runLog(ctx context.Context, env *plugin.Env, opts logOptions) error {
	debug.SetMemoryLimit(12 << 20) // above it, garbage is collected more often
	client, format, err := connectFor(env)
	if err != nil {
		return err
	}
	limit := opts.limit
	if limit < 0 {
		limit = 0
		if plugin.IsTerminal(env.Stdout) {
			limit = defaultLimit
		}
	}
	list, more := first(limit, opts.ideas(ctx, client, limit))
	switch {
	case opts.quiet:
		for idea, err := range list {
			if err == nil {
				err = writeNumber(env.Stdout, idea)
			}
			if err != nil {
				return err
			}
		}
		return nil
	case format == output.JSON:
		array := output.NewJSONArray(env.Stdout)
		for idea, err := range list {
			if err == nil {
				err = array.Append(idea)
			}
			if err != nil {
				return err // leave the array open, so that nobody mistakes it for the whole list
			}
		}
		err = array.Close()
	default:
		err = logRows(ctx, env, opts.noPager, list)
	}
	if err == nil && *more && opts.limit < 0 {
		env.Progress(fmt.Sprintf("%d shown; for all ideas: nrepo log --limit 0", limit))
	}
	return err
}

// logRows writes rows as they arrive. It starts the pager with the first idea, so that an
// empty list has none.
func logRows(ctx context.Context, env *plugin.Env, noPager bool, list iter.Seq2[neuralrepo.Idea, error]) error {
	next, stop := iter.Pull2(list)
	defer stop()
	idea, err, ok := next()
	switch {
	case err != nil:
		return err
	case !ok:
		_, err := io.WriteString(env.Stdout, "No ideas found.\n")
		return err
	}
	return paged(ctx, env, noPager, func() error {
		table := newRows(env, false)
		for ; ok; idea, err, ok = next() {
			if err == nil {
				err = table.add(idea, nil)
			}
			if err != nil {
				table.flush() // show what arrived before the error
				return err
			}
		}
		return table.flush()
	})
}

// first ends a list after limit ideas (0 for no limit), and reports whether there are more.
func first(limit int, list iter.Seq2[neuralrepo.Idea, error]) (iter.Seq2[neuralrepo.Idea, error], *bool) {
	more := new(bool)
	return func(yield func(neuralrepo.Idea, error) bool) {
		n := 0
		for idea, err := range list {
			if limit > 0 && n == limit && err == nil {
				*more = true
				return
			}
			n++
			if !yield(idea, err) {
				return
			}
		}
	}, more
}
