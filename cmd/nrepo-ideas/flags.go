package main

import (
	"context"
	"errors"
	"flag"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/nrepo-cli/nrepo/cmd/nrepo-ideas/internal/when"
	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

// ideaHelp explains how to name an idea, and ideasHelp how to name several.
const (
	ideaHelp = `
IDEA is a number, such as 12 or '#12' (with quotes for the shell), or an id,
such as id:698.`
	ideasHelp = ideaHelp + ` Use - to read ideas from stdin.
`
)

func quietFlag(fs *flag.FlagSet, quiet *bool) {
	fs.BoolVar(quiet, "q", false, "print only the numbers, one per line")
}

func pagerFlag(fs *flag.FlagSet, noPager *bool) {
	fs.BoolVar(noPager, "no-pager", false, "do not use a pager")
}

func dryRunFlag(fs *flag.FlagSet, dryRun *bool) {
	fs.BoolVar(dryRun, "dry-run", false, "show what would change, but change nothing")
}

// paged runs write with the pager as Stdout, if there is one.
func paged(ctx context.Context, env *plugin.Env, noPager bool, write func() error) error {
	if noPager {
		return write()
	}
	defer env.Page(ctx)()
	return write()
}

// wholeNumber parses a number that is not negative.
func wholeNumber(n *int) func(string) error {
	return func(text string) error {
		got, err := strconv.Atoi(text)
		if err != nil || strings.Trim(text, "0123456789") != "" {
			return errors.New("must be a whole number, 0 or more")
		}
		*n = got
		return nil
	}
}

func dateFlag(at *time.Time, now time.Time) func(string) error {
	return func(text string) (err error) {
		*at, err = when.Parse(text, now)
		return err
	}
}

// forceFlag is for scripts written for the npm package, where --force skips a preview.
func forceFlag(fs *flag.FlagSet) {
	fs.Bool("force", false, "ignored; accepted for existing scripts")
}

func tagFlag(tags *[]string) func(string) error {
	return func(text string) error {
		*tags = append(*tags, splitTags([]string{text})...)
		return nil
	}
}

// splitTags splits lists at commas and removes duplicates.
func splitTags(words []string) (tags []string) {
	for _, word := range words {
		for t := range strings.SplitSeq(word, ",") {
			if t = strings.TrimSpace(t); t != "" && !slices.Contains(tags, t) {
				tags = append(tags, t)
			}
		}
	}
	return tags
}
