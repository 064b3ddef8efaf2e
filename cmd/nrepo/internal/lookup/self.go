package lookup

import (
	"os"
	"path/filepath"
	"strings"
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
	known := executable != "" && err == nil
	for _, path := range claimed(argv0, entries) {
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

// claimed returns the absolute paths that argument 0 can mean: itself where it
// has a separator, else that file in each absolute entry of PATH.
func claimed(argv0 string, entries []string) (paths []string) {
	if argv0 == "" {
		return nil
	}
	if strings.ContainsRune(argv0, filepath.Separator) || strings.ContainsRune(argv0, '/') {
		if path, err := filepath.Abs(argv0); err == nil && !filepath.IsAbs(argv0) {
			return []string{path}
		}
		return []string{argv0}
	}
	for _, dir := range entries {
		if filepath.IsAbs(dir) {
			paths = append(paths, Join(dir, argv0))
		}
	}
	return paths
}

// directories returns the directory of nrepo as it was invoked and, where that is
// a symbolic link, the directory of the file behind it.
func (s self) directories() (found []directory) {
	if s.path == "" {
		return nil
	}
	path := s.path
	for range 40 { // as many links as Linux follows
		target, err := os.Readlink(path)
		if err != nil {
			break
		}
		if !filepath.IsAbs(target) {
			target = Join(parent(path), target)
		}
		path = target
	}
	found = []directory{{parent(s.path), Beside}}
	if path != s.path {
		found = append(found, directory{parent(path), Beside})
	}
	return found
}
