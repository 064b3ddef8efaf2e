package main

import (
	"context"
	"flag"

	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

// ideaHelp explains in every command how an idea is named.
const ideaHelp = `
An idea is named by its number, 12 or #12, or by its id, id:698. "-" reads ideas
from stdin.
`

func quietFlag(fs *flag.FlagSet, quiet *bool) {
	fs.BoolVar(quiet, "q", false, "print only the numbers, one a line")
}

func pagerFlag(fs *flag.FlagSet, noPager *bool) {
	fs.BoolVar(noPager, "no-pager", false, "write to the terminal without a pager")
}

func dryRunFlag(fs *flag.FlagSet, dryRun *bool) {
	fs.BoolVar(dryRun, "dry-run", false, "say what would be changed, and change nothing")
}

// paged runs write with the pager as Stdout where there is one.
func paged(ctx context.Context, env *plugin.Env, noPager bool, write func() error) error {
	if noPager {
		return write()
	}
	defer env.Page(ctx)()
	return write()
}
