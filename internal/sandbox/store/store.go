// Package store keeps a sandbox's data in SQLite: users and their keys, the
// logins of programs, ideas and what hangs on them. It knows nothing of HTTP. A
// row has the field names of the API, so that it can be sent as it is.
package store

import (
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"io"
	"sync"
	"time"
)

// NotFoundError says that there is no such thing, or that it is another user's.
// Its text is the thing, such as "Idea".
type NotFoundError string

func (what NotFoundError) Error() string { return string(what) + " not found" }

// ConflictError says that a change does not fit to what is there. Its text is for
// the client.
type ConflictError string

func (why ConflictError) Error() string { return string(why) }

// isRefusal reports whether an error is about what was asked for, and came before
// anything was changed.
func isRefusal(err error) bool {
	return errors.As(err, new(NotFoundError)) || errors.As(err, new(ConflictError))
}

// Store is an open database. Every change is one transaction, one at a time, and
// a method that changes something returns after the commit has reached the disk.
//
// No statement takes a request's context: statements are short, and a client
// that hangs up must not leave its connection to the database interrupted.
type Store struct {
	read    *sql.DB
	writer  *sql.DB
	writing sync.Mutex
	now     func() time.Time
	random  io.Reader
}

// querier is a database or a transaction.
type querier interface {
	Query(query string, args ...any) (*sql.Rows, error)
	QueryRow(query string, args ...any) *sql.Row
}

// Open opens the database file, which is made if missing (mode 0600), and brings
// it to the newest schema. An empty name keeps everything in memory. The clock
// decides when things expire, random is the source of keys and tokens.
func Open(file string, now func() time.Time, random io.Reader) (*Store, error) {
	s := &Store{now: now, random: random}
	var err error
	s.read, s.writer, err = openDatabase(file)
	return s, err
}

// Close waits for the change at work and closes the database.
func (s *Store) Close() error {
	s.writing.Lock()
	defer s.writing.Unlock()
	return closeDatabase(s.read, s.writer)
}

// write runs change in a transaction and returns once it is on disk. An error
// of change undoes what it did.
func (s *Store) write(change func(*sql.Tx) error) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	tx, err := s.writer.Begin()
	if err != nil {
		return err
	}
	if err := change(tx); err != nil {
		tx.Rollback() // SQLite may have done it already, as when the disk is full
		return err
	}
	return tx.Commit()
}

// Timestamp is the present time as the API writes it: ISO 8601, UTC, seconds.
func (s *Store) Timestamp() string { return s.after(0) }

// after is the time d from now, as it is stored.
func (s *Store) after(d time.Duration) string {
	return s.now().Add(d).UTC().Format("2006-01-02T15:04:05Z")
}

// NewToken returns 32 random bytes as 64 hexadecimal characters.
func (s *Store) NewToken() (string, error) {
	var b [32]byte
	if _, err := io.ReadFull(s.random, b[:]); err != nil {
		return "", err
	}
	return hex.EncodeToString(b[:]), nil
}

// Hash is what is stored of a key or token. These are 32 random bytes, so a
// plain SHA-256 cannot be searched, and comparing hashes tells nothing by its
// timing.
func Hash(secret string) []byte {
	sum := sha256.Sum256([]byte(secret))
	return sum[:]
}

// collect scans all rows, never into a nil slice: an empty list is [] in JSON.
func collect[T any](rows *sql.Rows, err error, targets func(*T) []any) ([]T, error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	list := []T{}
	for rows.Next() {
		var item T
		if err := rows.Scan(targets(&item)...); err != nil {
			return nil, err
		}
		list = append(list, item)
	}
	return list, rows.Err()
}

// mustChange turns a statement that changed no row into a [NotFoundError].
func mustChange(what string) func(sql.Result, error) error {
	return func(result sql.Result, err error) error {
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil || n > 0 {
			return err
		}
		return NotFoundError(what)
	}
}

func isNoRows(err error) bool { return errors.Is(err, sql.ErrNoRows) }
