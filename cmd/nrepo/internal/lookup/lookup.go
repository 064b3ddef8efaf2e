// Package lookup finds the executable file of a command.
//
// The order:
//
//  1. the directory Options.ExecPath, if there is one;
//  2. the directory of the nrepo that runs; if that is a symbolic link, then also the
//     directory of its target;
//  3. the directories in PATH, except empty and relative entries.
//
// The first file nrepo-NAME that this user may execute is used; directories, files that are
// not executable and dangling links are skipped. On Windows the file is NAME.exe, NAME.cmd
// or NAME.bat, in this order, and the current directory is not searched.
//
// To find one name takes a few calls of stat and reads no directory. List reads directories
// and opens no files. Nothing is executed.
package lookup

import (
	"cmp"
	"os"
	"runtime"
)

// Options configure a Lookup.
type Options struct {
	Argv0      string   // argument 0 of nrepo's own process
	Executable string   // as os.Executable; "" if unknown
	ExecPath   string   // an absolute directory that comes first; "" for none
	Path       string   // as the variable PATH; "" for none
	Suffixes   []string // of executable files; nil for those of this system

	// Trace is called for each path that Find tries; may be nil.
	Trace func(path string, found bool)
}

// Lookup finds commands. Running a command, lists, suggestions and completion all use it,
// so that they agree.
type Lookup struct {
	self     self
	execPath string
	path     pathList
	suffixes []string
	trace    func(path string, found bool)
}

// New returns the lookup for a process.
func New(o Options) *Lookup {
	switch {
	case o.Suffixes != nil:
	case runtime.GOOS == "windows":
		o.Suffixes = WindowsSuffixes
	default:
		o.Suffixes = []string{""}
	}
	path := pathList(o.Path)
	return &Lookup{findSelf(o.Argv0, o.Executable, path), o.ExecPath, path, o.Suffixes, o.Trace}
}

// directories yields the directories that may contain commands, in order and with
// repetitions.
func (l *Lookup) directories(yield func(directory) bool) {
	if l.execPath != "" && !yield(directory{l.execPath, ExecPath}) {
		return
	}
	for dir := range l.self.directories {
		if !yield(directory{dir, Beside}) {
			return
		}
	}
	for entry := range l.path.entries() {
		if !yield(directory{cmp.Or(entry, "."), Path}) { // an empty entry means the working directory
			return
		}
	}
}

// Self returns the absolute path that started nrepo, or "" if it is unknown.
func (l *Lookup) Self() string { return l.self.path }

// IsSelf reports whether a file that Find returned is nrepo itself, under any name.
func (l *Lookup) IsSelf(f File) bool { return l.self.path != "" && os.SameFile(f.info, l.self.info) }

// Find returns the executable of a command with a valid name.
func (l *Lookup) Find(name string) (File, bool) {
	for d := range l.directories {
		if !d.usable() {
			continue
		}
		for _, suffix := range l.suffixes {
			path := Join(d.path, Prefix+name+suffix)
			info, ok := Runnable(path)
			if l.trace != nil {
				l.trace(path, ok)
			}
			if ok {
				return File{Name: name, Path: path, Origin: d.origin, info: info}, true
			}
		}
	}
	return File{}, false
}

// All returns every file with a valid name in order, also those that are skipped. The first
// without a problem is the one that Find returns.
func (l *Lookup) All(name string) (found []File) {
	for _, d := range distinct(l.directories) {
		found = append(found, l.in(d, name)...)
		if path := Join(d.path, Prefix+name+".ps1"); len(l.suffixes) > 1 {
			if _, err := os.Stat(path); err == nil {
				found = append(found, File{Name: name, Path: path, Origin: d.origin, Problem: PowerShell})
			}
		}
	}
	return found
}

func (l *Lookup) in(d directory, name string) (found []File) {
	for _, suffix := range l.suffixes {
		if f, ok := examine(d, name, Join(d.path, Prefix+name+suffix)); ok {
			found = append(found, f)
		}
	}
	return found
}
