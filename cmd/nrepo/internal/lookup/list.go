package lookup

import (
	"os"
	"slices"
	"strings"
)

// Listing is all that the directories hold.
type Listing struct {
	Commands []Command // sorted by name
	Ignored  []File    // files nrepo-* that no name stands for
}

// Command is a name and every file for it.
type Command struct {
	Name  string
	Files []File // those without a problem first, each group in order
}

// Runs returns the file that runs, if any.
func (c Command) Runs() (File, bool) {
	if len(c.Files) > 0 && c.Files[0].Problem == None {
		return c.Files[0], true
	}
	return File{}, false
}

// List reads the directories, of which what cannot be read counts as empty, for
// the names with a prefix.
func (l *Lookup) List(prefix string) Listing {
	var listing Listing
	var names []string
	files := make(map[string][]File)
	for _, d := range distinct(l.directories) {
		before := ""
		for _, file := range filesOf(d.name(), Prefix+prefix) {
			name, ok := nameOf(file, l.suffixes)
			if problem := whyNoName(name, ok); problem != None {
				listing.Ignored = append(listing.Ignored, File{Name: name, Path: Join(d.path, file), Origin: d.origin, Problem: problem})
			} else if name != before { // else the same name with another suffix
				before = name
				if files[name] == nil {
					names = append(names, name)
				}
				files[name] = append(files[name], l.in(d, name)...)
			}
		}
	}
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		c := Command{Name: name}
		for _, problems := range []bool{false, true} {
			for _, f := range files[name] {
				if (f.Problem != None) == problems {
					c.Files = append(c.Files, f)
				}
			}
		}
		if len(c.Files) > 0 {
			listing.Commands = append(listing.Commands, c)
		}
	}
	return listing
}

// filesOf returns the names of a directory that begin with a prefix, sorted.
func filesOf(dir, prefix string) []string {
	f, err := os.Open(dir)
	if err != nil {
		return nil
	}
	defer f.Close()
	var files []string
	for {
		names, err := f.Readdirnames(1000)
		for _, name := range names {
			if strings.HasPrefix(name, prefix) {
				files = append(files, name)
			}
		}
		if err != nil {
			slices.Sort(files)
			return files
		}
	}
}

// whyNoName says why a file's name is no command's; None if it is.
func whyNoName(name string, suffixOK bool) Problem {
	if !suffixOK {
		return WrongSuffix
	}
	if ValidName(name) {
		return None
	}
	if base, _, found := strings.Cut(name, "."); found && ValidName(base) {
		return HasExtension
	}
	return NotAName
}
