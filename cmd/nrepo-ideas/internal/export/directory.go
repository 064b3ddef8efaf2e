package export

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/nrepo-cli/nrepo/cmd/nrepo-ideas/internal/atomicfile"
	"github.com/nrepo-cli/nrepo/cmd/nrepo-ideas/internal/ideafile"
	"github.com/nrepo-cli/nrepo/pkg/neuralrepo"
)

// Directory is a directory of Markdown files, one for each idea. The file of an unchanged
// idea is not touched. At any moment each file has its old or its new content; after a kill
// the next export finishes the work.
type Directory struct {
	dir     string
	opts    DirectoryOptions
	before  Manifest
	files   map[string]Entry // written so far
	byID    map[neuralrepo.ID]string
	partial *os.File

	// Gone are the files of ideas that no longer exist.
	Gone []string
}

// DirectoryOptions are options for OpenDirectory.
type DirectoryOptions struct {
	APIURL, UserID string // the owner of the ideas
	Narrowed       bool   // only some ideas are written; the files of others stay
	Prune          bool   // removes files of ideas that no longer exist
	Force          bool   // replaces files that were changed, or are not from an export
}

// maxNamed is how many files an error names at most.
const maxNamed = 20

// OpenDirectory begins an export to dir, which it creates if needed. No other export to
// dir may be running, because OpenDirectory removes the temporary files of a killed one.
// It returns an error if dir has ideas of another account, or files that were changed
// since they were exported.
func OpenDirectory(dir string, opts DirectoryOptions) (*Directory, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	ours := func(name string) bool { return name == manifestFile || isFileName(name) }
	if err := atomicfile.RemoveTemporary(dir, ours); err != nil {
		return nil, err
	}
	before, err := ReadManifest(dir)
	if err != nil {
		return nil, err
	}
	if before.Version != 0 && (before.APIURL != opts.APIURL || before.UserID != opts.UserID) && !opts.Force {
		return nil, fmt.Errorf("%s contains ideas of another account, at %s", dir, before.APIURL)
	}
	d := &Directory{dir: dir, opts: opts, before: before, files: map[string]Entry{}, byID: map[neuralrepo.ID]string{}}
	var changed []string
	for _, name := range slices.Sorted(maps.Keys(before.Files)) {
		d.byID[before.Files[name].ID] = name
		yes, err := before.Changed(dir, name)
		if err != nil {
			return nil, err
		}
		if yes {
			changed = append(changed, name)
		}
	}
	if len(changed) > 0 && !opts.Force {
		return nil, &ChangedError{dir, changed}
	}
	d.partial, err = os.OpenFile(filepath.Join(dir, partialFile), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o644)
	return d, err
}

// ChangedError means that files were changed since they were exported.
type ChangedError struct {
	Dir   string
	Files []string
}

// Error names the first twenty files.
func (e *ChangedError) Error() string {
	named := e.Files
	more := ""
	if len(named) > maxNamed {
		named, more = named[:maxNamed], fmt.Sprintf(" and %d more", len(e.Files)-maxNamed)
	}
	return fmt.Sprintf("files in %s changed since the last export: %s%s", e.Dir, strings.Join(named, ", "), more)
}

// Render returns the content of an idea's file.
func Render(item Item) []byte {
	f := ideafile.Idea{
		Number: string(item.Number), ID: string(item.ID), Title: item.Title, Status: item.Status, Tags: item.Tags, Source: item.Source,
		SourceURL: item.SourceURL, Parent: string(item.ParentID), CreatedAt: stamp(item.CreatedAt), UpdatedAt: stamp(item.UpdatedAt), Body: item.Body,
	}
	for _, e := range item.Relations {
		f.Relations = append(f.Relations, ideafile.Relation{Type: e.Type, Source: string(e.SourceID), Target: string(e.TargetID), Note: e.Note})
	}
	return ideafile.Render(f)
}

// Write updates the file of an idea.
func (d *Directory) Write(item Item) error {
	name, content := FileName(item.Idea), Render(item)
	entry := Entry{item.ID, hash(content), Content(item.Title, item.Status, item.Tags, item.Body)}
	path := filepath.Join(d.dir, name)
	present, err := os.ReadFile(path)
	switch {
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return err
	case err == nil && hash(present) == entry.SHA256:
	case err == nil && d.before.Files[name].ID == "" && !d.opts.Force:
		return fmt.Errorf("%s was not written by nrepo export", path)
	default:
		line, err := json.Marshal(partial{name, entry})
		if err == nil {
			_, err = d.partial.Write(append(line, '\n'))
		}
		if err == nil {
			err = atomicfile.Write(path, content)
		}
		if err != nil {
			return err
		}
	}
	d.files[name] = entry
	if old := d.byID[item.ID]; old != "" && old != name { // the title has changed
		return d.remove(old)
	}
	return nil
}

// remove removes a file, unless it was changed by hand.
func (d *Directory) remove(name string) error {
	changed, err := d.before.Changed(d.dir, name)
	if err != nil {
		return err
	}
	if changed && !d.opts.Force { // changed after the export began
		return nil
	}
	if err := os.Remove(filepath.Join(d.dir, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// Close writes the manifest. After a complete export of all ideas, it also looks for files
// of ideas that no longer exist.
func (d *Directory) Close(whole bool) error {
	if err := d.partial.Close(); err != nil || !whole {
		return err
	}
	written := map[neuralrepo.ID]bool{}
	for _, e := range d.files {
		written[e.ID] = true
	}
	for _, name := range slices.Sorted(maps.Keys(d.before.Files)) {
		entry := d.before.Files[name]
		switch {
		case written[entry.ID]:
			continue
		case d.opts.Narrowed:
			d.files[name] = entry
			continue
		}
		if _, err := os.Stat(filepath.Join(d.dir, name)); errors.Is(err, fs.ErrNotExist) {
			continue
		}
		d.Gone = append(d.Gone, name)
		if !d.opts.Prune {
			d.files[name] = entry
			continue
		}
		if err := d.remove(name); err != nil {
			return err
		}
	}
	return Manifest{Version, d.opts.APIURL, d.opts.UserID, d.files}.Write(d.dir)
}
