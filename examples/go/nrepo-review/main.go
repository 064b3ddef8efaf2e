// Command nrepo-review goes through ideas that have not changed for a while. It is an
// example of a complete plugin in Go, with subcommands, a question to the user, a
// progress bar and a setting.
package main

import (
	"context"
	"flag"
	"os"
	"strconv"

	"github.com/peterbourgon/ff/v3/ffcli"

	"github.com/nrepo-cli/nrepo/pkg/neuralrepo"
	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

func main() { os.Exit(plugin.Main("review", run)) }

func run(ctx context.Context, env *plugin.Env) error {
	var o options
	list := o.flags("list", daysFlag)
	keep := o.flags("keep", dryRunFlag)
	shelve := o.flags("shelve", daysFlag, dryRunFlag, yesFlag)
	return env.Run(ctx, &ffcli.Command{
		Name: "review",
		ShortUsage: `nrepo review list [flags]
nrepo review keep IDEA… [flags]
nrepo review shelve [flags]
nrepo review days [N]`,
		ShortHelp: plugin.SummaryMarker + "Look through ideas that nobody has changed for a while" + plugin.CompleteMarker,
		LongHelp: `
Examples:
  nrepo review list --days 90
  nrepo review keep 12 15
  nrepo review shelve --yes`,
		Subcommands: []*ffcli.Command{
			{
				Name: "list", ShortUsage: "nrepo review list [flags]", ShortHelp: "List the ideas that are due, oldest first", FlagSet: list,
				Exec: func(ctx context.Context, args []string) error {
					if len(args) > 0 {
						return plugin.Usagef("list takes no arguments")
					}
					return listDue(ctx, env, o)
				},
			},
			{
				Name: "keep", ShortUsage: "nrepo review keep IDEA… [flags]", ShortHelp: "Tag ideas with \"kept\", so that they are no longer due", FlagSet: keep,
				Exec: func(ctx context.Context, args []string) error {
					if len(args) == 0 {
						return plugin.Usagef("needs an idea, as in `nrepo review keep 12`")
					}
					refs := make([]neuralrepo.Ref, len(args))
					for i, arg := range args {
						var err error
						if refs[i], err = neuralrepo.ParseRef(arg); err != nil {
							return err
						}
					}
					return keepIdeas(ctx, env, refs, o)
				},
			},
			{
				Name: "shelve", ShortUsage: "nrepo review shelve [flags]", ShortHelp: "Shelve all ideas that are due", FlagSet: shelve,
				Exec: func(ctx context.Context, args []string) error {
					if len(args) > 0 {
						return plugin.Usagef("shelve takes no arguments")
					}
					return shelveDue(ctx, env, o)
				},
			},
			{
				Name: "days", ShortUsage: "nrepo review days [N]", ShortHelp: "Show or set the number of days after which ideas are due",
				Exec: func(_ context.Context, args []string) error {
					switch len(args) {
					case 0:
						return showDays(env)
					case 1:
						return setDays(env, args[0])
					}
					return plugin.Usagef("days takes one number")
				},
			},
		},
	})
}

// options are the flags of all subcommands.
type options struct {
	days        int // -1 means the stored number
	dryRun, yes bool
}

func (o *options) flags(name string, add ...func(*options, *flag.FlagSet)) *flag.FlagSet {
	fs := flag.NewFlagSet(name, flag.ContinueOnError)
	o.days = -1
	for _, one := range add {
		one(o, fs)
	}
	return fs
}

func daysFlag(o *options, fs *flag.FlagSet) {
	fs.Func("days", "due after `N` days; by default the number of \"nrepo review days\", or 30", func(text string) (err error) {
		o.days, err = parseDays(text)
		return err
	})
}

func dryRunFlag(o *options, fs *flag.FlagSet) {
	fs.BoolVar(&o.dryRun, "dry-run", false, "show what would change, but change nothing")
}

func yesFlag(o *options, fs *flag.FlagSet) { fs.BoolVar(&o.yes, "yes", false, "do not ask") }

func parseDays(text string) (int, error) {
	days, err := strconv.ParseUint(text, 10, 16)
	if err != nil {
		return 0, plugin.Usagef("the days must be a whole number up to 65535")
	}
	return int(days), nil
}
