package lookup

import (
	"cmp"
	"os"
	"path/filepath"
)

// self is the location of the running nrepo.
type self struct {
	// path is the absolute path that started nrepo. It is preferably the link in a
	// directory of PATH, not the versioned file that it points to, because the next
	// upgrade removes that file. "" if unknown.
	path string
	info os.FileInfo // of the file at path
}

// findSelf finds the path that started nrepo. The caller can set argv0 to anything. If the
// system knows the running executable, argv0 is used only if it leads to that file. If the
// system does not know it (no /proc, or the file was removed), there is only argv0.
func findSelf(argv0, executable string, path pathList) self {
	running := self{}.at(executable)
	if dir, _ := filepath.Split(argv0); dir != "" {
		if !filepath.IsAbs(argv0) {
			argv0, _ = filepath.Abs(argv0)
		}
		return cmp.Or(running.at(argv0), running)
	}
	if argv0 != "" {
		for dir := range path.entries() { // in one of which the shell found the file
			if !filepath.IsAbs(dir) {
				continue
			}
			if s := running.at(Join(dir, argv0)); s.path != "" {
				return s
			}
		}
	}
	return running
}

// at returns the location at a path, if that leads to the running file or, when s is zero
// because that file is unknown, to any regular file. Otherwise it returns zero.
func (s self) at(path string) self {
	if path == s.path {
		return s
	}
	info, err := os.Stat(path)
	if err != nil || !os.SameFile(info, s.info) && (s.info != nil || !info.Mode().IsRegular()) {
		return self{}
	}
	return self{path, info}
}

// directories yields the directory of the nrepo that runs and, if that is a symbolic link,
// the directory of its target.
func (s self) directories(yield func(string) bool) {
	if s.path == "" {
		return
	}
	dir, _ := filepath.Split(s.path)
	if !yield(dir) {
		return
	}
	if _, err := os.Readlink(s.path); err != nil {
		return // usually because it is not a link
	}
	if target, err := filepath.EvalSymlinks(s.path); err == nil {
		yield(filepath.Dir(target))
	}
}
