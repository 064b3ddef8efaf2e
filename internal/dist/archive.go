package main

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"

	"github.com/nrepo-cli/nrepo/internal/dist/archive"
)

// archive packs all programs for a platform, with what belongs to them: a zip
// for Windows, else a tar.gz.
func (d *dist) archive(p platform) error {
	name := d.name(p.os + "_" + p.arch)
	var entries []archive.Entry
	add := func(to, from string, mode fs.FileMode) error {
		data, err := os.ReadFile(from)
		entries = append(entries, archive.Entry{Name: path.Join(name, to), Mode: mode, Data: data})
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
			entries = append(entries, archive.Entry{Name: path.Join(name, "bin", link), Mode: 0o777, Link: multi})
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
	entries = append(entries, archive.Entry{Name: path.Join(name, "THIRD-PARTY-LICENSES"), Mode: 0o644, Data: []byte(all)})
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
	pack, suffix := archive.TarGz, ".tar.gz"
	if p.os == "windows" {
		pack, suffix = archive.Zip, ".zip"
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
