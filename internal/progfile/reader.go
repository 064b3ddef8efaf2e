// Package progfile reads facts from the file of a command, and finds out why a file cannot
// run. It executes nothing.
package progfile

import (
	"cmp"
	"os"
	"path/filepath"
	"time"
)

const (
	maxHead    = 4 << 10  // enough to recognise a format; also the limit for the file beside a program
	maxScript  = 64 << 10 // first part of a script
	maxProgram = 32 << 20 // last part of the constant data of a program
	pieceSize  = 64 << 10
)

// Reader reads the files of a list of commands, up to a limit for all of them, so that a list is
// shown soon however many, large and slow they are. nil reads nothing.
type Reader struct {
	head, piece []byte
	left        int64     // remaining bytes of all files
	until       time.Time // no file is opened later
	most        int64     // of the constant data of a program

	official os.FileInfo // the last official program
	facts    Facts       // about it
}

// NewReader returns a reader for a list.
func NewReader() *Reader { return newReader(512<<20, maxProgram, 3*time.Second) }

// NewQuickReader returns a reader for the completion of names, which must be fast. It reads
// some hundred scripts, and only the end of the data of some programs, where Go puts strings.
func NewQuickReader() *Reader { return newReader(3<<19, 192<<10, 250*time.Millisecond) }

func newReader(left, most int64, limit time.Duration) *Reader {
	return &Reader{make([]byte, maxHead), make([]byte, pieceSize+maxBlock), left, time.Now().Add(limit), most, nil, Facts{}}
}

func (r *Reader) spent() bool { return r == nil || r.left <= 0 || time.Now().After(r.until) }

// Read returns the facts about a command that is not official. If its file has no markers, like
// the wrapper of a package, they can be in ../share/nrepo/commands/NAME, relative to its directory
// or, if it is a link, to the directory of the target. It reads the build information of a Go
// program only if build is true.
func (r *Reader) Read(path, name string, build bool) Facts {
	found, module, version := r.read(path, build, "summary."+name, "summary")
	if len(found) == 0 {
		found = r.beside(path, name)
	}
	if len(found) == 0 && !r.spent() {
		if target, err := filepath.EvalSymlinks(path); err == nil && target != path {
			found = r.beside(target, name)
		}
	}
	return Facts{
		Summary:  CleanSummary(cmp.Or(found["summary."+name], found["summary"])),
		Complete: found["complete"] == "1",
		Contract: cleanVersion(found["contract"]),
		Version:  cmp.Or(cleanVersion(found["version"]), version),
		Module:   module,
	}
}

// ReadOfficial returns module and version of an official command. The version that was set at
// link time is preferred to that of the module. Most commands are links to one program, which is
// read only once.
func (r *Reader) ReadOfficial(path string) Facts {
	info, _ := os.Stat(path)
	if !os.SameFile(info, r.official) {
		found, module, version := r.read(path, true, "version")
		r.official, r.facts = info, Facts{Version: cmp.Or(cleanVersion(found["version"]), version), Module: module}
	}
	return r.facts
}

func (r *Reader) read(path string, build bool, keys ...string) (found markers, module, version string) {
	if r.spent() {
		return nil, "", ""
	}
	r.left -= maxHead
	f, err := open(path, r.head)
	if err != nil {
		return nil, "", ""
	}
	defer f.Close()
	f.left = &r.left
	if f.isText() {
		return inText(f.text(r.piece[:maxScript])), "", ""
	}
	all := sections(f)
	if build {
		module, version = buildInfo(f, all)
	}
	return r.search(f, constants(all, f.info.Size()), keys), module, version
}

func (r *Reader) beside(path, name string) markers {
	if r.spent() {
		return nil
	}
	r.left -= maxHead
	f, err := open(filepath.Join(filepath.Dir(path), "..", "share", "nrepo", "commands", name), r.head)
	if err != nil {
		return nil
	}
	defer f.Close()
	return inText(f.text(r.piece[:maxHead]))
}

// search returns the first block with one of the keys in the constant data of a program. It
// starts at the end of the data, where Go puts strings, so that it does not read most of a large
// program.
func (r *Reader) search(f file, data []section, keys []string) markers {
	for _, s := range data {
		last := s.offset + s.size
		for end := last; end > max(s.offset, last-r.most) && r.left > 0; end -= pieceSize {
			at := max(s.offset, end-pieceSize)
			n, _ := f.ReadAt(r.piece[:min(end+maxBlock, last)-at], at) // pieces overlap by a block
			if found := inProgram(r.piece[:n], keys); found != nil {
				return found
			}
		}
	}
	return nil
}
