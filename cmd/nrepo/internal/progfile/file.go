// Package progfile reads what a command's file says of itself, and finds out why
// one cannot run. Nothing is executed.
package progfile

import (
	"io"
	"time"
)

// Facts are what a command's file says of itself.
type Facts struct {
	Summary  string // one harmless line of at most 80 characters, "" when there is none
	Complete bool   // arguments may be completed by `nrepo-foo __complete`
	Contract string // lowest version of the contract that the command needs, "" when it says none
	Version  string // by its marker, which official commands are linked with; else that of Module
	Module   string // main module of a Go program
}

// Wanted says which facts to look for.
type Wanted struct {
	Summary  bool
	Complete bool
	Version  bool // version, contract and module
}

// Reader reads files until it has read as much as it may.
type Reader struct {
	buf     []byte
	left    int64 // bytes that it may still read
	perFile int64
	until   time.Time
}

// NewReader returns a reader for a list of commands.
func NewReader() *Reader { return newReader(32<<20, 512<<20, 3*time.Second) }

// NewQuickReader returns a reader for the completion of names, which is asked
// for at a key press: it finds what stands in a script, or near the end of a
// program's constant data, where Go has its strings.
func NewQuickReader() *Reader { return newReader(192<<10, 2<<20, 100*time.Millisecond) }

func newReader(perFile, all int64, limit time.Duration) *Reader {
	return &Reader{buf: make([]byte, 128<<10), perFile: perFile, left: all, until: time.Now().Add(limit)}
}

// Read returns the facts of the file of a command. What cannot be read is left
// out, and everything when the reader has read as much as it may.
func (r *Reader) Read(path, name string, want Wanted) Facts {
	var found Facts
	if want == (Wanted{}) || r.left <= 0 || time.Now().After(r.until) {
		return found
	}
	f, size, err := open(path)
	if err != nil {
		return found
	}
	defer f.Close()
	text := &bounded{f, min(r.left, r.perFile)}
	before := text.left
	s := search{want: want, specific: "summary." + name + "=", found: &found}
	if r.isScript(text) {
		n, err := text.ReadAt(r.buf[:maxScript], 0)
		s.markers(r.buf[:n], n, err == io.EOF)
	} else {
		for _, part := range constants(f, size) {
			r.scan(text, part, &s)
		}
	}
	r.left -= before - text.left
	if want.Version {
		found.addBuildInfo(f)
	}
	return found
}

func (r *Reader) isScript(f io.ReaderAt) bool {
	n, _ := f.ReadAt(r.buf[:2], 0)
	return n == 2 && r.buf[0] == '#' && r.buf[1] == '!'
}

// scan looks for markers in a part of a file, in pieces that overlap by the
// longest marker, the last piece first: Go puts its strings behind its types, so
// most of a large program is not read at all. A program with two summaries shows
// the one in the later piece.
func (r *Reader) scan(f io.ReaderAt, p part, s *search) {
	last := p.offset + min(p.size, r.perFile)
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
