package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/nrepo-cli/nrepo/cmd/nrepo-ideas/internal/export"
	"github.com/nrepo-cli/nrepo/cmd/nrepo-ideas/internal/record"
	"github.com/nrepo-cli/nrepo/pkg/neuralrepo"
	"github.com/nrepo-cli/nrepo/pkg/output"
	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

// updateResult is the result for a changed file.
type updateResult struct {
	File   string        `json:"file"`
	ID     neuralrepo.ID `json:"id"`
	Number neuralrepo.ID `json:"number,omitempty"`
	Title  string        `json:"title"`
	Status string        `json:"status"` // "updated", "would_update", "unchanged", "conflict" or "failed"
	Change string        `json:"change,omitempty"`
	Error  string        `json:"error,omitempty"`

	change change // for the line about an idea that is updated
}

// runUpdate sends the changes in the files of an export. It refuses a file if the idea
// was changed on the service too.
func runUpdate(ctx context.Context, env *plugin.Env, opts importOptions) error {
	dir := opts.names[0]
	unlock, err := lockTarget(env, dir)
	if err != nil {
		return err
	}
	defer unlock()
	manifest, err := export.ReadManifest(dir)
	if err != nil {
		return fileError(err)
	}
	if manifest.Version == 0 {
		if _, err := os.Stat(dir); err != nil {
			return plugin.Usagef("%w", fileError(err))
		}
		return plugin.Usagef("%s was not written by nrepo export", dir)
	}
	changed, err := changedFiles(env, dir, manifest)
	if err != nil {
		return err
	}
	client, err := connect(env)
	if err != nil {
		return err
	}
	defer client.CacheLater()()
	if cred := client.Credential(); cred.APIURL != manifest.APIURL || cred.UserID != manifest.UserID {
		return fmt.Errorf("%s contains ideas of another account, at %s", dir, manifest.APIURL)
	}
	if !opts.dryRun {
		if err := tellBudget(ctx, env, client, 2*len(changed)); err != nil {
			return err
		}
	}
	doc := struct {
		Updated int            `json:"updated"`
		Skipped int            `json:"skipped"`
		Errors  int            `json:"errors"`
		DryRun  bool           `json:"dry_run,omitempty"`
		Results []updateResult `json:"results"`
	}{DryRun: opts.dryRun, Results: []updateResult{}}
	format, err := env.Format()
	if err != nil {
		return err
	}
	for _, r := range changed {
		one, stop := updateOne(ctx, client, r, manifest.Files[filepath.Base(r.File)], opts.dryRun)
		switch one.Status {
		case "updated", "would_update":
			doc.Updated++
		case "unchanged":
			doc.Skipped++
		default:
			doc.Errors++
		}
		doc.Results = append(doc.Results, one)
		if format == output.Human {
			writeUpdate(env, one)
		}
		if one.Status == "updated" || one.Status == "unchanged" {
			if err := accept(dir, manifest, r, opts.dryRun); err != nil {
				return err
			}
		}
		if stop != nil {
			return stop
		}
	}
	if format == output.JSON {
		err = output.WriteJSON(env.Stdout, doc)
	} else {
		verb := updated.done
		if opts.dryRun {
			verb = updated.would
		}
		_, err = fmt.Fprintf(env.Stdout, "%s %s\n", verb, count(doc.Updated, "idea"))
	}
	if err == nil && doc.Errors > 0 {
		err = fmt.Errorf("%s could not be updated", count(doc.Errors, "file"))
	}
	return err
}

// accept records in the manifest that a file is the same as on the service.
func accept(dir string, manifest export.Manifest, r record.Record, dryRun bool) error {
	if dryRun {
		return nil
	}
	err := manifest.Accept(dir, filepath.Base(r.File), export.Content(r.Title, r.Status, r.Tags, r.Body))
	if err == nil {
		err = manifest.Write(dir)
	}
	return fileError(err)
}

// changedFiles returns the ideas in the changed files. It checks all of them before any
// is sent.
func changedFiles(env *plugin.Env, dir string, manifest export.Manifest) ([]record.Record, error) {
	var list []record.Record
	var sources []record.Source
	for _, name := range slices.Sorted(maps.Keys(manifest.Files)) {
		yes, err := manifest.Changed(dir, name)
		if err != nil {
			return nil, fileError(err)
		}
		if yes {
			path := filepath.Join(dir, name)
			sources = append(sources, record.Source{Path: path, Name: path, Format: "md", Warn: env.Warn})
		}
	}
	if _, err := checkAll(env, sources); err != nil {
		return nil, err
	}
	for _, s := range sources {
		for r, err := range s.Records() {
			if err != nil {
				return nil, fileError(err)
			}
			list = append(list, r)
		}
	}
	return list, nil
}

// updateOne sends the changes in a file. stop is an error that ends the command.
func updateOne(ctx context.Context, client *neuralrepo.Client, r record.Record, was export.Entry, dryRun bool) (result updateResult, stop error) {
	result = updateResult{File: r.File, ID: was.ID, Title: r.Title}
	now, err := client.IdeaByRef(ctx, neuralrepo.Ref{ID: was.ID})
	if err == nil && now.IsArchived {
		err = fmt.Errorf("%s is archived", ref(now.Number, now.ID))
	}
	if err != nil {
		return failedUpdate(result, err)
	}
	result.Number = now.Number
	update := neuralrepo.IdeaUpdate{}
	set := func(field **string, mine, theirs string) {
		if mine != theirs {
			*field = &mine
		}
	}
	set(&update.Title, r.Title, now.Title)
	set(&update.Body, r.Body, now.Body)
	if r.Status != "" {
		set(&update.Status, r.Status, now.Status)
	}
	if !slices.Equal(r.Tags, now.Tags) && len(r.Tags)+len(now.Tags) > 0 {
		tags := append([]string{}, r.Tags...)
		update.Tags = &tags
	}
	if update == (neuralrepo.IdeaUpdate{}) {
		result.Status = "unchanged"
		return result, nil
	}
	result.change = changeOf(now, differences(now, applied(now, update, neuralrepo.BulkUpdate{})))
	result.Change = result.change.Change
	if export.Content(now.Title, now.Status, now.Tags, now.Body) != was.Content {
		result.Status, result.Error = "conflict", "the idea was changed on the service too; export to another directory and compare"
		return result, nil
	}
	if dryRun {
		result.Status = "would_update"
		return result, nil
	}
	if _, err := client.UpdateIdea(ctx, now.ID, update); err != nil {
		return failedUpdate(result, err)
	}
	result.Status = "updated"
	return result, nil
}

// failedUpdate distinguishes an error of one idea from one that all others would get too.
func failedUpdate(result updateResult, err error) (updateResult, error) {
	result.Status, result.Error = "failed", err.Error()
	if code := plugin.ExitCode(err); code == plugin.ExitAuth || code == plugin.ExitUnavailable {
		return result, err
	}
	return result, nil
}

func writeUpdate(env *plugin.Env, r updateResult) {
	switch r.Status {
	case "updated":
		io.WriteString(env.Stdout, r.change.line(updated.done))
	case "would_update":
		io.WriteString(env.Stdout, r.change.line(updated.would))
	case "unchanged":
	default:
		env.Warn(fmt.Sprintf("%s: %s: %s", r.File, r.Status, r.Error))
	}
}
