// Package progfile reads facts from the file of a command, and finds out why a file cannot
// run. It executes nothing.
package progfile

import (
	"bytes"
	"cmp"
	"io"
	"os"
	"path/filepath"
	"time"
)

// Reader reads files up to a limit for all of them.
type Reader struct {
	buf     []byte
	left    int64 // remaining bytes
	perFile int64
	files   int // remaining files
	until   time.Time
}

// NewReader returns a reader for a list of commands.
func NewReader() *Reader { return newReader(maxProgram, 512<<20, 10_000, 3*time.Second) }

// NewQuickReader returns a reader for the completion of names, which must be fast. It reads
// only scripts, and the end of a program's constant data, where Go has its strings.
func NewQuickReader() *Reader { return newReader(192<<10, 2<<20, 1000, 100*time.Millisecond) }

func newReader(perFile, all int64, files int, limit time.Duration) *Reader {
	return &Reader{buf: make([]byte, 128<<10), perFile: perFile, left: all, files: files, until: time.Now().Add(limit)}
}

// Read returns the facts in the file of a command. It leaves out what it cannot read. If the
// reader has reached its limit, or is nil, it returns nothing.
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

// maxBeside is how much of the file beside a wrapper is read.
const maxBeside = 4 << 10

// wrapped returns where the markers of a program without markers can be, such as a packager's
// wrapper script: ../share/nrepo/commands/NAME, relative to its directory and, if it is a link,
// to the directory of the target.
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

// markers searches at most this much of a file for markers: the first part of a script, the
// constant data of a program, or all of another file.
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

// scan searches a part of a file for markers, in pieces that overlap by the longest marker. It
// begins with the last piece: Go puts strings after types, so that most of a large program is
// not read. If there are two summaries, the one in the later piece is used.
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
