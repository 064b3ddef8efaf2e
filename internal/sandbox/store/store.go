// Package store keeps a sandbox's data in SQLite: users and their keys, logins, and ideas with
// their tags, links and relations. It knows nothing about HTTP. A row has the field names of
// the API, so that it can be sent unchanged.
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

// NotFoundError means that something does not exist, or belongs to another user. Its value is
// what is missing, such as "Idea".
type NotFoundError string

func (what NotFoundError) Error() string { return string(what) + " not found" }

// ConflictError means that a change conflicts with the existing data. Its value is the message
// for the client.
type ConflictError string

func (why ConflictError) Error() string { return string(why) }

// isRefusal reports whether an error is about the request, and was returned before anything
// was changed.
func isRefusal(err error) bool {
	return errors.As(err, new(NotFoundError)) || errors.As(err, new(ConflictError))
}

// Store is an open database. Every change is one transaction, one at a time, and
// a method that changes something returns after the commit has reached the disk.
//
// No statement uses a request's context: statements are short, and a client that disconnects
// must not interrupt the connection to the database.
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

// Open opens the database file, creates it if it is missing (mode 0600), and updates it to the
// newest schema. If the name is empty, everything is in memory. The clock is used for
// expiry, random for keys and tokens.
func Open(file string, now func() time.Time, random io.Reader) (*Store, error) {
	s := &Store{now: now, random: random}
	var err error
	s.read, s.writer, err = openDatabase(file)
	return s, err
}

// Close waits for the current change and closes the database.
func (s *Store) Close() error {
	s.writing.Lock()
	defer s.writing.Unlock()
	return closeDatabase(s.read, s.writer)
}

// write runs change in a transaction and returns when it is on disk. If change returns an
// error, the transaction is rolled back.
func (s *Store) write(change func(*sql.Tx) error) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	tx, err := s.writer.Begin()
	if err != nil {
		return err
	}
	if err := change(tx); err != nil {
		tx.Rollback() // SQLite may already have done this, for example if the disk is full
		return err
	}
	return tx.Commit()
}

// Timestamp returns the current time in the form of the API: ISO 8601, UTC, seconds.
func (s *Store) Timestamp() string { return s.after(0) }

// after returns the time d from now, as it is stored.
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

// Hash returns the hash of a key or token, which is stored in its place. Keys and tokens are 32
// random bytes, so a plain SHA-256 cannot be reversed by guessing, and the time of comparing
// hashes reveals nothing.
func Hash(secret string) []byte {
	sum := sha256.Sum256([]byte(secret))
	return sum[:]
}

// collect scans all rows. It never returns a nil slice, so that an empty list is [] in JSON.
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

// mustChange returns a [NotFoundError] if a statement changed no row.
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
