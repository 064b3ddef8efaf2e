package journal

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/nrepo-cli/nrepo/cmd/nrepo-ideas/internal/record"
)

func key(title string) record.Key { return record.Record{Title: title}.Key(0) }

func origin(title string) record.Key { return record.Record{Title: title}.Origin() }

func openTest(t *testing.T, path string) *Journal {
	t.Helper()
	j, err := Open(path, path+".lock", func() (Head, error) { return Head{APIURL: "https://a", UserID: "u", Newest: "7"}, nil })
	if err != nil {
		t.Fatal(err)
	}
	return j
}

// write creates a journal with four records and a relation.
func write(t *testing.T, path string) {
	t.Helper()
	j := openTest(t, path)
	for _, err := range []error{
		j.Sent(key("a")), j.Done(key("a"), origin("a"), "8", "1", Made), j.Sent(key("b")), j.Sent(key("c")), j.NotSent(key("c")),
		j.Sent(key("e")), j.Done(key("e"), origin("e"), "a\"\u2028\n", "", Made),
		j.Linked("8 blocks 9"), j.Close(),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestStates(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "j")
	write(t, path)
	j := openTest(t, path)
	defer j.Close()
	for title, want := range map[string]Entry{"a": {Done, "8", "1"}, "b": {State: Unknown}, "c": {}, "d": {}, "e": {Done, "a\"\u2028\n", ""}} {
		if got := j.Get(key(title)); got != want {
			t.Errorf("%s: %+v, want %+v", title, got, want)
		}
	}
	if k, ok := j.ByOrigin(origin("a")); !ok || k != key("a") || !j.IsLinked("8 blocks 9") || j.IsLinked("x") || j.Newest != "7" {
		t.Errorf("%v %v %+v", k, ok, j.Head)
	}
	if _, err := Open(path, path+".lock", nil); !errors.Is(err, ErrBusy) {
		t.Errorf("a second import is not told: %v", err)
	}
}

// A journal cut off at any byte, as by a kill or a power failure, can be opened and
// continued, and its complete lines are known.
func TestCutAtEveryByte(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "whole")
	write(t, path)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	done := strings.Index(string(whole), `"done"`)
	doneEnd := done + strings.IndexByte(string(whole[done:]), '\n') + 1
	for n := range len(whole) {
		cut := filepath.Join(t.TempDir(), fmt.Sprint(n))
		if err := os.WriteFile(cut, whole[:n], 0o600); err != nil {
			t.Fatal(err)
		}
		j := openTest(t, cut)
		if got := j.Get(key("a")).State; (got == Done) != (n >= doneEnd) {
			t.Fatalf("cut at %d: %v", n, got)
		}
		if err := errors.Join(j.Sent(key("x")), j.Close()); err != nil {
			t.Fatal(err)
		}
		j = openTest(t, cut)
		if j.Get(key("x")).State != Unknown {
			t.Fatalf("cut at %d: what was appended is lost", n)
		}
		j.Close()
	}
}

func TestRefused(t *testing.T) {
	t.Parallel()
	for content, word := range map[string]string{
		`{"journal":2}` + "\n": "newer",
		"hello\n":              "not an import journal",
		"{}\n":                 "not an import journal",
		`{"journal":1}` + "\nhello\n{\"event\":\"sent\"}\n":         "line 2",
		`{"journal":1}` + "\n{\"event\":\"sent\",\"key\":\"12\"}\n": "line 2",
	} {
		path := filepath.Join(t.TempDir(), "j")
		os.WriteFile(path, []byte(content), 0o600)
		if _, err := Open(path, path+".lock", nil); err == nil || !strings.Contains(err.Error(), word) {
			t.Errorf("%q: %v, want %q", content, err, word)
		}
		if got, _ := os.ReadFile(path); string(got) != content {
			t.Errorf("%q became %q", content, got)
		}
	}
}

func TestNothingHappened(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	j, err := Open(filepath.Join(dir, "j"), filepath.Join(t.TempDir(), "lock"), func() (Head, error) { return Head{}, nil })
	if err != nil || j.Close() != nil {
		t.Fatal(err)
	}
	if list, _ := os.ReadDir(dir); len(list) != 0 {
		t.Errorf("%v stays", list)
	}
	failed := errors.New("no network")
	if _, err := Open(filepath.Join(dir, "k"), filepath.Join(t.TempDir(), "lock"), func() (Head, error) { return Head{}, failed }); !errors.Is(err, failed) {
		t.Error(err)
	}
}

// A record that cannot be written to the journal is never sent. A created idea is known
// even if the journal cannot be written.
func TestBroken(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "j")
	j := openTest(t, path)
	if err := j.Sent(key("a")); err != nil {
		t.Fatal(err)
	}
	j.file.Close()
	for range 2 {
		if err := j.Sent(key("b"), key("c")); !errors.Is(err, os.ErrClosed) {
			t.Errorf("the error is %v", err)
		}
	}
	if err := j.Done(key("a"), origin("a"), "8", "1", Made); !errors.Is(err, os.ErrClosed) {
		t.Errorf("the error is %v", err)
	}
	if a, b := j.Get(key("a")), j.Get(key("b")); a.State != Made || b.State != New || j.Unknown() != 0 {
		t.Errorf("%+v, %+v, %d unknown", a, b, j.Unknown())
	}
	if j.Close() == nil {
		t.Error("closed without an error")
	}
	j = openTest(t, path)
	defer j.Close()
	if got := j.Get(key("a")); got.State != Unknown {
		t.Errorf("%+v", got)
	}
}

// Concurrent writers all find their records.
func TestManyWriters(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "j")
	j := openTest(t, path)
	var wg sync.WaitGroup
	for n := range 8 {
		wg.Go(func() {
			for i := range 20 {
				k := key(fmt.Sprint(n, i))
				if err := errors.Join(j.Sent(k), j.Done(k, k, fmt.Sprint(n), "", Made)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	j = openTest(t, path)
	defer j.Close()
	for n := range 8 {
		for i := range 20 {
			if got := j.Get(key(fmt.Sprint(n, i))); got.ID != fmt.Sprint(n) {
				t.Fatalf("%d %d: %+v", n, i, got)
			}
		}
	}
}

// A dry run keeps its changes in memory and creates no file.
func TestCopy(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "j")
	for _, there := range []bool{false, true} {
		if there {
			write(t, path)
		}
		before, _ := os.ReadFile(path)
		j, err := OpenCopy(path, path+".lock")
		if err != nil {
			t.Fatal(err)
		}
		if got := j.Get(key("a")).Exists(); got != there {
			t.Errorf("there %v: %v", there, got)
		}
		if err := errors.Join(j.Done(key("d"), origin("d"), "9", "", Done), j.Compared(), j.Close()); err != nil {
			t.Error(err)
		}
		if after, _ := os.ReadFile(path); string(after) != string(before) {
			t.Errorf("changed to %q", after)
		}
	}
}
