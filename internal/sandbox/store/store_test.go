package store

import (
	"crypto/rand"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// open opens a store with one user that ends with the test.
func open(tb testing.TB, file string) *Store {
	tb.Helper()
	s, err := Open(file, time.Now, rand.Reader)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { s.Close() })
	if err := s.AddUser(User{ID: "u", Email: "u@example.com", DisplayName: "U", Plan: "free", SettingsJSON: "{}"}); err != nil {
		tb.Fatal(err)
	}
	return s
}

// A test cannot cause a power failure. SQLite survives one with a write-ahead log that is
// flushed at each commit (2 is FULL).
func TestDatabaseIsFlushed(t *testing.T) {
	t.Parallel()
	s := open(t, filepath.Join(t.TempDir(), "ideas.db"))
	var journal string
	var synchronous int
	for pragma, value := range map[string]any{"journal_mode": &journal, "synchronous": &synchronous} {
		if err := s.writer.QueryRow("PRAGMA " + pragma).Scan(value); err != nil {
			t.Fatal(err)
		}
	}
	if journal != "wal" || synchronous != 2 {
		t.Errorf("journal_mode %s, synchronous %d", journal, synchronous)
	}
}

// TestLostTransaction checks that if SQLite rolls back a transaction by itself, the change is
// not acknowledged, and the next change works.
func TestLostTransaction(t *testing.T) {
	t.Parallel()
	s := open(t, filepath.Join(t.TempDir(), "x.db"))
	err := s.write(func(tx *sql.Tx) error {
		if _, err := tx.Exec("CREATE TABLE test_before (a)"); err != nil {
			return err
		}
		_, err := tx.Exec("ROLLBACK") // as SQLite does by itself
		return err
	})
	if err == nil {
		t.Error("a lost change is acknowledged")
	}
	err = s.write(func(tx *sql.Tx) error {
		_, err := tx.Exec("CREATE TABLE test_after (a)")
		return err
	})
	var names string
	if e := s.read.QueryRow("SELECT group_concat(name) FROM sqlite_schema WHERE name LIKE 'test%'").Scan(&names); err != nil || e != nil || names != "test_after" {
		t.Errorf("stored: %q %v %v", names, err, e)
	}
}

// TestStatements checks that a connection keeps its statements until it is closed. Then the
// database is a single file again.
func TestStatements(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := open(t, filepath.Join(dir, "x.db"))
	kept := func() (n int) {
		conn, err := s.writer.Conn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		conn.Raw(func(c any) error {
			n = len(c.(*connection).kept)
			return nil
		})
		return n
	}
	create := func() {
		if _, err := s.CreateIdea("u", NewIdea{Title: "x", Tags: []string{"a", "b"}}); err != nil {
			t.Fatal(err)
		}
	}
	before := kept()
	create()
	first := kept()
	create()
	if second := kept(); first == before || second != first {
		t.Errorf("%d statements, %d after one change, %d after two", before, first, second)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if files, err := os.ReadDir(dir); err != nil || len(files) != 1 {
		t.Errorf("files after the end: %v, %v", files, err)
	}
}

func TestWriteAfterClose(t *testing.T) {
	t.Parallel()
	s := open(t, "")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := s.CreateIdea("u", NewIdea{Title: "x"}); err == nil {
		t.Error("a change after the end is acknowledged")
	}
}

// TestSearchBound checks that if more than MaxRanked ideas match, the newest are ranked, the
// best of them first.
func TestSearchBound(t *testing.T) {
	t.Parallel()
	s := open(t, "")
	add := func(n int, title, body string) {
		for range n {
			if _, err := s.CreateIdea("u", NewIdea{Title: title, Body: body, Status: "captured", Source: "api"}); err != nil {
				t.Fatal(err)
			}
		}
	}
	found := func(offset int) string {
		hits, err := s.SearchIdeas("u", "garden", false, 1, offset)
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprint(len(hits), append(hits, Hit{})[0].Title)
	}
	add(1, "garden", "")
	add(MaxRanked-1, "x", "a long text about a garden")
	if got := found(0); got != "1garden" {
		t.Errorf("of %d: %q", MaxRanked, got)
	}
	add(1, "x", "a long text about a garden")
	if got := found(0); got != "1x" {
		t.Errorf("of one more: %q", got)
	}
	if got := found(MaxRanked); got != "0" {
		t.Errorf("beyond the bound: %q", got)
	}
}

// BenchmarkSearch searches for words that are each in a third of 20,000 ideas.
func BenchmarkSearch(b *testing.B) {
	s := open(b, "")
	err := s.write(func(tx *sql.Tx) error {
		_, err := tx.Exec(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
			INSERT INTO ideas (user_id, number, title, body, status, source, created_at, updated_at)
			SELECT 'u', n.i, 'idea ' || n.i, concat_ws(' ', iif(n.i % 3 = 0, 'garden'), iif(n.i % 9 < 3, 'fence'),
				iif(n.i % 5 < 2, 'paint'), iif(n.i % 7 < 3, 'gate'), 'and more words'), 'captured', 'api', '', '' FROM n`)
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	for _, words := range []string{"garden", "garden fence", "garden fence paint gate"} {
		b.Run(words, func(b *testing.B) {
			for b.Loop() {
				if _, err := s.SearchIdeas("u", words, false, 20, 0); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
