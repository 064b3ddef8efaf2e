// Package progfile reads what a command's file says of itself, and finds out why
// one cannot run. Nothing is executed.
package progfile

import (
	"bytes"
	"cmp"
	"io"
	"os"
	"path/filepath"
	"time"
)

// Reader reads files until it has read as much as it may.
type Reader struct {
	buf     []byte
	left    int64 // bytes that it may still read
	perFile int64
	files   int // that it may still read
	until   time.Time
}

// NewReader returns a reader for a list of commands.
func NewReader() *Reader { return newReader(maxProgram, 512<<20, 10_000, 3*time.Second) }

// NewQuickReader returns a reader for the completion of names, which is asked
// for at a key press: it finds what stands in a script, or near the end of a
// program's constant data, where Go has its strings.
func NewQuickReader() *Reader { return newReader(192<<10, 2<<20, 1000, 100*time.Millisecond) }

func newReader(perFile, all int64, files int, limit time.Duration) *Reader {
	return &Reader{buf: make([]byte, 128<<10), perFile: perFile, left: all, files: files, until: time.Now().Add(limit)}
}

// Read returns the facts of the file of a command. What cannot be read is left
// out, and everything when the reader has read as much as it may, or is nil.
func (r *Reader) Read(path, name string, want Wanted) Facts {
	var found Facts
	if r == nil || want == (Wanted{}) || r.files == 0 {
		return found
	}
	r.files--
	s := search{want: want, specific: "summary." + name + "=", found: &found}
	r.markers(path, r.perFile, &s)
	if found == (Facts{}) && !r.spent() {
		for _, beside := range wrapped(path, name) {
			if found == (Facts{}) {
				r.markers(beside, maxBeside, &s)
			}
		}
	}
	if want.Version && !r.spent() {
		if f, _, err := open(path); err == nil {
			defer f.Close()
			module, version := buildInfo(f)
			found.Module, found.Version = module, cmp.Or(found.Version, version)
		}
	}
	return found
}

func (r *Reader) spent() bool { return r.left <= 0 || time.Now().After(r.until) }

// maxProgram is how much of a program's constant data is searched.
const maxProgram = 32 << 20

// maxBeside is how much is read of the file beside a wrapper.
const maxBeside = 4 << 10

// wrapped returns where the markers of a program can be that holds none, such as
// a script made by a packager: ../share/nrepo/commands/NAME, from its directory
// and from that of the file that it is a link to.
func wrapped(path, name string) []string {
	files := []string{besideOf(path, name)}
	if _, err := os.Readlink(path); err == nil {
		if target, err := filepath.EvalSymlinks(path); err == nil {
			files = append(files, besideOf(target, name))
		}
	}
	return files
}

func besideOf(path, name string) string {
	return filepath.Join(filepath.Dir(path), "..", "share", "nrepo", "commands", name)
}

// markers looks for markers in at most so much of a file: in the first part of a
// script, in the constant data of a program, anywhere in another file.
func (r *Reader) markers(path string, most int64, s *search) {
	if r.spent() {
		return
	}
	f, size, err := open(path)
	if err != nil {
		return
	}
	defer f.Close()
	text := &bounded{f, min(r.left, most)}
	defer func(before int64) { r.left -= before - text.left }(text.left)
	n, _ := text.ReadAt(r.buf[:min(size, maxBeside)], 0)
	script := bytes.HasPrefix(r.buf[:n], []byte("#!"))
	if !script && most != maxBeside {
		s.program = bytes.IndexByte(r.buf[:n], 0) >= 0
		for _, data := range constants(f, size) {
			r.scan(text, data, s)
		}
		return
	}
	if script && most != maxBeside && size > maxBeside {
		n, _ = text.ReadAt(r.buf[:min(size, maxScript)], 0)
	}
	s.markers(r.buf[:n], n, int64(n) == size)
}

// scan looks for markers in a part of a file, in pieces that overlap by the
// longest marker, the last piece first: Go puts its strings behind its types, so
// most of a large program is not read at all. A program with two summaries shows
// the one in the later piece.
func (r *Reader) scan(f io.ReaderAt, p section, s *search) {
	last := p.offset + min(p.size, maxProgram)
	for end := last; end > p.offset && !s.done(); {
		at := max(p.offset, end-int64(len(r.buf)-maxMarker))
		n, err := f.ReadAt(r.buf[:min(int64(len(r.buf)), last-at)], at)
		if err != nil && err != io.EOF {
			return
		}
		s.markers(r.buf[:n], int(end-at), false)
		end = at
	}
}
