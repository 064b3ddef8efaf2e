package lookup

import (
	"os"
	"slices"
	"strings"
	"syscall"
)

// Listing is the content of all directories.
type Listing struct {
	Names   []string // sorted; some may have no file that can run
	Ignored []File   // files nrepo-* without a valid command name

	lookup *Lookup
	in     map[string][]directory // the directories with a file of each name
}

// List reads the directories and returns the names with a prefix. A directory that cannot
// be read counts as empty.
func List(l *Lookup, prefix string) Listing {
	listing := Listing{lookup: l, in: make(map[string][]directory)}
	for _, d := range distinct(l.directories) {
		for _, file := range filesOf(d.path, Prefix+prefix) {
			name, problem := nameOf(file, l.suffixes)
			if problem != None {
				listing.Ignored = append(listing.Ignored, File{Name: name, Path: Join(d.path, file), Origin: d.origin, Problem: problem})
				continue
			}
			if listing.in[name] == nil {
				listing.Names = append(listing.Names, name)
			}
			if !slices.Contains(listing.in[name], d) { // the directory may have the name with two suffixes
				listing.in[name] = append(listing.in[name], d)
			}
		}
	}
	slices.Sort(listing.Names)
	return listing
}

// Files examines the files of one of the names, in order. It is not done for all names,
// because there may be many and callers need only a few.
func (l Listing) Files(name string) (files []File) {
	for _, d := range l.in[name] {
		files = append(files, l.lookup.in(d, name)...)
	}
	return files
}

// filesOf returns the names of a directory that begin with a prefix, sorted.
func filesOf(dir, prefix string) []string {
	f, err := os.OpenFile(dir, os.O_RDONLY|syscall.O_NONBLOCK, 0) // does not block if a pipe took its place
	if err != nil {
		return nil
	}
	defer f.Close()
	names, _ := f.Readdirnames(-1)
	names = slices.DeleteFunc(names, func(name string) bool { return !strings.HasPrefix(name, prefix) })
	slices.Sort(names)
	return names
}
