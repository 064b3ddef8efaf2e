// Package importer sends the records of files to the service, each only once. A journal
// tells the next run what was sent. Before a record without an answer is sent again, the
// importer checks whether its idea exists.
package importer

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"sync"
	"time"

	"github.com/nrepo-cli/nrepo/cmd/nrepo-ideas/internal/journal"
	"github.com/nrepo-cli/nrepo/cmd/nrepo-ideas/internal/record"
	"github.com/nrepo-cli/nrepo/pkg/neuralrepo"
)

// Final states of a record.
const (
	Created   = "created"
	Exists    = "exists"   // it was imported before, or the same idea exists
	Changed   = "changed"  // it was imported before with other content; not sent
	Failed    = "failed"   // the service refused it
	NotSent   = "not_sent" // no idea was created from it, and it can be sent again
	Unknown   = "unknown"  // it was sent, and the result is not known
	WouldSend = "would_create"
)

// Result is the result for one record.
type Result struct {
	File   string        `json:"file"`
	Line   int           `json:"line"`
	Title  string        `json:"title"`
	Status string        `json:"status"` // one of the constants
	ID     neuralrepo.ID `json:"id,omitempty"`
	Number neuralrepo.ID `json:"number,omitempty"`
	Error  string        `json:"error,omitempty"` // the reason, for Failed, NotSent and Unknown
}

// File is a source that was checked, with its journal.
type File struct {
	record.Source
	Journal *journal.Journal

	keys   []record.Key         // of its records
	nth    map[int]int          // for a repeated record: how many equal ones precede it
	places map[string]int32     // for an export: the index of the record with an id
	linked bool                 // whether a record has relations
	kept   []record.Record      // all records; nil if they are too large
	known  map[record.Key]state // results that are not in the journal
	inFile func() map[record.Key]bool
}

// state is why a record was not imported.
type state struct {
	status string // Failed or Unknown; "" if it can be sent again
	why    error
}

// Count returns the number of records.
func (f *File) Count() int { return len(f.keys) }

// Options are options for an import.
type Options struct {
	Client *neuralrepo.Client
	Jobs   int  // number of concurrent requests, 1 or more
	Again  bool // sends records that were imported before and have changed
	DryRun bool // sends nothing
	// Step is called for each record whose result is known.
	Step func()
	// Waiting is called with the time that the service asks us to wait.
	Waiting func(time.Duration)
}

// Import is an import of some files.
type Import struct {
	Options
	Files []*File
	gate  gate
}

// maxKept is the approximate size of the records that are kept in memory.
const maxKept = 4 << 20 // bytes

// Check reads a source once and returns its faults. Nothing is sent before every source
// is checked.
func Check(s record.Source) (*File, []*record.Fault, error) {
	f := &File{Source: s, nth: map[int]int{}, places: map[string]int32{}, known: map[record.Key]state{}}
	var faults []*record.Fault
	seen := map[record.Key]int{} // equal records become separate ideas
	size := 0
	for r, err := range s.Records() {
		if fault, ok := errors.AsType[*record.Fault](err); ok {
			faults = append(faults, fault)
			continue
		}
		if err != nil {
			return nil, nil, err
		}
		key := r.Key(0)
		if n := seen[key]; n > 0 {
			f.nth[len(f.keys)] = n
			seen[key]++
			key = r.Key(n)
		} else {
			seen[key] = 1
		}
		if r.ID != "" {
			f.places[r.ID] = int32(len(f.keys))
		}
		f.linked = f.linked || len(r.Relations) > 0
		f.keys = append(f.keys, key)
		if size += len(r.Title) + len(r.Body) + 500; size <= maxKept {
			f.kept = append(f.kept, r)
		} else {
			f.kept = nil
		}
	}
	f.inFile = sync.OnceValue(func() map[record.Key]bool {
		all := make(map[record.Key]bool, len(f.keys))
		for _, key := range f.keys {
			all[key] = true
		}
		return all
	})
	return f, faults, nil
}

// keyedRecord is a record with its key.
type keyedRecord struct {
	record.Record
	key record.Key
}

var errChanged = errors.New("the file changed during the import")

// records returns the records that were checked. If they are too large to keep, it reads
// them again.
func (f *File) records() iter.Seq2[keyedRecord, error] {
	return func(yield func(keyedRecord, error) bool) {
		if f.kept != nil {
			for i, r := range f.kept {
				if !yield(keyedRecord{r, f.keys[i]}, nil) {
					return
				}
			}
			return
		}
		i := 0
		for r, err := range f.Records() {
			if err != nil {
				yield(keyedRecord{}, fmt.Errorf("%w: %w", errChanged, err))
				return
			}
			if i == len(f.keys) || r.Key(f.nth[i]) != f.keys[i] {
				yield(keyedRecord{}, fmt.Errorf("%s: %w", f.Name, errChanged))
				return
			}
			if !yield(keyedRecord{r, f.keys[i]}, nil) {
				return
			}
			i++
		}
		if i < len(f.keys) {
			yield(keyedRecord{}, fmt.Errorf("%s: %w", f.Name, errChanged))
		}
	}
}

// Close closes the journals that are open.
func (im *Import) Close() error {
	var all error
	for _, f := range im.Files {
		if f.Journal != nil {
			all = errors.Join(all, f.Journal.Close())
		}
	}
	return all
}

// Pending returns the number of records to send, at most: those without an answer are
// looked up first.
func (im *Import) Pending() (n int, err error) {
	for _, f := range im.Files {
		if f.Journal.IsEmpty() {
			n += f.Count()
			continue
		}
		for r, err := range f.records() {
			if err != nil {
				return 0, err
			}
			if status := im.decide(f, r); status == "" || status == Unknown {
				n++
			}
		}
	}
	return n, nil
}

// decided returns the status of the record with this key, or "" if it has none yet.
func (im *Import) decided(f *File, key record.Key) string {
	if known := f.known[key].status; known != "" {
		return known
	}
	switch f.Journal.Get(key).State {
	case journal.Made:
		return Created
	case journal.Done:
		return Exists
	case journal.Unknown:
		return Unknown
	}
	return ""
}

// decide returns the status of a record, or "" if it must be sent.
func (im *Import) decide(f *File, r keyedRecord) string {
	if status := im.decided(f, r.key); status != "" {
		return status
	}
	if was, ok := f.Journal.ByOrigin(r.Origin()); ok && !im.Again && !f.inFile()[was] {
		return Changed
	}
	return ""
}

// Run sends the pending records and looks up those without an answer. The error is the
// one that ended it early.
func (im *Import) Run(ctx context.Context) error {
	if im.DryRun {
		return nil
	}
	return im.send(ctx)
}

// Tally counts the records by final status. stopped is the error that Run returned.
func (im *Import) Tally(stopped error) (map[string]int, error) {
	count := map[string]int{}
	for _, f := range im.Files {
		open := 0
		for _, key := range f.keys {
			if status := im.decided(f, key); status != "" {
				count[status]++
			} else {
				open++
			}
		}
		if open == 0 {
			continue
		}
		for r, err := range f.records() {
			if err != nil {
				return nil, err
			}
			if im.decided(f, r.key) == "" {
				count[im.result(f, r, stopped).Status]++
			}
		}
	}
	return count, nil
}

// Results returns the result for each record, in the order of the files. stopped is the
// error that Run returned.
func (im *Import) Results(stopped error) iter.Seq2[Result, error] {
	return func(yield func(Result, error) bool) {
		for _, f := range im.Files {
			for r, err := range f.records() {
				if err != nil {
					yield(Result{}, err)
					return
				}
				if !yield(im.result(f, r, stopped), nil) {
					return
				}
			}
		}
	}
}

func (im *Import) result(f *File, r keyedRecord, stopped error) Result {
	entry := f.Journal.Get(r.key)
	result := Result{File: r.File, Line: r.Line, Title: r.Title, Status: im.decide(f, r), ID: neuralrepo.ID(entry.ID), Number: neuralrepo.ID(entry.Number)}
	if why := f.known[r.key].why; why != nil && !entry.Exists() {
		result.Error = why.Error()
	}
	if result.Status == Unknown && result.Error == "" {
		result.Error = "an earlier import sent it, and its response is not known"
	}
	if result.Status == "" {
		result.Status = NotSent
		if im.DryRun {
			result.Status = WouldSend
		}
		if stopped != nil && result.Error == "" {
			result.Error = "the import ended before this record"
		}
	}
	return result
}
