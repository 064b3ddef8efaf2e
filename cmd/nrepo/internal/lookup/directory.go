package lookup

import (
	"os"
	"path/filepath"
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
	path   string // "" is an empty entry of PATH, the working directory
	origin Origin
}

// usable is false for empty and relative entries of PATH.
func (d directory) usable() bool { return filepath.IsAbs(d.path) }

// name is a path that the system understands.
func (d directory) name() string {
	if d.path == "" {
		return "."
	}
	return d.path
}

// distinct returns directories without repetitions and missing ones. One that is
// named twice, as /bin and /usr/bin often are, stands where it comes first.
func distinct(directories []directory) (found []directory) {
	var seen []os.FileInfo
next:
	for _, d := range directories {
		info, err := os.Stat(d.name())
		if err != nil || !info.IsDir() {
			continue
		}
		if d.usable() { // else an unusable entry would hide a usable one
			for _, s := range seen {
				if os.SameFile(s, info) {
					continue next
				}
			}
			seen = append(seen, info)
		}
		found = append(found, d)
	}
	return found
}

// Join is filepath.Join without its cleaning, so that a path keeps the spelling
// of its entry in PATH.
func Join(dir, file string) string {
	if dir == "" || os.IsPathSeparator(dir[len(dir)-1]) {
		return dir + file
	}
	return dir + string(filepath.Separator) + file
}

// parent is the part of a path before its last separator. Nothing is cleaned
// away: .. behind a symbolic link is not the directory before it.
func parent(path string) string {
	for i := len(path) - 1; i >= 0; i-- {
		if os.IsPathSeparator(path[i]) {
			return path[:max(i, 1)]
		}
	}
	return ""
}
