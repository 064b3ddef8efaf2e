package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/peterbourgon/ff/v3/ffcli"

	"github.com/nrepo-cli/nrepo/cmd/nrepo-ideas/internal/importer"
	"github.com/nrepo-cli/nrepo/cmd/nrepo-ideas/internal/record"
	"github.com/nrepo-cli/nrepo/pkg/neuralrepo"
	"github.com/nrepo-cli/nrepo/pkg/output"
	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

func importCommand(ctx context.Context, env *plugin.Env) error {
	opts := importOptions{jobs: 1}
	fs := flag.NewFlagSet("import", flag.ContinueOnError)
	fs.StringVar(&opts.format, "format", "", "read as `FORMAT`: jsonl, csv, md or txt; by default from the name of the file")
	fs.StringVar(&opts.delimiter, "delimiter", "", "the `CHARACTER` between cells of CSV; by default taken from the header")
	fs.IntVar(&opts.jobs, "jobs", opts.jobs, "send `N` requests at a time, 1 to 32; 1 keeps the order of the file")
	fs.BoolVar(&opts.update, "update", false, "send what you changed in a directory that export wrote")
	fs.BoolVar(&opts.again, "again", false, "also send records that changed since they were imported, or that may already exist")
	fs.BoolVar(&opts.progress, "progress", false, "print progress every ten seconds when there is no terminal")
	dryRunFlag(fs, &opts.dryRun)
	return env.Run(ctx, &ffcli.Command{
		Name: "import",
		ShortUsage: `nrepo import FILE|DIR|-… [flags]
nrepo import --update DIR [flags]`,
		ShortHelp: "@(#)nrepo:summary.import=Import ideas from a file or a directory" + plugin.CompleteMarker,
		LongHelp: `
jsonl is one JSON object per line, or one array; each object has a title. csv
needs a header with a column "title". md is one idea per file, with front
matter. txt is one title per line. If a file is not valid, nothing is sent.

You can stop an import at any time: run the same command again and it continues
where it stopped. A journal next to the file records what was sent, so that no
idea is imported twice.

Examples:
  nrepo import ideas.jsonl
  nrepo import notes --dry-run
  nrepo import backlog.csv --jobs 4
  printf 'one\ntwo\n' | nrepo import - --format txt` + neuralrepo.Variables,
		FlagSet: fs,
		Exec: func(ctx context.Context, args []string) error {
			opts.names = args
			switch {
			case len(args) == 0:
				return plugin.Usagef("needs a file, as in `nrepo import ideas.jsonl`")
			case opts.jobs < 1 || opts.jobs > 32:
				return plugin.Usagef("--jobs must be 1 to 32")
			case opts.format != "" && !slices.Contains(record.Formats(), opts.format):
				return plugin.Usagef("the format must be %s", strings.Join(record.Formats(), ", "))
			case len([]rune(opts.delimiter)) > 1:
				return plugin.Usagef("--delimiter must be one character")
			case opts.update && (len(args) != 1 || opts.again):
				return plugin.Usagef("--update takes one directory, as in `nrepo import --update notes`")
			}
			ctx, stop := env.NotifyContext(ctx)
			defer stop()
			if opts.update {
				return runUpdate(ctx, env, opts)
			}
			return runImport(ctx, env, opts)
		},
	})
}

func runImport(ctx context.Context, env *plugin.Env, opts importOptions) (err error) {
	limitMemory()
	state, err := env.StateDir(directory)
	if err != nil {
		return err
	}
	state = filepath.Join(state, "imports")
	if err := os.MkdirAll(state, 0o700); err != nil {
		return fileError(err)
	}
	sources, cleanUp, err := opts.sources(ctx, env, state)
	defer cleanUp()
	if err != nil {
		return err
	}
	files, err := checkAll(env, sources)
	if err != nil {
		return err
	}
	client, err := connect(env)
	if err != nil {
		return err
	}
	defer client.CacheLater()()
	opts.profile = client.Credential().Profile
	im := &importer.Import{Files: files, Options: importer.Options{Client: client, Jobs: opts.jobs, Again: opts.again, DryRun: opts.dryRun}}
	defer func() {
		if failed := im.Close(); failed != nil && err == nil {
			err = goOn(fmt.Errorf("the last results are not in the journal: %w", failed), opts)
		}
	}()
	pending, err := begin(ctx, env, im, state)
	if plugin.ExitCode(err) == plugin.ExitUnavailable {
		return goOn(err, opts)
	}
	if err != nil {
		return err
	}
	return report(ctx, env, im, pending, opts)
}

// begin opens the journals and returns the number of records to send.
func begin(ctx context.Context, env *plugin.Env, im *importer.Import, state string) (pending int, err error) {
	for _, f := range im.Files {
		if err := openJournal(ctx, im.Client, f, state, im.DryRun); err != nil {
			return 0, err
		}
		if !f.Journal.IsCompared() {
			if err := compareExisting(ctx, im, f, im.Again); err != nil {
				return 0, err
			}
		}
	}
	if pending, err = im.Pending(); err != nil || im.DryRun {
		return pending, err
	}
	return pending, tellBudget(ctx, env, im.Client, pending)
}

// compareExisting handles a file without a journal, whose ideas may already exist.
func compareExisting(ctx context.Context, im *importer.Import, f *importer.File, again bool) error {
	if again {
		return f.Journal.Compared()
	}
	known, err := im.Compare(ctx, f)
	if err != nil || known {
		return err
	}
	return &output.Error{
		Err:  fmt.Errorf("%s has no journal, and there are more than %d ideas to compare it with: some of its ideas may already exist", f.Name, importer.MaxCompared),
		Hint: "if none of them exists, use --again",
	}
}
