package sandbox

import (
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	_ "modernc.org/sqlite" // the "sqlite" driver, pure Go
)

//go:embed migrations/*.sql
var migrations embed.FS

// applicationID marks a database file as a sandbox's ("nrep" in ASCII; SQLite,
// PRAGMA application_id), so that --db never writes into another program's file.
const applicationID = 0x6e726570

var errClosed = errors.New("sandbox is closed")

// store is the database. Reads go through read; every change goes through
// write, where one goroutine puts the changes that wait at the same time into
// one transaction: each caller returns after the commit has reached the disk,
// and one fsync serves them all.
//
// No statement takes a request's context: statements are short, and a client
// that hangs up must not leave its connection to the database interrupted.
type store struct {
	read   *sql.DB
	writer *sql.DB
	jobs   chan job
	quit   chan struct{}
	done   chan struct{}
}

type job struct {
	change func(*sql.Tx) error
	result chan error
}

// querier is a database or a transaction.
type querier interface {
	Query(query string, args ...any) (*sql.Rows, error)
	QueryRow(query string, args ...any) *sql.Row
}

// openStore opens the database file, which is made if missing (mode 0600), and
// brings it to the newest schema. An empty name keeps everything in memory.
func openStore(file string) (*store, error) {
	st := &store{jobs: make(chan job), quit: make(chan struct{}), done: make(chan struct{})}
	if err := st.open(file); err != nil {
		st.closeDatabases()
		if file != "" {
			err = fmt.Errorf("database %s: %w", file, err)
		}
		return nil, err
	}
	go st.commitLoop()
	return st, nil
}

func (st *store) open(file string) error {
	if file == "" {
		// A memory database lives and dies with its connection, so there is one.
		db, err := connect(":memory:?", 1)
		if err != nil {
			return err
		}
		st.read, st.writer = db, db
		return migrate(db)
	}
	abs, err := filepath.Abs(file)
	if err != nil {
		return err
	}
	// The ideas in it are private; SQLite gives its side files the same mode.
	f, err := os.OpenFile(abs, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	f.Close()
	name := filepath.ToSlash(abs)
	if !strings.HasPrefix(name, "/") {
		name = "/" + name // C:/dir/file
	}
	uri := (&url.URL{Scheme: "file", Path: name}).String() +
		"?_pragma=journal_mode(wal)&_pragma=synchronous(full)&"
	if st.writer, err = connect(uri, 1); err != nil {
		return err
	}
	if err := migrate(st.writer); err != nil {
		return err
	}
	st.read, err = connect(uri, 4)
	return err
}

func connect(dsn string, conns int) (*sql.DB, error) {
	db, err := sql.Open("sqlite", dsn+"_pragma=busy_timeout(10000)&_pragma=foreign_keys(1)&_txlock=immediate")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(conns)
	return db, nil
}

// migrate runs the numbered files above the database's user_version, each in
// its own transaction.
func migrate(db *sql.DB) error {
	var app, version, tables int
	if err := db.QueryRow("PRAGMA application_id").Scan(&app); err != nil {
		return err
	}
	if err := db.QueryRow("PRAGMA user_version").Scan(&version); err != nil {
		return err
	}
	if err := db.QueryRow("SELECT count(*) FROM sqlite_schema").Scan(&tables); err != nil {
		return err
	}
	if app != applicationID && tables > 0 {
		return errors.New("it belongs to another program; name a new file")
	}
	names, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return err
	}
	if version > len(names) {
		return errors.New("it was written by a newer nrepo-sandbox")
	}
	for i, name := range names[version:] {
		script, err := migrations.ReadFile(name)
		if err != nil {
			return err
		}
		tx, err := db.Begin()
		if err != nil {
			return err
		}
		_, err = tx.Exec(string(script) +
			"\nPRAGMA application_id = " + strconv.Itoa(applicationID) +
			"; PRAGMA user_version = " + strconv.Itoa(version+i+1))
		if err != nil {
			tx.Rollback()
			return fmt.Errorf("%s: %w", name, err)
		}
		if err := tx.Commit(); err != nil {
			return err
		}
	}
	return nil
}

// write runs change in a transaction and returns once it is on disk. An error
// of change undoes what that change did, and nothing else.
func (st *store) write(change func(*sql.Tx) error) error {
	j := job{change, make(chan error, 1)}
	select {
	case st.jobs <- j:
		return <-j.result
	case <-st.quit:
		return errClosed
	}
}

func (st *store) commitLoop() {
	defer close(st.done)
	for {
		select {
		case first := <-st.jobs:
			st.commit(first)
		case <-st.quit:
			return
		}
	}
}

// commit runs first and whatever else waits by then in one transaction. Its
// length is bounded by the number of requests in flight, as each waits for its
// own result, and by maxBatch.
func (st *store) commit(first job) {
	const maxBatch = 64
	tx, err := st.writer.Begin()
	if err != nil {
		first.result <- err
		return
	}
	var batch []job
	var lost error
	for next, more := first, true; more; {
		var err error
		if err, lost = inSavepoint(tx, next.change); err != nil {
			next.result <- err
		} else {
			batch = append(batch, next)
		}
		more = false
		if len(batch) < maxBatch && lost == nil {
			select {
			case next = <-st.jobs:
				more = true
			default:
			}
		}
	}
	if err = lost; err == nil {
		err = tx.Commit()
	}
	if err != nil {
		tx.Rollback()
	}
	for _, j := range batch {
		j.result <- err
	}
}

// inSavepoint runs a change so that its error undoes it alone. Where that
// cannot be done, as when SQLite has rolled back everything because the disk is
// full, the whole transaction is lost.
func inSavepoint(tx *sql.Tx, change func(*sql.Tx) error) (err, lost error) {
	if _, err := tx.Exec("SAVEPOINT change"); err != nil {
		return err, err
	}
	if err = change(tx); err == nil {
		_, err = tx.Exec("RELEASE change")
	}
	if err != nil {
		_, lost = tx.Exec("ROLLBACK TO change; RELEASE change")
	}
	return errors.Join(err, lost), lost
}

// close lets the transaction at work finish and closes the database.
func (st *store) close() error {
	close(st.quit)
	<-st.done
	return st.closeDatabases()
}

func (st *store) closeDatabases() error {
	var errs []error
	if st.read != nil && st.read != st.writer {
		errs = append(errs, st.read.Close())
	}
	if st.writer != nil {
		errs = append(errs, st.writer.Close())
	}
	return errors.Join(errs...)
}

// collect scans all rows, never into a nil slice: an empty list is [] in JSON.
func collect[T any](rows *sql.Rows, targets func(*T) []any) ([]T, error) {
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

// mustChange turns a statement that changed no row into a 404 of what.
func mustChange(what string) func(sql.Result, error) error {
	return func(result sql.Result, err error) error {
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil || n > 0 {
			return err
		}
		return notFound(what)
	}
}
