// Package importer sends the records of files to the service, each once as far as the
// service lets us: a journal tells the next run what was sent, and what came of it is
// looked up before it is sent again.
package importer

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nrepo-cli/nrepo/cmd/nrepo-ideas/internal/journal"
	"github.com/nrepo-cli/nrepo/cmd/nrepo-ideas/internal/record"
	"github.com/nrepo-cli/nrepo/pkg/neuralrepo"
)

// The states of a record at the end.
const (
	Created   = "created"
	Exists    = "exists"   // it was imported before, or the same idea is there
	Changed   = "changed"  // it was imported before with another content; not sent
	Failed    = "failed"   // the service refused it
	NotSent   = "not_sent" // nothing was made of it, and it can be sent again
	Unknown   = "unknown"  // it was sent, and what came of it cannot be known
	WouldSend = "would_create"
)

// Result is what became of a record.
type Result struct {
	File   string        `json:"file"`
	Line   int           `json:"line"`
	Title  string        `json:"title"`
	Status string        `json:"status"` // one of the constants
	ID     neuralrepo.ID `json:"id,omitempty"`
	Number neuralrepo.ID `json:"number,omitempty"`
	Error  string        `json:"error,omitempty"` // why not, for Failed, NotSent and Unknown
}

// File is a source that was checked, with its journal.
type File struct {
	record.Source
	Count   int // records
	Journal *journal.Journal

	keys  map[record.Key]bool   // of its records
	known map[record.Key]string // states that are decided: Created, Failed, …
	why   map[record.Key]error
	ids   map[string]record.Key // of an export: id to record
}

// Options say how an import goes.
type Options struct {
	Client *neuralrepo.Client
	Jobs   int  // requests at a time, 1 or more
	Again  bool // sends what was imported before and has changed
	DryRun bool // sends nothing
	// Report is told what became of each record, in the order of the files.
	Report func(Result) error
	// Step is told of each record that is decided.
	Step func()
	// Waiting is told how long the service asks to wait.
	Waiting func(time.Duration)
}

// Import is the work on some files.
type Import struct {
	Options
	Files []*File
	gate  gate
}

// Check reads a source once and returns its faults. Nothing is sent before every source
// was checked.
func Check(s record.Source) (*File, []*record.Fault, error) {
	f := &File{Source: s, keys: map[record.Key]bool{}, known: map[record.Key]string{}, why: map[record.Key]error{}, ids: map[string]record.Key{}}
	var faults []*record.Fault
	for r, err := range keyed(s) {
		if fault := (*record.Fault)(nil); errors.As(err, &fault) {
			faults = append(faults, fault)
			continue
		}
		if err != nil {
			return nil, nil, err
		}
		f.Count++
		f.keys[r.key] = true
		if r.ID != "" {
			f.ids[r.ID] = r.key
		}
	}
	return f, faults, nil
}

// keyedRecord is a record with its key.
type keyedRecord struct {
	record.Record
	key record.Key
}

// keyed numbers equal records, so that equal lines are as many ideas.
func keyed(s record.Source) func(yield func(keyedRecord, error) bool) {
	return func(yield func(keyedRecord, error) bool) {
		seen := map[record.Key]int{}
		for r, err := range s.Records() {
			if err != nil {
				if !yield(keyedRecord{}, err) {
					return
				}
				continue
			}
			first := r.Key(0)
			n := seen[first]
			seen[first]++
			if !yield(keyedRecord{r, r.Key(n)}, nil) {
				return
			}
		}
	}
}

// Pending returns how many records are to be sent.
func (im *Import) Pending() (n int, err error) {
	for _, f := range im.Files {
		for r, err := range keyed(f.Source) {
			if err != nil {
				return 0, err
			}
			if im.decide(f, r) == "" {
				n++
			}
		}
	}
	return n, nil
}

// decide returns the state of a record, "" where it is to be sent.
func (im *Import) decide(f *File, r keyedRecord) string {
	if state := f.known[r.key]; state != "" {
		return state
	}
	switch f.Journal.Get(r.key).State {
	case journal.Done:
		return Exists
	case journal.Unknown:
		return Unknown
	}
	if was, ok := f.Journal.ByOrigin(r.Origin()); ok && !f.keys[was] && !im.Again {
		return Changed
	}
	return ""
}

// Run sends what is to be sent, looks up what got no answer, and reports every record.
// The error is what ended it early; what was not sent then is reported as such.
func (im *Import) Run(ctx context.Context) error {
	var stopped error
	if !im.DryRun {
		stopped = im.send(ctx)
	}
	if err := im.report(stopped); err != nil {
		return err
	}
	return stopped
}

func (im *Import) report(stopped error) error {
	for _, f := range im.Files {
		for r, err := range keyed(f.Source) {
			if err != nil {
				return fmt.Errorf("the file was changed meanwhile: %w", err)
			}
			result := Result{File: r.File, Line: r.Line, Title: r.Title, Status: im.decide(f, r)}
			entry := f.Journal.Get(r.key)
			result.ID, result.Number = neuralrepo.ID(entry.ID), neuralrepo.ID(entry.Number)
			if err := f.why[r.key]; err != nil {
				result.Error = err.Error()
			}
			if result.Status == "" {
				result.Status = NotSent
				if im.DryRun {
					result.Status = WouldSend
				}
				if stopped != nil && result.Error == "" {
					result.Error = "the import ended before"
				}
			}
			if err := im.Report(result); err != nil {
				return err
			}
		}
	}
	return nil
}
