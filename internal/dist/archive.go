package main

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/nrepo-cli/nrepo/internal/dist/archive"
)

// archive writes an archive of all programs for a platform, with manual pages and other files:
// a zip for Windows, else a tar.gz.
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
	for _, link := range d.links {
		e := archive.Entry{Name: path.Join(name, "bin", link), Mode: 0o777, Link: multi}
		if p.os == "windows" {
			e = archive.Entry{Name: e.Name + ".cmd", Mode: 0o755, Data: batchLink(link)}
		}
		entries = append(entries, e)
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

// batchLink returns the replacement for a link in a zip, which cannot have links: a batch file
// in the form that nrepo starts without cmd.exe.
func batchLink(link string) []byte {
	return fmt.Appendf(nil, "@\"%%~dp0%s.exe\" %s %%*\r\n", multi, strings.TrimPrefix(link, "nrepo-"))
}
