// Package journal records what an import is about to send, and the result, so that the
// next run knows which ideas already exist, however the last run ended. A journal is a
// file of JSON lines; docs/import.md describes the format.
package journal

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/nrepo-cli/nrepo/cmd/nrepo-ideas/internal/lockfile"
	"github.com/nrepo-cli/nrepo/cmd/nrepo-ideas/internal/record"
)

// Version is the version of the format.
const Version = 1

// Head is the first line of a journal: where the import sends its records.
type Head struct {
	Version int    `json:"journal"`
	APIURL  string `json:"api_url"`
	UserID  string `json:"user_id"`
	// Newest is the id of the newest idea before the import began, or "" if there was
	// none. All ideas that the import creates are newer.
	Newest    string    `json:"newest"`
	StartedAt time.Time `json:"started_at"` // UTC
}

// State is the state of a record.
type State int

// States of a record.
const (
	New     State = iota // never sent
	Unknown              // sent, and no answer is recorded
	Done                 // the idea existed before this run
	Made                 // this run created the idea
)

// Entry is what the journal knows about a record.
type Entry struct {
	State  State
	ID     string // of the idea; "" unless it exists
	Number string // of the idea; "" if the service sent none
}

// Exists reports whether there is an idea.
func (e Entry) Exists() bool { return e.State >= Done }

// Journal is an open journal. Its methods may be called from several goroutines.
type Journal struct {
	Head
	path string
	lock *lockfile.Lock

	file     *os.File    // nil for a copy, which writes nothing
	end      int64       // end of the last complete line that was read
	kick     chan bool   // lines are wanted on the disk; closed by Close
	later    *time.Timer // when lines are written that nobody waits for
	finished chan bool   // closed after everything is written

	mu       sync.Mutex
	pending  []byte       // lines to write
	waiting  []chan error // callers that wait until these lines are on the disk
	broken   error        // the error that stopped all writing
	entries  map[record.Key]packed
	unknown  int                       // number of Unknown entries
	words    words                     // texts of the entries
	origins  map[record.Key]record.Key // origin to key, for entries that are done
	linked   map[string]bool
	compared bool
}

// ErrBusy means that another import of the same file is running.
var ErrBusy = errors.New("another import of it is running")

// ErrDamaged means that a line before the end of a journal cannot be read.
var ErrDamaged = errors.New("the journal is damaged")

// Open opens the journal at path, or creates it with head if there is none. It removes a
// half-written last line, which an import leaves if it is killed. The file at lock is
// locked until Close; the error is ErrBusy if another process has locked it.
func Open(path, lock string, head func() (Head, error)) (*Journal, error) {
	return open(path, lock, func(j *Journal) error { return j.begin(head) })
}

// OpenCopy reads a journal, if there is one, and never writes to it: changes are kept in
// memory only.
func OpenCopy(path, lock string) (*Journal, error) {
	return open(path, lock, func(j *Journal) error {
		f, err := os.Open(path)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		defer f.Close()
		_, err = j.read(f)
		return err
	})
}

func open(path, lock string, fill func(*Journal) error) (*Journal, error) {
	held, err := lockfile.Take(lock)
	if errors.Is(err, lockfile.ErrBusy) {
		return nil, ErrBusy
	}
	if err != nil {
		return nil, err
	}
	j := &Journal{path: path, lock: held, entries: map[record.Key]packed{}, origins: map[record.Key]record.Key{}, linked: map[string]bool{}}
	if err := fill(j); err != nil {
		if j.file != nil {
			j.file.Close()
		}
		j.lock.Release()
		return nil, err
	}
	return j, nil
}

func (j *Journal) begin(head func() (Head, error)) error {
	f, err := os.OpenFile(j.path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	j.file = f
	if j.end, err = j.read(f); err != nil {
		return err
	}
	if err := j.cut(); err != nil {
		return err
	}
	if j.Version == 0 {
		if err := j.writeHead(head); err != nil {
			os.Remove(j.path)
			return err
		}
	}
	j.kick, j.later, j.finished = make(chan bool, 1), time.NewTimer(gather), make(chan bool)
	go j.writer()
	return nil
}

func (j *Journal) writeHead(head func() (Head, error)) error {
	h, err := head()
	if err != nil {
		return err
	}
	j.Head = h
	j.Version = Version
	if err := json.NewEncoder(j.file).Encode(j.Head); err != nil {
		return err
	}
	if dir, err := os.Open(filepath.Dir(j.path)); err == nil { // Windows cannot do this, and does not need it
		dir.Sync()
		dir.Close()
	}
	return nil
}

// cut removes the text after the last complete line.
func (j *Journal) cut() error {
	if err := j.file.Truncate(j.end); err != nil {
		return err
	}
	_, err := j.file.Seek(j.end, io.SeekStart)
	return err
}

// Get returns the entry of a record.
func (j *Journal) Get(key record.Key) Entry {
	j.mu.Lock()
	defer j.mu.Unlock()
	e := j.entries[key]
	if e.state < Done {
		return Entry{State: e.state}
	}
	return Entry{e.state, j.words.unpack(e.id), j.words.unpack(e.number)}
}

// Unknown returns the number of records that were sent and have no answer.
func (j *Journal) Unknown() int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.unknown
}

// IsEmpty reports whether there are no entries.
func (j *Journal) IsEmpty() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return len(j.entries) == 0
}

// Compared records that all records were compared with existing ideas, or that this is
// not needed.
func (j *Journal) Compared() error { return j.write(Done, line{Event: "compared"}) }

// IsCompared reports whether Compared was called.
func (j *Journal) IsCompared() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.compared
}

// ByOrigin returns the key of the record with this origin that is done.
func (j *Journal) ByOrigin(origin record.Key) (record.Key, bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	key, ok := j.origins[origin]
	return key, ok
}

// Sent is called before records are sent. It returns when this and everything before it
// is on the disk. What is recorded later is written some milliseconds later, and may be
// lost in a kill or a power failure: then the record is looked up, like one whose answer
// was lost.
func (j *Journal) Sent(keys ...record.Key) error {
	lines := make([]line, len(keys))
	for i, key := range keys {
		lines[i] = line{Event: "sent", Key: hex.EncodeToString(key[:])}
	}
	j.mu.Lock()
	written := make(chan error, 1)
	if j.file == nil {
		written <- nil
	} else {
		j.waiting = append(j.waiting, written)
	}
	err := j.add(lines...)
	j.mu.Unlock()
	if err == nil {
		j.flush()
		err = <-written
	}
	if err != nil { // so the records are not sent
		return err
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, l := range lines {
		j.take(l, Done)
	}
	return nil
}

// NotSent records that no idea was created from a record.
func (j *Journal) NotSent(keys ...record.Key) error {
	lines := make([]line, len(keys))
	for i, key := range keys {
		lines[i] = line{Event: "not_sent", Key: hex.EncodeToString(key[:])}
	}
	return j.write(New, lines...)
}

// Done records that the idea of a record exists. state is Made if this run created it,
// and otherwise Done.
func (j *Journal) Done(key, origin record.Key, id, number string, state State) error {
	return j.write(state, line{"done", hex.EncodeToString(key[:]), hex.EncodeToString(origin[:]), id, number})
}

// Linked records that a relation exists. The name identifies the relation.
func (j *Journal) Linked(name string) error { return j.write(Done, line{Event: "linked", Key: name}) }

// IsLinked reports whether Linked was called for a relation.
func (j *Journal) IsLinked(name string) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.linked[name]
}

// Close closes the journal, and removes it if it has no records.
func (j *Journal) Close() error {
	if j.file == nil {
		return j.lock.Release()
	}
	close(j.kick)
	<-j.finished
	err := errors.Join(j.broken, j.file.Close())
	if len(j.entries) == 0 && len(j.linked) == 0 {
		err = errors.Join(err, os.Remove(j.path))
	}
	return errors.Join(err, j.lock.Release())
}
