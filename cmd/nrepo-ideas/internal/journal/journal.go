// Package journal writes down what an import is about to send and what came of it, so
// that the next run knows what exists already, whatever ended the last one. It is a
// file of JSON lines: docs/import-journal.md has the format.
package journal

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/gofrs/flock"

	"github.com/nrepo-cli/nrepo/cmd/nrepo-ideas/internal/record"
)

// Version is the version of the format.
const Version = 1

// Head is the first line: what the import sends to.
type Head struct {
	Version int    `json:"journal"`
	APIURL  string `json:"api_url"`
	UserID  string `json:"user_id"`
	// Newest is the id of the newest idea before the import began, "" where there was
	// none: everything that an import sends is newer.
	Newest    string    `json:"newest"`
	StartedAt time.Time `json:"started_at"` // UTC
}

// State is what is known of a record.
type State int

// The states.
const (
	New     State = iota // never sent
	Unknown              // sent, and no answer is written down
	Done                 // the idea exists
)

// Entry is what the journal knows of a record.
type Entry struct {
	State  State
	ID     string // of the idea; "" unless Done
	Number string // of the idea; "" where the service sent none
}

// line is a line but the first.
type line struct {
	Event  string `json:"event"` // "sent", "done", "not_sent", "linked"
	Key    string `json:"key"`   // of the record, or of the relation
	Origin string `json:"origin,omitempty"`
	ID     string `json:"id,omitempty"`
	Number string `json:"number,omitempty"`
}

// Journal is an open journal. Its methods may be called from several goroutines.
type Journal struct {
	Head
	path string
	lock *flock.Flock

	mu      sync.Mutex
	file    *os.File
	entries map[record.Key]Entry
	origins map[record.Key]record.Key // of what is done: origin to key
	linked  map[string]bool
}

// ErrBusy means that another import of the same file is at work.
var ErrBusy = errors.New("another import of it is at work")

// Open opens the journal at path, or begins it with head where there is none. A
// half-written last line, of an import that was killed, is removed. The file at lock
// is locked until Close; the error is ErrBusy where somebody else has locked it.
func Open(path, lock string, head func() (Head, error)) (*Journal, error) {
	j := &Journal{path: path, lock: flock.New(lock), entries: map[record.Key]Entry{}, origins: map[record.Key]record.Key{}, linked: map[string]bool{}}
	if locked, err := j.lock.TryLock(); err != nil {
		return nil, err
	} else if !locked {
		return nil, ErrBusy
	}
	if err := j.open(head); err != nil {
		if j.file != nil {
			j.file.Close()
		}
		j.lock.Unlock()
		return nil, err
	}
	return j, nil
}

func (j *Journal) open(head func() (Head, error)) error {
	f, err := os.OpenFile(j.path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	j.file = f
	end, err := j.read(f)
	if err != nil {
		return err
	}
	if err := f.Truncate(end); err != nil {
		return err
	}
	if _, err := f.Seek(end, io.SeekStart); err != nil {
		return err
	}
	if j.Version != 0 {
		return nil
	}
	if j.Head, err = head(); err != nil {
		return err
	}
	j.Version = Version
	return j.append(j.Head)
}

// read takes in what the journal holds and returns where its last whole line ends.
func (j *Journal) read(r io.Reader) (end int64, err error) {
	in := bufio.NewReader(r)
	for n := 1; ; n++ {
		text, err := in.ReadBytes('\n')
		if err == io.EOF {
			return end, nil // what is left was never whole
		}
		if err != nil {
			return 0, err
		}
		if n == 1 {
			if json.Unmarshal(text, &j.Head) != nil || j.Version == 0 {
				return 0, fmt.Errorf("%s is no journal of an import", j.path)
			}
			if j.Version > Version {
				return 0, fmt.Errorf("%s is of a newer nrepo (version %d of the journal, and this one knows %d)", j.path, j.Version, Version)
			}
		} else if err := j.take(text); err != nil {
			if _, more := in.Peek(1); more == io.EOF && bytes.IndexByte(text, 0) >= 0 {
				return end, nil // zeros that a power cut left
			}
			return 0, fmt.Errorf("%s: line %d is damaged", j.path, n)
		}
		end += int64(len(text))
	}
}

func (j *Journal) take(text []byte) error {
	var l line
	if err := json.Unmarshal(text, &l); err != nil {
		return err
	}
	if l.Event == "linked" {
		j.linked[l.Key] = true
		return nil
	}
	key, err := parseKey(l.Key)
	if err != nil {
		return err
	}
	switch l.Event {
	case "sent":
		j.entries[key] = Entry{State: Unknown}
	case "not_sent":
		delete(j.entries, key)
	case "done":
		j.entries[key] = Entry{Done, l.ID, l.Number}
		if origin, err := parseKey(l.Origin); err == nil {
			j.origins[origin] = key
		}
	default:
		return fmt.Errorf("the event %q is unknown", l.Event)
	}
	return nil
}

func parseKey(text string) (key record.Key, err error) {
	n, err := hex.Decode(key[:], []byte(text))
	if err == nil && n != len(key) {
		err = errors.New("not a key")
	}
	return key, err
}

// append writes a line and waits until it is on the disk.
func (j *Journal) append(v any) error {
	doc, err := json.Marshal(v)
	if err != nil {
		return err
	}
	if _, err := j.file.Write(append(doc, '\n')); err != nil {
		return err
	}
	return j.file.Sync()
}

// Get returns what is known of a record.
func (j *Journal) Get(key record.Key) Entry {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.entries[key]
}

// ByOrigin returns the key of the record that was done for an origin.
func (j *Journal) ByOrigin(origin record.Key) (record.Key, bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	key, ok := j.origins[origin]
	return key, ok
}

// Sent is written before a record is sent.
func (j *Journal) Sent(key record.Key) error {
	return j.write(line{Event: "sent", Key: hex.EncodeToString(key[:])})
}

// NotSent is written where it is certain that nothing was made of a record.
func (j *Journal) NotSent(key record.Key) error {
	return j.write(line{Event: "not_sent", Key: hex.EncodeToString(key[:])})
}

// Done is written when the idea of a record exists.
func (j *Journal) Done(key, origin record.Key, id, number string) error {
	return j.write(line{"done", hex.EncodeToString(key[:]), hex.EncodeToString(origin[:]), id, number})
}

// Linked is written when a relation exists. Name tells relations apart.
func (j *Journal) Linked(name string) error { return j.write(line{Event: "linked", Key: name}) }

// IsLinked reports whether Linked was written for a relation.
func (j *Journal) IsLinked(name string) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.linked[name]
}

func (j *Journal) write(l line) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if err := j.append(l); err != nil {
		return err
	}
	doc, err := json.Marshal(l)
	if err != nil {
		return err
	}
	return j.take(doc)
}

// Close closes the journal. One that holds nothing but its head is removed.
func (j *Journal) Close() error {
	err := j.file.Close()
	if len(j.entries) == 0 && len(j.linked) == 0 {
		err = errors.Join(err, os.Remove(j.path))
	}
	return errors.Join(err, j.lock.Unlock())
}
