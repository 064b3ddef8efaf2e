package lookup

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Origin says by which rule a file was found.
type Origin string

const (
	ExecPath Origin = "exec-path" // in the directory of Options.ExecPath
	Beside   Origin = "beside"    // next to nrepo
	Path     Origin = "path"      // in a directory of PATH
)

// directory is one that may hold commands.
type directory struct {
	path   string
	origin Origin
}

// usable is false for empty and relative entries of PATH.
func (d directory) usable() bool { return filepath.IsAbs(d.path) }

// distinct returns directories without repetitions and missing ones. One that is
// named twice, as /bin and /usr/bin often are, stands where it comes first.
func distinct(directories []directory) (found []directory) {
	var seen []os.FileInfo
	for _, d := range directories {
		info, err := os.Stat(d.path)
		if err != nil || !info.IsDir() {
			continue
		}
		if d.usable() { // else an unusable entry would hide a usable one
			if slices.ContainsFunc(seen, func(s os.FileInfo) bool { return os.SameFile(s, info) }) {
				continue
			}
			seen = append(seen, info)
		}
		found = append(found, d)
	}
	return found
}

// Join is filepath.Join without its cleaning: a path keeps the spelling of its entry
// in PATH, and .. behind a symbolic link leads where the system says.
func Join(dir, file string) string {
	const separator = string(filepath.Separator)
	return strings.TrimSuffix(dir, separator) + separator + file
}
