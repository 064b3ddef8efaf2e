// Package archive writes reproducible archives: the bytes depend only on the entries and one
// time, because order, owner and format options are fixed.
package archive

import (
	"archive/tar"
	"archive/zip"
	"compress/gzip"
	"io"
	"io/fs"
	"slices"
	"strings"
	"time"
)

// Entry is a file of an archive.
type Entry struct {
	Name string // with slashes; a directory ends in a slash
	Mode fs.FileMode
	Data []byte
	Link string // the target of a symbolic link; "" for a file
}

func byName(a, b Entry) int { return strings.Compare(a.Name, b.Name) }

// TarGz writes the entries as [Tar] does, compressed.
func TarGz(w io.Writer, entries []Entry, at time.Time) error {
	z, err := gzip.NewWriterLevel(w, gzip.BestCompression)
	if err != nil {
		return err
	}
	if err := Tar(z, entries, at); err != nil {
		return err
	}
	return z.Close()
}

// Tar writes the entries sorted by name, owned by root, all with the same time.
func Tar(w io.Writer, entries []Entry, at time.Time) error {
	t := tar.NewWriter(w)
	for _, e := range slices.SortedFunc(slices.Values(entries), byName) {
		h := &tar.Header{Name: e.Name, Mode: int64(e.Mode), Size: int64(len(e.Data)), ModTime: at, Uname: "root", Gname: "root"}
		switch {
		case e.Link != "":
			h.Typeflag, h.Linkname = tar.TypeSymlink, e.Link
		case strings.HasSuffix(e.Name, "/"):
			h.Typeflag = tar.TypeDir
		}
		if err := t.WriteHeader(h); err != nil {
			return err
		}
		if _, err := t.Write(e.Data); err != nil {
			return err
		}
	}
	return t.Close()
}

// Zip writes the entries sorted by name, all with the same time. It does not support symbolic
// links.
func Zip(w io.Writer, entries []Entry, at time.Time) error {
	z := zip.NewWriter(w)
	for _, e := range slices.SortedFunc(slices.Values(entries), byName) {
		h := &zip.FileHeader{Name: e.Name, Method: zip.Deflate, Modified: at}
		h.SetMode(e.Mode)
		f, err := z.CreateHeader(h)
		if err != nil {
			return err
		}
		if _, err := f.Write(e.Data); err != nil {
			return err
		}
	}
	return z.Close()
}
