package main

import (
	"bytes"
	"encoding/binary"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/nrepo-cli/nrepo/internal/termtext"
)

// facts are what a command's file says of itself. They are read, never asked
// for by running it.
//
// A marker stands anywhere in the constant text of a program or in a comment of
// a script and ends at a line feed, carriage return or NUL:
//
//	@(#)nrepo:summary=One line
//	@(#)nrepo:complete=1
//	@(#)nrepo:version=v1.2.3; (of internal/version, in official commands)
//
// A quotation mark does not end it, so that a summary can quote; a string in
// source needs \n (Go has no NUL after a string). The form is that of what(1).
type facts struct {
	summary  string // one harmless line of at most 80 characters, "" when there is none
	complete bool   // arguments may be completed by `nrepo-foo __complete`
	linked   string // version set at link time, which comes before the module's
	build           // of a Go program
}

// build is what the Go command recorded of a program.
type build struct {
	module, version string // of the main module
	commit          string // "" when it was not recorded
	modified        bool   // whether the commit had local changes
}

// Bounds of what is read of one file.
const (
	maxScript  = 64 << 10 // first part of a script
	maxBinary  = 32 << 20 // constant data of a program
	maxMarker  = 512      // a longer marker is none
	maxSummary = 80       // characters shown
	maxInfo    = 1 << 20  // build information of a Go program
)

// inspector reads facts. Its buffer serves one file after the other.
type inspector struct {
	buf    []byte
	marker []byte // begins every marker
	magic  []byte // begins the build information of a Go program
}

func newInspector() *inspector {
	// Both are put together here, lest the dispatcher itself contain them.
	i := &inspector{buf: make([]byte, 128<<10)}
	i.marker = append(append(i.marker, "@(#)"...), "nrepo:"...)
	i.magic = append(append(i.magic, "\xff Go "...), "buildinf:"...)
	return i
}

// wanted says which facts to look for.
type wanted struct {
	summary  bool
	complete bool
	module   bool // module and version of a Go program
	linked   bool // version set at link time
}

// marker reports whether a marker is still to be found.
func (w wanted) marker(found *facts) bool {
	return w.summary && found.summary == "" || w.complete && !found.complete || w.linked && found.linked == ""
}

// file reads the facts of a regular file; what cannot be read is left out.
// Of an ELF program only the sections with constant data are read, of a script
// the first 64 KiB, of any other file all, up to 32 MiB.
func (in *inspector) file(path string, want wanted) facts {
	var found facts
	f, err := openFile(path)
	if err != nil {
		return found
	}
	defer f.Close()
	if elf, err := readELF(f); err == nil {
		if s := elf.section(".rodata", ".go.buildinfo"); s != nil {
			if want.module && s[1].size > 0 {
				in.scan(f, s[1], wanted{module: true}, &found)
			}
			in.scanBack(f, s[0], want, &found)
			return found
		}
	}
	all := span{0, maxBinary}
	if in.isScript(f) {
		all.size, want.module = maxScript, false
	}
	in.scan(f, all, want, &found)
	return found
}

func (in *inspector) isScript(f io.ReaderAt) bool {
	n, _ := f.ReadAt(in.buf[:2], 0)
	return n == 2 && in.buf[0] == '#' && in.buf[1] == '!'
}

// scan looks for markers and build information in a part of a file, in pieces
// that overlap by the longest marker.
func (in *inspector) scan(f io.ReaderAt, part span, want wanted, found *facts) {
	end := part.offset + min(part.size, maxBinary)
	for at := part.offset; at < end && (want.marker(found) || want.module); {
		n, err := f.ReadAt(in.buf[:min(int64(len(in.buf)), end-at)], at)
		piece := in.buf[:n]
		last := err != nil || at+int64(n) >= end
		starts := n // markers that begin at or after this belong to the next piece
		if !last {
			starts = n - maxMarker
		}
		if want.marker(found) {
			in.markers(piece, starts, want, found)
		}
		if want.module {
			if i := in.buildInfo(piece[:starts]); i >= 0 {
				found.build = in.readBuildInfo(f, at+int64(i))
				want.module = found.module == ""
			}
		}
		if last {
			return
		}
		at += int64(starts)
	}
}

// scanBack looks for markers as scan does, but in the last piece first: Go puts
// its strings behind its types, so most of a large program is not read at all. A
// program with two summaries shows the one in the later piece.
func (in *inspector) scanBack(f io.ReaderAt, part span, want wanted, found *facts) {
	last := part.offset + min(part.size, maxBinary)
	for end := last; end > part.offset && want.marker(found); {
		at := max(part.offset, end-int64(len(in.buf)-maxMarker))
		n, err := f.ReadAt(in.buf[:min(int64(len(in.buf)), last-at)], at)
		if err != nil {
			return // shorter than its headers say
		}
		in.markers(in.buf[:n], int(end-at), want, found)
		end = at
	}
}

// markers reads the markers that begin before starts, until it has what is
// wanted. It goes from # to #, the character of the marker that is rarest in a
// program's data.
func (in *inspector) markers(piece []byte, starts int, want wanted, found *facts) {
	const lead = len("@(")
	for hash := 0; want.marker(found); hash++ {
		i := bytes.IndexByte(piece[hash:], '#')
		if i < 0 || hash+i-lead >= starts {
			return
		}
		hash += i
		if hash < lead || !bytes.HasPrefix(piece[hash-lead:], in.marker) {
			continue
		}
		from := hash - lead + len(in.marker)
		until := min(len(piece), from+maxMarker)
		if v, ok := cutVersion(piece[from:until]); ok {
			found.linked = v
			continue
		}
		text, ok := cutMarker(piece[from:until], starts == len(piece) && until == len(piece))
		if !ok {
			continue
		}
		if value, ok := strings.CutPrefix(text, "summary="); ok && found.summary == "" {
			found.summary = cleanSummary(value)
		}
		if text == "complete=1" {
			found.complete = true
		}
	}
}

// cutVersion returns the value of a version marker.
func cutVersion(b []byte) (string, bool) {
	value, ok := bytes.CutPrefix(b, []byte("version="))
	end := bytes.IndexByte(value, ';')
	if !ok || end <= 0 || end > 100 {
		return "", false
	}
	for _, c := range value[:end] {
		if c <= ' ' || c >= 0x7f {
			return "", false
		}
	}
	return string(value[:end]), true
}

// cutMarker returns the text of a marker up to its end. Text that has no end,
// is not UTF-8 or holds control characters is something else.
func cutMarker(b []byte, atEnd bool) (string, bool) {
	if i := bytes.IndexAny(b, "\n\r\x00"); i >= 0 {
		b = b[:i]
	} else if !atEnd {
		return "", false
	}
	for _, c := range b {
		if c < ' ' && c != '\t' || c == 0x7f {
			return "", false
		}
	}
	return string(b), utf8.Valid(b)
}

// cleanSummary makes a summary one harmless line of at most 80 characters.
func cleanSummary(s string) string {
	s = termtext.Line(strings.Join(strings.Fields(s), " "))
	return cut(s, maxSummary)
}

// cut shortens a text to n characters, the last of which is then an ellipsis.
func cut(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	runes := []rune(s)
	return strings.TrimRight(string(runes[:n-1]), " ") + "…"
}

// buildInfo returns where build information begins, which the Go linker puts at
// a multiple of 16; -1 when it does not.
func (in *inspector) buildInfo(piece []byte) int {
	for from := 0; ; {
		i := bytes.Index(piece[from:], in.magic)
		if i < 0 {
			return -1
		}
		if from += i; from%16 == 0 {
			return from
		}
		from++
	}
}

// readBuildInfo returns the build information of a Go program built by Go 1.18
// or later, of which the commit stands behind the list of dependencies and is
// found only where that is short, as nrepo's own is. The form is that of
// runtime/debug.BuildInfo behind a header of 32 bytes; byte 15 tells that the
// strings follow it: the Go version, then the module lines between two marks of
// 16 bytes, each string behind its length.
func (in *inspector) readBuildInfo(f io.ReaderAt, at int64) (found build) {
	const header, inline = 32, 2
	b := make([]byte, 4096) // the main module is at the head
	n, _ := f.ReadAt(b, at)
	if b = b[:n]; len(b) < header || b[15]&inline == 0 {
		return found
	}
	b = b[header:]
	goVersion, b := cutString(b)
	if !bytes.HasPrefix(goVersion, []byte("go")) && !bytes.HasPrefix(goVersion, []byte("devel")) {
		return found
	}
	info, _ := cutString(b)
	if len(info) < 16 {
		return found
	}
	info = info[16:]
	for line := range bytes.Lines(info) {
		field := strings.Split(strings.TrimSuffix(string(line), "\n"), "\t")
		switch {
		case field[0] == "mod" && len(field) >= 3:
			found.module, found.version = termtext.Line(cut(field[1], 200)), termtext.Line(cut(field[2], 100))
		case field[0] == "build" && len(field) == 2:
			key, value, _ := strings.Cut(field[1], "=")
			switch key {
			case "vcs.revision":
				found.commit = termtext.Line(cut(value, 100))
			case "vcs.modified":
				found.modified = value == "true"
			}
		}
	}
	return found
}

// cutString splits a string off that stands behind its length.
func cutString(b []byte) (s, rest []byte) {
	length, n := binary.Uvarint(b)
	if n <= 0 || length > maxInfo {
		return nil, nil
	}
	b = b[n:]
	if length > uint64(len(b)) {
		length = uint64(len(b)) // cut by a long list of dependencies
	}
	return b[:length], b[length:]
}
