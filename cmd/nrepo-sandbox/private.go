package main

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"

	"github.com/gofrs/flock"
)

// privateForm is the pattern for the name of a run's directory.
var privateForm = regexp.MustCompile(`^nrepo-sandbox-run-\d+$`)

// privateVariables are the variables that name a directory of the run, and its
// name.
var privateVariables = map[string]string{
	"XDG_CONFIG_HOME": "config",
	"XDG_STATE_HOME":  "state",
	"XDG_CACHE_HOME":  "cache",
}

// private is the directory of one run, in the directory for temporary files. It is locked
// during the run: a directory that is not locked was left by a run that was killed.
type private struct {
	path string
	lock *flock.Flock
}

// newPrivate creates the directory of this run, with a subdirectory for each of
// [privateVariables], and removes the directories of killed runs.
func newPrivate() (*private, error) {
	removeLeftovers()
	for range 10 {
		dir, err := os.MkdirTemp("", "nrepo-sandbox-run-")
		if err != nil {
			return nil, err
		}
		p := lockPrivate(dir)
		if p == nil {
			continue // another run has removed it before it was locked
		}
		for _, name := range privateVariables {
			if err := os.Mkdir(filepath.Join(dir, name), 0o700); err != nil {
				p.remove()
				return nil, err
			}
		}
		return p, nil
	}
	return nil, errors.New("cannot lock a directory for temporary files")
}

// lockPrivate returns the directory if no other process has locked it.
func lockPrivate(dir string) *private {
	name := filepath.Join(dir, "lock")
	lock := flock.New(name)
	if locked, err := lock.TryLock(); err != nil || !locked {
		return nil
	}
	if _, err := os.Lstat(name); err != nil { // removed meanwhile
		lock.Unlock()
		return nil
	}
	return &private{dir, lock}
}

func (p *private) remove() error {
	p.lock.Unlock() // first, because Windows does not remove open files
	return os.RemoveAll(p.path)
}

// removeLeftovers removes the directories of killed runs. It ignores errors, and directories
// of other users.
func removeLeftovers() {
	parent := os.TempDir()
	entries, err := os.ReadDir(parent)
	if err != nil {
		return
	}
	for _, entry := range entries {
		dir := filepath.Join(parent, entry.Name())
		info, err := os.Lstat(dir)
		if err != nil || !privateForm.MatchString(entry.Name()) || !info.IsDir() || !isOurs(info) {
			continue
		}
		if left := lockPrivate(dir); left != nil {
			left.remove()
		}
	}
}
