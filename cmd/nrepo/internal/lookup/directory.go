package lookup

import (
	"iter"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// Origin is the rule by which a file was found.
type Origin string

const (
	ExecPath Origin = "exec-path" // in the directory of Options.ExecPath
	Beside   Origin = "beside"    // next to nrepo
	Path     Origin = "path"      // in a directory of PATH
)

// directory is a directory that may contain commands.
type directory struct {
	path   string
	origin Origin
}

// usable is false for empty and relative entries of PATH.
func (d directory) usable() bool { return filepath.IsAbs(d.path) }

// distinct returns the directories that exist, each once, at its first place. /bin and
// /usr/bin are often the same directory.
func distinct(directories iter.Seq[directory]) (found []directory) {
	var seen []os.FileInfo
	for d := range directories {
		info, err := os.Stat(d.path)
		if err != nil || !info.IsDir() {
			continue
		}
		if d.usable() { // an unusable entry must not hide a usable one
			if slices.ContainsFunc(seen, func(s os.FileInfo) bool { return os.SameFile(s, info) }) {
				continue
			}
			seen = append(seen, info)
		}
		found = append(found, d)
	}
	return found
}

// pathList is a list of directories like the variable PATH.
type pathList string

// entries returns the entries. They are read one after the other, because usually one of the
// first has the command.
func (l pathList) entries() iter.Seq[string] {
	if l == "" || runtime.GOOS == "windows" { // where an entry can be quoted
		return slices.Values(filepath.SplitList(string(l)))
	}
	return strings.SplitSeq(string(l), string(filepath.ListSeparator))
}

// Join is filepath.Join without Clean: a path keeps the spelling of its entry in PATH, and
// .. after a symbolic link has the meaning that the system gives it.
func Join(dir, file string) string {
	const separator = string(filepath.Separator)
	return strings.TrimSuffix(dir, separator) + separator + file
}
