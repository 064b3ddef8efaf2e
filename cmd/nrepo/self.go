package main

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// self is where the running nrepo is.
type self struct {
	// path is the absolute path by which nrepo was invoked: rather the link in
	// a directory of PATH than the versioned file behind it, which the next
	// upgrade removes. "" when unknown.
	path string
	info fileInfo // of the file behind path
}

// findSelf finds the path by which nrepo was invoked. argv0 is only a claim of
// the caller, so it counts only if it leads to the running executable:
// relative or absolute when it has a separator, else in the first absolute
// entry of PATH that has it. Otherwise the path is executable.
func findSelf(argv0, executable string, pathList []string) self {
	running, err := stat(executable)
	if err != nil {
		return self{} // deleted or replaced while it runs
	}
	if strings.ContainsRune(argv0, filepath.Separator) || strings.ContainsRune(argv0, '/') {
		path := argv0
		if !filepath.IsAbs(path) {
			dir, err := syscall.Getwd()
			if err != nil {
				return self{executable, running}
			}
			path = filepath.Join(dir, path)
		}
		if path != executable {
			if info, err := stat(path); err == nil && info.same(running) {
				return self{path, running}
			}
		}
		return self{executable, running}
	}
	for _, dir := range pathList {
		if !filepath.IsAbs(dir) {
			continue
		}
		path := join(dir, argv0)
		if path == executable {
			break
		}
		if info, err := stat(path); err == nil && info.same(running) {
			return self{path, running}
		}
	}
	return self{executable, running}
}

// dir is the directory of nrepo as it was invoked, "" when unknown.
func (s self) dir() string { return directory(s.path) }

// targetDir is the directory of the file that nrepo is a symbolic link to, ""
// when it is none.
func (s self) targetDir() string {
	path := s.path
	for range 40 { // as many links as Linux follows
		target, err := os.Readlink(path)
		if err != nil {
			break
		}
		if !filepath.IsAbs(target) {
			target = join(directory(path), target)
		}
		path = target
	}
	if path == s.path {
		return ""
	}
	return directory(path)
}

// is reports whether a file is nrepo itself, under whatever name.
func (s self) is(info fileInfo) bool { return s.path != "" && s.info.same(info) }

// directory is the part of a path before its last separator. Nothing is cleaned
// away: .. behind a symbolic link is not the directory before it.
func directory(path string) string {
	for i := len(path) - 1; i >= 0; i-- {
		if os.IsPathSeparator(path[i]) {
			return path[:max(i, 1)]
		}
	}
	return ""
}
