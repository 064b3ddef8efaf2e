package store

import (
	"database/sql"
	"fmt"
	"testing"
)

// fill adds n ideas with this title and body.
func fill(tb testing.TB, db *sql.DB, n int, title, body string) {
	tb.Helper()
	_, err := db.Exec(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
		INSERT INTO ideas (user_id, number, title, body, status, source, created_at, updated_at)
		SELECT 'u', (SELECT coalesce(max(number), 0) FROM ideas) + n.i, ?, ?, 'captured', 'api', '', '' FROM n`, n, title, body)
	if err != nil {
		tb.Fatal(err)
	}
}

// found returns the number of results for a word, and the title of the first.
func found(tb testing.TB, s *Store, word string, limit, offset int) string {
	tb.Helper()
	hits, err := s.SearchIdeas("u", word, false, limit, offset)
	if err != nil {
		tb.Fatal(err)
	}
	return fmt.Sprint(len(hits), append(hits, Hit{})[0].Title)
}

// TestSearchBound checks that if more than MaxRanked ideas match, the newest are ranked, the
// best of them first.
func TestSearchBound(t *testing.T) {
	t.Parallel()
	s := open(t, "")
	fill(t, s.writer, 1, "garden", "")
	fill(t, s.writer, MaxRanked-1, "x", "a long text about a garden")
	if got := found(t, s, "garden", 1, 0); got != "1garden" {
		t.Errorf("of %d: %q", MaxRanked, got)
	}
	fill(t, s.writer, 1, "x", "a long text about a garden")
	if got := found(t, s, "garden", 1, 0); got != "1x" {
		t.Errorf("of one more: %q", got)
	}
	if got := found(t, s, "garden", 1, MaxRanked); got != "0" {
		t.Errorf("beyond the bound: %q", got)
	}
}

// TestSearchNewest checks that with many ideas, a search in the index of the newest ones is the
// same as a search in all.
func TestSearchNewest(t *testing.T) {
	t.Parallel()
	s := open(t, "")
	const first = 698
	fill(t, s.writer, 2, "garden", "")
	fill(t, s.writer, 40_000-first-1, "x", "")
	indexed := func() (n int) {
		t.Helper()
		if err := s.read.QueryRow("SELECT count(*) FROM newest_fts").Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	if n := indexed(); n != 20_000 {
		t.Fatalf("%d ideas in the index of the newest", n)
	}
	fill(t, s.writer, MaxRanked, "y", "a long text about a garden and a meadow")
	if n := indexed(); n != 20_000 {
		t.Fatalf("%d ideas in the index of the newest after %d more", n, MaxRanked)
	}
	const last = 40_000 + MaxRanked
	if got := found(t, s, "garden", 1, MaxRanked-1); got != "1y" {
		t.Errorf("of %d: %q", MaxRanked, got)
	}
	title := "meadow"
	if _, err := s.UpdateIdea("u", last, IdeaChange{Title: &title}); err != nil {
		t.Fatal(err)
	}
	if got := found(t, s, "meadow", 1, 0); got != "1meadow" {
		t.Errorf("after a change: %q", got)
	}
	if err := s.ArchiveIdea("u", last); err != nil {
		t.Fatal(err)
	}
	if n := indexed(); n != 19_999 {
		t.Errorf("%d ideas in the index of the newest after one was archived", n)
	}
	if got := found(t, s, "garden", 1, 0); got != "1garden" {
		t.Errorf("with too few matches among the newest: %q", got)
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
