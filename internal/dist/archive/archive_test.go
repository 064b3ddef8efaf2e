package archive

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"io"
	"slices"
	"testing"
	"time"
)

var (
	at      = time.Date(2026, 1, 2, 3, 4, 6, 0, time.UTC)
	entries = []Entry{{Name: "n/b", Mode: 0o644, Data: []byte("two")}, {Name: "n/a/x", Mode: 0o755, Data: []byte("one")}}
)

func TestTar(t *testing.T) {
	t.Parallel()
	var first, second bytes.Buffer
	if err := TarGz(&first, entries, at); err != nil {
		t.Fatal(err)
	}
	backwards := []Entry{entries[1], entries[0]}
	if err := TarGz(&second, backwards, at.In(time.FixedZone("", 3600))); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(first.Bytes(), second.Bytes()) {
		t.Error("the order of the files, or the zone, is in the archive")
	}
	z, err := gzip.NewReader(&first)
	if err != nil {
		t.Fatal(err)
	}
	if !z.ModTime.IsZero() || z.Name != "" {
		t.Errorf("the gzip header has %v %q", z.ModTime, z.Name)
	}
	var names []string
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		names = append(names, h.Name)
		if !h.ModTime.Equal(at) || h.Uid != 0 || h.Gid != 0 || h.Uname != "root" {
			t.Errorf("%s: %+v", h.Name, h)
		}
		if want := int64(0o755); h.Name == "n/a/x" && h.Mode != want {
			t.Errorf("mode %o, want %o", h.Mode, want)
		}
	}
	if !slices.Equal(names, []string{"n/a/x", "n/b"}) {
		t.Errorf("files %q", names)
	}
}

// A symbolic link is stored as a link.
func TestLink(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	if err := TarGz(&b, []Entry{{Name: "bin/nrepo-log", Mode: 0o777, Link: "nrepo-ideas"}}, at); err != nil {
		t.Fatal(err)
	}
	z, err := gzip.NewReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	if h, err := tar.NewReader(z).Next(); err != nil || h.Typeflag != tar.TypeSymlink || h.Linkname != "nrepo-ideas" {
		t.Errorf("%+v %v", h, err)
	}
}

func TestZip(t *testing.T) {
	t.Parallel()
	var first, second bytes.Buffer
	if err := Zip(&first, entries, at); err != nil {
		t.Fatal(err)
	}
	if err := Zip(&second, []Entry{entries[1], entries[0]}, at); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(first.Bytes(), second.Bytes()) {
		t.Error("the order of the files is in the archive")
	}
	z, err := zip.NewReader(bytes.NewReader(first.Bytes()), int64(first.Len()))
	if err != nil || len(z.File) != 2 {
		t.Fatalf("%d files: %v", len(z.File), err)
	}
	if f := z.File[0]; f.Name != "n/a/x" || !f.Modified.Equal(at) || f.Mode() != 0o755 {
		t.Errorf("%s %v %v", f.Name, f.Modified, f.Mode())
	}
}
