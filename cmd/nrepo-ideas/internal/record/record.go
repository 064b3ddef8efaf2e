// Package record reads ideas from files for an import: JSON lines, CSV, Markdown with
// front matter, and plain text with a title on each line.
package record

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/nrepo-cli/nrepo/pkg/neuralrepo"
)

// Record is one idea in a file.
type Record struct {
	File string // as the user named it; "-" for stdin
	Line int    // the first line of the record, from 1

	Title     string
	Body      string
	Status    string // "" if not given
	Tags      []string
	SourceURL string
	// Number and ID are from an export; "" if not given. The imported idea gets new
	// ones.
	Number    string
	ID        string
	ParentID  string     // the ID of another record
	Relations []Relation // from and to this record, with the IDs of an export
}

// Relation is a relation between two records, by their IDs.
type Relation struct {
	Source string `json:"source_idea_id"`
	Target string `json:"target_idea_id"`
	Type   string `json:"relation_type"`
	Note   string `json:"note,omitempty"`
}

// Key identifies a record by its content, so that it is recognized when lines move.
type Key [16]byte

// Key returns the key of the nth record with this content, from 0.
func (r Record) Key(n int) Key {
	content := make([]byte, 0, 256+len(r.Body))
	for _, text := range append([]string{r.Title, r.Body, r.Status, r.SourceURL, r.ParentID, strconv.Itoa(n)}, r.Tags...) {
		content = append(strconv.AppendInt(content, int64(len(text)), 10), ':')
		content = append(content, text...)
	}
	sum := sha256.Sum256(content)
	return Key(sum[:16])
}

// Origin identifies a record even if its content has changed: by the id or the number of
// an export, or else by its title.
func (r Record) Origin() Key {
	sum := sha256.Sum256([]byte("title:" + r.Title))
	if of := r.ID + "#" + r.Number; of != "#" {
		sum = sha256.Sum256([]byte("id:" + of))
	}
	return Key(sum[:16])
}

// NewIdea returns the request that creates the record's idea.
func (r Record) NewIdea() neuralrepo.NewIdea {
	return neuralrepo.NewIdea{Title: r.Title, Body: r.Body, Status: r.Status, Tags: r.Tags, SourceURL: r.SourceURL, Source: "cli"}
}

// Fault is an error in one record. The records after it can be read.
type Fault struct {
	File string
	Line int // from 1
	Err  error
}

// Error returns the file, the line and the error.
func (f *Fault) Error() string { return fmt.Sprintf("%s:%d: %v", f.File, f.Line, f.Err) }

// Unwrap returns f.Err.
func (f *Fault) Unwrap() error { return f.Err }

// Formats are the names of the formats.
func Formats() []string { return []string{"jsonl", "csv", "md", "txt"} }

// Source is a file or a directory of records.
type Source struct {
	Path      string // the path to read
	Name      string // the name that the user gave
	Identity  string // identifies the source: an absolute path, or the hash of stdin's content
	Format    string // one of Formats
	Delimiter rune   // of CSV; 0 means to detect it from the header
	Warn      func(text string)
}

// FormatOf returns the format of a path by its name: a directory is Markdown.
func FormatOf(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", err
	}
	if info.IsDir() {
		return "md", nil
	}
	switch ext := strings.ToLower(filepath.Ext(path)); ext {
	case ".jsonl", ".ndjson", ".json":
		return "jsonl", nil
	case ".csv", ".tsv":
		return "csv", nil
	case ".md", ".markdown":
		return "md", nil
	case ".txt":
		return "txt", nil
	}
	return "", errors.New("cannot tell the format from the name: use --format")
}

// Records returns the records in order. After an error that is a *Fault more records
// follow; any other error is the last. A source can be read more than once.
func (s Source) Records() iter.Seq2[Record, error] {
	read := map[string]func(Source, func(Record, error) bool) error{
		"jsonl": readJSON, "csv": readCSV, "md": readMarkdown, "txt": readText,
	}[s.Format]
	return func(yield func(Record, error) bool) {
		stopped := false
		err := read(s, func(r Record, err error) bool {
			if err == nil {
				err = s.check(r)
			}
			stopped = !yield(r, err)
			return !stopped
		})
		if err != nil && !stopped {
			yield(Record{}, err)
		}
	}
}

// check returns an error for a record beyond the limits of the service.
func (s Source) check(r Record) error {
	if err := r.NewIdea().Validate(); err != nil {
		return &Fault{r.File, r.Line, err}
	}
	return nil
}

func (s Source) fault(line int, err error) error { return &Fault{s.Name, line, err} }

func (s Source) warn(format string, args ...any) {
	if s.Warn != nil {
		s.Warn(fmt.Sprintf(format, args...))
	}
}
