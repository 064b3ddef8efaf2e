package atomicfile

import (
	"os"
	"path/filepath"
	"testing"
)

func TestWrite(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "a.md")
	for _, text := range []string{"one", "two", ""} {
		if err := Write(path, []byte(text)); err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(path); err != nil || string(got) != text {
			t.Errorf("%q %v, want %q", got, err, text)
		}
	}
	f, err := Create(path)
	if err != nil {
		t.Fatal(err)
	}
	f.WriteString("half")
	if got, _ := os.ReadFile(path); string(got) != "" {
		t.Errorf("the file is %q before it is whole", got)
	}
	if err := f.Close(false); err != nil {
		t.Error(err)
	}
	if list, _ := os.ReadDir(dir); len(list) != 1 {
		t.Errorf("%v", list)
	}
}

func TestLeftovers(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	os.WriteFile(filepath.Join(dir, ".a.md.a.tmp"), []byte("of a killed writer"), 0o600)
	if err := Write(filepath.Join(dir, "a.md"), []byte("x")); err != nil {
		t.Error(err)
	}
	if err := Write(filepath.Join(dir, "none", "a.md"), nil); err == nil {
		t.Error("a file in a directory that is not there")
	}
	if err := Write(dir, nil); err == nil {
		t.Error("a directory was replaced")
	}
}

func TestRemoveTemporary(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for i := range 3 { // three writers that were killed
		f, err := Create(filepath.Join(dir, "a.md"))
		if err != nil {
			t.Fatal(err)
		}
		if err := f.File.Close(); err != nil {
			t.Fatal(i, err)
		}
	}
	kept := []string{"a.md", ".b.md.a.tmp", ".tmp", "a.tmp", "..tmp"}
	for _, name := range kept {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := RemoveTemporary(dir, func(name string) bool { return name == "a.md" }); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != len(kept) {
		t.Errorf("%v, %v are left", err, entries)
	}
}
