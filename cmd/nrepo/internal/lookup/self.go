package lookup

import (
	"os"
	"path/filepath"
)

// self is where the running nrepo is.
type self struct {
	// path is the absolute path by which nrepo was invoked: rather the link in
	// a directory of PATH than the versioned file behind it, which the next
	// upgrade removes. "" when unknown.
	path string
	info os.FileInfo // of the file behind path
}

// findSelf finds the path by which nrepo was invoked. argv0 is only a claim of
// the caller. Where the system tells the running executable, the claim counts if
// it leads to that; where it does not (no /proc, or the file is gone), the claim
// is all there is.
func findSelf(argv0, executable string, entries []string) self {
	running, err := os.Stat(executable)
	known := err == nil
	if dir, file := filepath.Split(argv0); dir != "" { // else the shell found it in PATH
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

// directories returns the directory of nrepo as it was invoked and, where that is
// a symbolic link, the directory of the file behind it.
func (s self) directories() (found []directory) {
	if s.path == "" {
		return nil
	}
	dir, _ := filepath.Split(s.path)
	found = []directory{{dir, Beside}}
	if _, err := os.Readlink(s.path); err != nil {
		return found // no link, as a rule
	}
	if target, err := filepath.EvalSymlinks(s.path); err == nil {
		found = append(found, directory{filepath.Dir(target), Beside})
	}
	return found
}
