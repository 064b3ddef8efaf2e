package main

import (
	"context"
	"flag"

	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

// ideaHelp tells how to name an idea.
const ideaHelp = `
IDEA is a number, such as 12 or #12, or an id, such as id:698. Use - to read
ideas from stdin.
`

func quietFlag(fs *flag.FlagSet, quiet *bool) {
	fs.BoolVar(quiet, "q", false, "print only the numbers, one per line")
}

func pagerFlag(fs *flag.FlagSet, noPager *bool) {
	fs.BoolVar(noPager, "no-pager", false, "do not use a pager")
}

func dryRunFlag(fs *flag.FlagSet, dryRun *bool) {
	fs.BoolVar(dryRun, "dry-run", false, "show what would change, but change nothing")
}

// paged runs write with the pager as Stdout where there is one.
func paged(ctx context.Context, env *plugin.Env, noPager bool, write func() error) error {
	if noPager {
		return write()
	}
	defer env.Page(ctx)()
	return write()
}
