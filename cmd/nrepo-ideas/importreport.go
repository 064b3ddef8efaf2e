package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/nrepo-cli/nrepo/cmd/nrepo-ideas/internal/importer"
	"github.com/nrepo-cli/nrepo/pkg/output"
	"github.com/nrepo-cli/nrepo/pkg/plugin"
	"github.com/nrepo-cli/nrepo/pkg/progress"
)

// importCount is the result without the records.
type importCount struct {
	Imported int  `json:"imported"`
	Skipped  int  `json:"skipped"`
	Errors   int  `json:"errors"`
	DryRun   bool `json:"dry_run,omitempty"`

	by map[string]int // how many of each status
}

// report runs the import and prints the result.
func report(ctx context.Context, env *plugin.Env, im *importer.Import, pending int, opts importOptions) error {
	format, err := env.Format()
	if err != nil {
		return err
	}
	stopped := runShown(ctx, env, im, pending, opts.progress && format == output.Human)
	total := importCount{DryRun: opts.dryRun}
	if total.by, err = im.Tally(stopped); err != nil {
		return err
	}
	total.sum()
	if format == output.JSON {
		err = writeResults(env.Stdout, im, stopped, total)
	} else {
		err = writeLines(env, im, stopped, total)
	}
	switch {
	case err != nil:
		return err
	case importer.IsRelations(stopped):
		return stopped
	case stopped != nil && ctx.Err() != nil:
		env.Warn("interrupted; continue with `" + opts.line() + "`") // Main prints no message for a signal
		return stopped
	case stopped != nil:
		return goOn(stopped, opts)
	case total.Errors > 0:
		return fmt.Errorf("%s could not be imported", count(total.Errors, "idea"))
	}
	return nil
}

// runShown runs the import and shows its progress.
func runShown(ctx context.Context, env *plugin.Env, im *importer.Import, pending int, lines bool) error {
	if im.DryRun {
		return nil
	}
	format, err := env.Format()
	if err != nil {
		return err
	}
	if format == output.Human {
		bar := env.Bar(progress.Options{What: "importing", Total: pending, Lines: lines})
		defer bar.Done()
		im.Step = func() { bar.Add(1) }
	}
	im.Waiting = func(wait time.Duration) { env.Progress(fmt.Sprintf("waiting %v, as the service requests", wait)) }
	return im.Run(ctx)
}

// writeLines writes the result for a person.
func writeLines(env *plugin.Env, im *importer.Import, stopped error, total importCount) error {
	for r, err := range im.Results(stopped) {
		if err == nil && (r.Status != importer.NotSent || stopped == nil) {
			err = writeResult(env, r)
		}
		if err != nil {
			return err
		}
	}
	_, err := io.WriteString(env.Stdout, total.text())
	return err
}

// writeResults writes the result as JSON, record by record: there may be 100,000 records.
func writeResults(w io.Writer, im *importer.Import, stopped error, total importCount) error {
	buffered := bufio.NewWriter(w)
	array, err := output.NewJSONArrayIn(buffered, total, "results")
	if err != nil {
		return err
	}
	for r, err := range im.Results(stopped) {
		if err == nil {
			err = array.Append(r)
		}
		if err != nil {
			return errors.Join(err, buffered.Flush()) // leave the array open, so that nobody mistakes it for the whole result
		}
	}
	return errors.Join(array.Close(), buffered.Flush())
}

// goOn adds the command that continues the import to an error.
func goOn(stopped error, opts importOptions) error {
	e := *output.AsError(stopped)
	e.Hint = strings.TrimPrefix(e.Hint+"; continue with `"+opts.line()+"`", "; ")
	return &e
}

func (r *importCount) sum() {
	for status, n := range r.by {
		switch status {
		case importer.Created, importer.WouldSend:
			r.Imported += n
		case importer.Exists, importer.Changed:
			r.Skipped += n
		default:
			r.Errors += n
		}
	}
}

func (r *importCount) text() string {
	verb := "Imported"
	if r.DryRun {
		verb = "Would import"
	}
	text := fmt.Sprintf("%s %s, skipped %d", verb, count(r.Imported, "idea"), r.Skipped)
	for _, status := range []string{importer.Failed, importer.NotSent, importer.Unknown} {
		if n := r.by[status]; n > 0 {
			text += fmt.Sprintf(", %d %s", n, status)
		}
	}
	return text + "\n"
}

// writeResult writes a line to stdout for an imported record, and to stderr for one that
// was not imported.
func writeResult(env *plugin.Env, r importer.Result) error {
	title := fmt.Sprintf("%q", shortTitle(r.Title))
	where := fmt.Sprintf("%s:%d: %s", r.File, r.Line, title)
	text := ""
	switch r.Status {
	case importer.Created:
		text = fmt.Sprintf("Imported %s as %s", title, ref(r.Number, r.ID))
	case importer.WouldSend:
		text = "Would import " + title
	case importer.Exists:
		return nil
	case importer.Changed:
		env.Warn(where + " has changed since it was imported; --again imports it as a new idea")
		return nil
	default:
		env.Warn(fmt.Sprintf("%s: %s: %s", where, r.Status, r.Error))
		return nil
	}
	_, err := io.WriteString(env.Stdout, output.SafeLine(text)+"\n")
	return err
}
