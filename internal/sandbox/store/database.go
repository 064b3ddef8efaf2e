package store

import (
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"

	"modernc.org/sqlite"
)

//go:embed migrations/*.sql
var migrations embed.FS

// applicationID marks the database file of a sandbox (PRAGMA application_id; "nrep" in ASCII),
// so that --db never writes to another program's file.
const applicationID = 0x6e726570

// openDatabase opens a file, or a database in memory if name is empty, with the newest schema.
// Its errors name the file.
func openDatabase(file string) (read, writer *sql.DB, err error) {
	if file == "" {
		// A database in memory exists as long as its connection, so there is only one.
		db, err := connect(":memory:?", 1)
		if err == nil {
			err = migrate(db)
		}
		return db, db, err
	}
	read, writer, err = openFile(file)
	if err != nil {
		closeDatabase(read, writer)
		return nil, nil, fmt.Errorf("database %s: %w", file, err)
	}
	return read, writer, nil
}

func openFile(file string) (read, writer *sql.DB, err error) {
	abs, err := filepath.Abs(file)
	if err != nil {
		return nil, nil, err
	}
	// The ideas are private. SQLite gives its other files the same mode.
	f, err := os.OpenFile(abs, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil {
		return nil, nil, err
	} else if info.Mode().Perm()&0o077 != 0 && runtime.GOOS != "windows" {
		if err := f.Chmod(0o600); err != nil {
			return nil, nil, fmt.Errorf("other users can open it, and its mode cannot be changed: %w", err)
		}
	}
	name := filepath.ToSlash(abs)
	if !strings.HasPrefix(name, "/") {
		name = "/" + name // C:/dir/file
	}
	uri := (&url.URL{Scheme: "file", Path: name}).String() +
		"?_pragma=journal_mode(wal)&_pragma=synchronous(full)&"
	if writer, err = connect(uri, 1); err != nil {
		return nil, nil, err
	}
	if err := migrate(writer); err != nil {
		return nil, writer, err
	}
	read, err = connect(uri, 4)
	return read, writer, err
}

func connect(dsn string, conns int) (*sql.DB, error) {
	c, err := sqlite.NewConnector(dsn + "_pragma=busy_timeout(10000)&_pragma=foreign_keys(1)&_txlock=immediate")
	if err != nil {
		return nil, err
	}
	db := sql.OpenDB(connector{c})
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

func closeDatabase(read, writer *sql.DB) error {
	var errs []error
	if read != nil && read != writer {
		errs = append(errs, read.Close())
	}
	if writer != nil {
		errs = append(errs, writer.Close())
	}
	return errors.Join(errs...)
}
