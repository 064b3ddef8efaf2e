package lookup

import (
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
func findSelf(argv0, executable string, entries []string) self {
	running, err := os.Stat(executable)
	known := err == nil
	if dir, file := filepath.Split(argv0); dir != "" { // otherwise the shell found the file in PATH
		if !filepath.IsAbs(dir) {
			dir, _ = filepath.Abs(dir)
		}
		argv0, entries = file, []string{dir}
	}
	for _, dir := range entries {
		if argv0 == "" || !filepath.IsAbs(dir) {
			continue
		}
		path := Join(dir, argv0)
		if known && path == executable {
			break
		}
		info, err := os.Stat(path)
		if err == nil && (known && os.SameFile(info, running) || !known && info.Mode().IsRegular()) {
			return self{path, info}
		}
	}
	if known {
		return self{executable, running}
	}
	return self{}
}

// directories returns the directory of the nrepo that runs and, if that is a symbolic
// link, the directory of its target.
func (s self) directories() (found []directory) {
	if s.path == "" {
		return nil
	}
	dir, _ := filepath.Split(s.path)
	found = []directory{{dir, Beside}}
	if _, err := os.Readlink(s.path); err != nil {
		return found // usually because it is not a link
	}
	if target, err := filepath.EvalSymlinks(s.path); err == nil {
		found = append(found, directory{filepath.Dir(target), Beside})
	}
	return found
}
