package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/peterbourgon/ff/v3/ffcli"

	"github.com/nrepo-cli/nrepo/cmd/nrepo-ideas/internal/importer"
	"github.com/nrepo-cli/nrepo/cmd/nrepo-ideas/internal/journal"
	"github.com/nrepo-cli/nrepo/cmd/nrepo-ideas/internal/record"
	"github.com/nrepo-cli/nrepo/pkg/neuralrepo"
	"github.com/nrepo-cli/nrepo/pkg/output"
	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

// importOptions are the flags of import.
type importOptions struct {
	names                           []string
	format, delimiter               string
	jobs                            int
	dryRun, update, again, progress bool
}

func importCommand(ctx context.Context, env *plugin.Env) error {
	opts := importOptions{jobs: 1}
	fs := flag.NewFlagSet("import", flag.ContinueOnError)
	fs.StringVar(&opts.format, "format", "", "`FORMAT`: jsonl, csv, md or txt; by default from the name of the file")
	fs.StringVar(&opts.delimiter, "delimiter", "", "the `CHARACTER` between cells of CSV; by default taken from the header")
	fs.IntVar(&opts.jobs, "jobs", opts.jobs, "send `N` requests at a time, 1 to 32; 1 keeps the order of the file")
	fs.BoolVar(&opts.update, "update", false, "send what you changed in a directory that export wrote")
	fs.BoolVar(&opts.again, "again", false, "also send records that changed since they were imported, or that may exist")
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
matter. txt is one title per line. Everything is checked before anything is
sent.

You can stop an import at any time: run the same command again and it continues
where it stopped. A journal beside the file records what was sent, so that no
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

func runImport(ctx context.Context, env *plugin.Env, opts importOptions) error {
	debug.SetMemoryLimit(memory)
	debug.SetGCPercent(400) // below the limit, garbage is cheap
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
	files, err := checkAll(sources)
	if err != nil {
		return err
	}
	client, err := connect(env)
	if err != nil {
		return err
	}
	defer client.CacheLater()()
	im := &importer.Import{Files: files, Options: importer.Options{Client: client, Jobs: opts.jobs, Again: opts.again, DryRun: opts.dryRun}}
	for _, f := range files {
		if err := openJournal(ctx, client, f, state, opts.dryRun); err != nil {
			return err
		}
		defer f.Journal.Close()
		if !f.Journal.IsCompared() {
			if err := compareExisting(ctx, im, f, opts.again); err != nil {
				return err
			}
		}
	}
	pending, err := im.Pending()
	if err != nil {
		return err
	}
	if !opts.dryRun {
		if err := tellBudget(ctx, env, client, pending); err != nil {
			return err
		}
	}
	return report(ctx, env, im, pending, opts)
}

// sources finds the format of each file. It copies stdin to a file first, because all of
// it is checked before anything is sent.
func (o importOptions) sources(ctx context.Context, env *plugin.Env, state string) (list []record.Source, cleanUp func(), err error) {
	var temporary []string
	cleanUp = func() {
		for _, path := range temporary {
			os.Remove(path)
		}
	}
	for _, name := range o.names {
		s := record.Source{Path: name, Name: name, Format: o.format, Warn: env.Warn}
		if o.delimiter != "" {
			s.Delimiter = []rune(o.delimiter)[0]
		}
		switch {
		case name == "-" && len(temporary) > 0:
			return nil, cleanUp, plugin.Usagef("stdin is named twice")
		case name == "-":
			if s.Path, s.Identity, err = spool(ctx, env, state); err != nil {
				return nil, cleanUp, err
			}
			temporary = append(temporary, s.Path)
			s.Name = "stdin"
			if s.Format == "" {
				s.Format = "jsonl"
			}
		case s.Format == "":
			if s.Format, err = record.FormatOf(name); err != nil {
				return nil, cleanUp, plugin.Usagef("%w", fileError(err))
			}
			fallthrough
		default:
			if s.Identity, err = filepath.Abs(name); err == nil { // one journal for a file, whatever path names it
				s.Identity, err = filepath.EvalSymlinks(s.Identity)
			}
			if err != nil {
				return nil, cleanUp, plugin.Usagef("%w", fileError(err))
			}
		}
		list = append(list, s)
	}
	return list, cleanUp, namedOnce(list)
}

// namedOnce returns an error if one source contains another.
func namedOnce(list []record.Source) error {
	names := map[string]string{} // by identity
	for _, s := range list {
		if _, twice := names[s.Identity]; twice {
			return plugin.Usagef("%s is named twice", s.Name)
		}
		names[s.Identity] = s.Name
	}
	for _, s := range list {
		if in, twice := names[filepath.Dir(s.Identity)]; twice {
			return plugin.Usagef("%s is in %s, which is named too", s.Name, in)
		}
	}
	return nil
}

// spool copies stdin to a file and returns the hash of the content too.
func spool(ctx context.Context, env *plugin.Env, state string) (path, hash string, err error) {
	f, err := os.CreateTemp(state, "stdin-*")
	if err != nil {
		return "", "", fileError(err)
	}
	digest := sha256.New()
	err = env.CopyStdin(ctx, io.MultiWriter(f, digest))
	if err = errors.Join(err, f.Close()); err != nil {
		os.Remove(f.Name())
		return "", "", fileError(err)
	}
	return f.Name(), hex.EncodeToString(digest.Sum(nil)), nil
}

// maxFaults is how many faults are listed at most.
const maxFaults = 20

// checkAll reads every file once and reports all faults together.
func checkAll(sources []record.Source) (files []*importer.File, err error) {
	var faults []*record.Fault
	for _, s := range sources {
		f, found, err := importer.Check(s)
		if err != nil {
			return nil, plugin.Usagef("%w", fileError(err))
		}
		files, faults = append(files, f), append(faults, found...)
	}
	if len(faults) == 0 {
		return files, nil
	}
	var lines []string
	for _, fault := range faults[:min(len(faults), maxFaults)] {
		lines = append(lines, fault.Error())
	}
	text := strings.Join(lines, "; ")
	if len(faults) > maxFaults {
		text += fmt.Sprintf("; and %d more", len(faults)-maxFaults)
	}
	return nil, &output.Error{Code: output.CodeUsage, Err: fmt.Errorf("%s, nothing was sent: %s", count(len(faults), "fault"), text), Hint: "correct the file and run the command again"}
}

// openJournal opens the journal of a file; with copy it only reads it. The journal is
// beside the file, or in the state directory if that directory is not writable.
func openJournal(ctx context.Context, client *neuralrepo.Client, f *importer.File, state string, copy bool) (err error) {
	cred := client.Credential()
	account := sum([]byte(cred.APIURL + "\x00" + cred.UserID))[:8]
	elsewhere := filepath.Join(state, sum([]byte(f.Identity))[:16]+"-"+account)
	path := f.Identity + "." + account + ".nrepo-import"
	if info, err := os.Stat(f.Path); err == nil && info.IsDir() {
		path = filepath.Join(f.Identity, "."+account+".nrepo-import")
	}
	_, missing := os.Stat(elsewhere + ".journal")
	if f.Name == "stdin" || missing == nil || !writable(filepath.Dir(path)) {
		path = elsewhere + ".journal"
	}
	if copy {
		f.Journal, err = journal.OpenCopy(path, elsewhere+".lock")
	} else {
		f.Journal, err = journal.Open(path, elsewhere+".lock", func() (journal.Head, error) {
			page, err := client.Ideas(ctx, neuralrepo.IdeaFilter{Limit: 1})
			h := journal.Head{APIURL: cred.APIURL, UserID: cred.UserID, StartedAt: time.Now().UTC().Truncate(time.Second)}
			if err == nil && len(page.Ideas) > 0 {
				h.Newest = string(page.Ideas[0].ID)
			}
			return h, err
		})
	}
	if errors.Is(err, journal.ErrBusy) {
		return fmt.Errorf("%s: %w", f.Name, err)
	}
	return fileError(err)
}

// writable reports whether a file can be made in a directory.
func writable(dir string) bool {
	f, err := os.CreateTemp(dir, ".nrepo-import-*")
	if err != nil {
		return false
	}
	f.Close()
	return os.Remove(f.Name()) == nil
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
		Err:  fmt.Errorf("%s has no journal, and there are more than %d ideas to compare it with: some of its ideas may be there already", f.Name, importer.MaxCompared),
		Hint: "if they are not, import them with --again",
	}
}

// quietRequests is how many requests an import makes without announcing them.
const quietRequests = 20

// tellBudget reports before the first change how many requests the import needs and how
// many the plan allows in a day.
func tellBudget(ctx context.Context, env *plugin.Env, client *neuralrepo.Client, requests int) error {
	if requests <= quietRequests {
		return nil
	}
	user, err := client.Me(ctx)
	if err != nil {
		return err
	}
	limit := 100
	if user.Plan != "free" {
		limit = 10_000
	}
	format, err := env.Format()
	switch {
	case err != nil:
		return err
	case requests > limit:
		env.Warn(fmt.Sprintf("%d requests are needed, but the %s plan allows %d per day: the import stops at the limit, and the same command continues the next day", requests, user.Plan, limit))
	case format == output.Human:
		fmt.Fprintf(env.Stderr, "%s: %d requests are needed; the %s plan allows %d a day\n", env.Name, requests, output.Shorten(user.Plan), limit)
	}
	return nil
}
