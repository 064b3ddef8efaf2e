package record

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/nrepo-cli/nrepo/cmd/nrepo-ideas/internal/ideafile"
)

// readMarkdown reads a file, or each file of a directory whose name ends in .md.
func readMarkdown(s Source, yield func(Record, error) bool) error {
	info, err := os.Stat(s.Path)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		r, err := s.file(s.Path, s.Name)
		yield(r, err)
		return nil
	}
	entries, err := os.ReadDir(s.Path)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if ext := strings.ToLower(filepath.Ext(e.Name())); e.IsDir() || strings.HasPrefix(e.Name(), ".") || ext != ".md" && ext != ".markdown" {
			continue
		}
		r, err := s.file(filepath.Join(s.Path, e.Name()), filepath.Join(s.Name, e.Name()))
		if !yield(r, err) {
			return nil
		}
	}
	return nil
}

// maxFile limits a Markdown file.
const maxFile = 4 << 20 // bytes

func (s Source) file(path, name string) (Record, error) {
	r := Record{File: name, Line: 1}
	info, err := os.Stat(path)
	if err == nil && info.Size() > maxFile {
		err = errors.New("it is larger than 4 MiB")
	}
	if err != nil {
		return r, &Fault{name, 1, err}
	}
	doc, err := os.ReadFile(path)
	if err != nil {
		return r, &Fault{name, 1, err}
	}
	p, err := ideafile.Parse(doc)
	if at, ok := errors.AsType[*ideafile.FaultError](err); ok {
		return r, &Fault{name, at.Line, at.Err}
	}
	if len(p.Unknown) > 0 {
		s.warn("%s: these fields are left out: %s", name, strings.Join(p.Unknown, ", "))
	}
	r.Title, r.Body, r.Status, r.Tags, r.SourceURL = p.Title, p.Body, p.Status, p.Tags, p.SourceURL
	r.Number, r.ID, r.ParentID = p.Number, p.ID, p.Parent
	for _, rel := range p.Relations {
		r.Relations = append(r.Relations, Relation{rel.Source, rel.Target, rel.Type, rel.Note})
	}
	if !p.Has["title"] {
		r.Title = titleOf(p.Body, name)
	}
	return r, nil
}

// titleOf returns the first heading of a text, or a title made from the file name.
func titleOf(body, name string) string {
	for line := range strings.Lines(body) {
		if heading, ok := strings.CutPrefix(line, "# "); ok && strings.TrimSpace(heading) != "" {
			return strings.TrimSpace(heading)
		}
	}
	base := filepath.Base(name)
	words := strings.FieldsFunc(strings.TrimSuffix(base, filepath.Ext(base)), func(r rune) bool { return r == '-' || r == '_' || r == ' ' })
	if len(words) > 1 && strings.Trim(words[0], "0123456789") == "" {
		words = slices.Delete(words, 0, 1)
	}
	return strings.Join(words, " ")
}
