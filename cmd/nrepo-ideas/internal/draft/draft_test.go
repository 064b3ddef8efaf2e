package draft

import (
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestDraft(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	if list, err := List(root); err != nil || list != nil {
		t.Fatal(list, err)
	}
	first, err := Create(root, "idea-12.md", Origin{APIURL: "https://a", UserID: "u", ID: "698", Number: "12", Title: "T"}, []byte("one"))
	if err != nil {
		t.Fatal(err)
	}
	second, err := Create(root, "idea-13.md", Origin{ID: "699"}, []byte("two"))
	if err != nil {
		t.Fatal(err)
	}
	for path, mode := range map[string]os.FileMode{first.File: 0o600, filepath.Dir(first.File): 0o700 | os.ModeDir} {
		if info, err := os.Stat(path); err != nil || info.Mode() != mode {
			t.Errorf("%s: %v %v", path, info.Mode(), err)
		}
	}
	if err := os.WriteFile(first.File+"~", nil, 0o600); err != nil { // an editor's copy
		t.Fatal(err)
	}
	if err := os.Chtimes(second.File, time.Now(), time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	list, err := List(root)
	if err != nil || len(list) != 2 || list[0].File != second.File || list[1].Origin != first.Origin {
		t.Fatalf("%+v %v", list, err)
	}
	if text, err := list[1].Read(); err != nil || string(text) != "one" {
		t.Errorf("%q %v", text, err)
	}
	os.Remove(first.File)
	if text, err := first.Read(); err != nil || text != nil {
		t.Errorf("%q %v", text, err)
	}
	if err := first.Remove(); err != nil {
		t.Error(err)
	}
	os.WriteFile(filepath.Join(filepath.Dir(second.File), originFile), []byte("{"), 0o600)
	if list, err := List(root); err != nil || list != nil {
		t.Errorf("%+v %v", list, err)
	}
}

func TestCreateFails(t *testing.T) {
	t.Parallel()
	if _, err := Create(filepath.Join(t.TempDir(), "none"), "x.md", Origin{}, nil); err == nil {
		t.Error("a draft in a directory that is not there")
	}
}

// If the disk is full, the old text stays complete.
func TestWriteIsWholeOrNot(t *testing.T) {
	t.Parallel()
	d, err := Create(t.TempDir(), "idea-12.md", Origin{}, []byte("one"))
	if err != nil {
		t.Fatal(err)
	}
	old, err := os.Open(d.File)
	if err != nil {
		t.Fatal(err)
	}
	defer old.Close()
	if err := d.Write([]byte("two")); err != nil {
		t.Fatal(err)
	}
	was, err := io.ReadAll(old)
	if text, errRead := d.Read(); string(was) != "one" || string(text) != "two" || err != nil || errRead != nil {
		t.Errorf("%q %q %v %v", was, text, err, errRead)
	}
	if info, err := os.Stat(d.File); err != nil || info.Mode() != 0o600 {
		t.Errorf("%v %v", info, err)
	}
}
