package main

import (
	"archive/tar"
	"archive/zip"
	"compress/gzip"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// entry is a file of an archive.
type entry struct {
	name string // with slashes
	mode fs.FileMode
	data []byte
	link string // what a symbolic link leads to; "" for a file
}

// archive packs all programs for a platform, with what belongs to them: a zip
// for Windows, else a tar.gz.
func (d *dist) archive(p platform) error {
	name := d.name(p.os + "_" + p.arch)
	var entries []entry
	add := func(to, from string, mode fs.FileMode) error {
		data, err := os.ReadFile(from)
		entries = append(entries, entry{name: path.Join(name, to), mode: mode, data: data})
		return err
	}
	var programs []string
	for _, c := range d.commands {
		program := p.program(c.name)
		if err := add("bin/"+filepath.Base(program), program, 0o755); err != nil {
			return err
		}
		programs = append(programs, program)
	}
	if p.os != "windows" { // a zip has no links: there "nrepo ideas --install" makes them
		for _, link := range d.links {
			entries = append(entries, entry{name: path.Join(name, "bin", link), mode: 0o777, link: multi})
		}
	}
	for _, file := range []string{"LICENSE", "README.md", "CHANGELOG.md"} {
		if err := add(file, file, 0o644); err != nil {
			return err
		}
	}
	all, err := licenses(programs...)
	if err != nil {
		return err
	}
	entries = append(entries, entry{name: path.Join(name, "THIRD-PARTY-LICENSES"), mode: 0o644, data: []byte(all)})
	err = filepath.WalkDir(d.share, func(file string, f fs.DirEntry, err error) error {
		if err != nil || f.IsDir() {
			return err
		}
		rel, err := filepath.Rel(d.share, file)
		if err != nil {
			return err
		}
		return add("share/"+filepath.ToSlash(rel), file, 0o644)
	})
	if err != nil {
		return err
	}
	pack, suffix := writeTar, ".tar.gz"
	if p.os == "windows" {
		pack, suffix = writeZip, ".zip"
	}
	out, err := os.Create(filepath.Join(d.out, name+suffix))
	if err != nil {
		return err
	}
	defer out.Close()
	if err := pack(out, entries, d.time); err != nil {
		return err
	}
	return out.Close()
}

func byName(a, b entry) int { return strings.Compare(a.name, b.name) }

// writeTar writes the entries in the order of their names, owned by root, all
// of one time.
func writeTar(w io.Writer, entries []entry, at time.Time) error {
	z, err := gzip.NewWriterLevel(w, gzip.BestCompression)
	if err != nil {
		return err
	}
	t := tar.NewWriter(z)
	for _, e := range slices.SortedFunc(slices.Values(entries), byName) {
		h := &tar.Header{Name: e.name, Mode: int64(e.mode), Size: int64(len(e.data)), ModTime: at, Uname: "root", Gname: "root"}
		if e.link != "" {
			h.Typeflag, h.Linkname = tar.TypeSymlink, e.link
		}
		if err := t.WriteHeader(h); err != nil {
			return err
		}
		if _, err := t.Write(e.data); err != nil {
			return err
		}
	}
	if err := t.Close(); err != nil {
		return err
	}
	return z.Close()
}

// writeZip is writeTar for Windows.
func writeZip(w io.Writer, entries []entry, at time.Time) error {
	z := zip.NewWriter(w)
	for _, e := range slices.SortedFunc(slices.Values(entries), byName) {
		h := &zip.FileHeader{Name: e.name, Method: zip.Deflate, Modified: at}
		h.SetMode(e.mode)
		f, err := z.CreateHeader(h)
		if err != nil {
			return err
		}
		if _, err := f.Write(e.data); err != nil {
			return err
		}
	}
	return z.Close()
}
