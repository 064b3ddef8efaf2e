package authcfg

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// maxFileSize is far above any config, and bounds the memory that a wrong file
// costs.
const maxFileSize = 1 << 20

// readFile returns the text of a regular file of at most maxFileSize bytes. It
// does not wait for a FIFO's other end, and with repair set closes a file of
// ours to others.
func (s *Store) readFile(path string, repair bool) ([]byte, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|openNonblock, 0)
	if err != nil {
		if info, statErr := os.Stat(path); statErr == nil && !info.Mode().IsRegular() {
			err = errNotRegular // a socket, which nobody can open
		}
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errNotRegular
	}
	if !trusted(info) {
		return nil, errForeign
	}
	if repair {
		s.closeToOthers(f, info)
	}
	if info.Size() > maxFileSize {
		return nil, errTooLarge
	}
	return io.ReadAll(io.LimitReader(f, maxFileSize))
}

// errTooLarge marks a file that nobody wants in memory.
const errTooLarge = predicate("is too large for a config")

// makeDir makes the directory of the config with mode 0700. One that nrepo made
// for itself is closed to others; any other directory is left as it is.
func makeDir(dir string, own bool) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	if !own {
		return nil
	}
	info, err := os.Stat(dir)
	if err != nil {
		return err
	}
	if info.Mode().Perm()&0o077 != 0 && isOurs(info) {
		return os.Chmod(dir, 0o700)
	}
	return nil
}

// writeFile replaces path by doc, whole or not at all: the text goes to a new
// file in the same directory, which takes the old file's name; then the directory is
// flushed. Callers hold the lock.
func writeFile(path string, doc []byte) error {
	tmp, err := stage(path, doc)
	if err != nil {
		return err
	}
	if err := os.Rename(tmp, path); err != nil {
		os.Remove(tmp)
		return err
	}
	return syncDir(filepath.Dir(path))
}

// stage writes doc to a new file beside path, mode 0600 from its first byte,
// and flushes it.
func stage(path string, doc []byte) (tmp string, err error) {
	if err := removeStray(path); err != nil {
		return "", err
	}
	dir, name := filepath.Split(path)
	f, err := os.CreateTemp(dir, "."+name+".*"+tempSuffix) // mode 0600
	if err != nil {
		return "", err
	}
	_, err = f.Write(doc)
	if err == nil {
		err = f.Sync()
	}
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		os.Remove(f.Name())
		return "", err
	}
	return f.Name(), nil
}

const tempSuffix = ".tmp"

// removeStray deletes the temporary files of writers that were killed. The
// lock keeps it from those of the living.
func removeStray(path string) error {
	stray, err := findStray(path)
	for _, name := range stray {
		if err := os.Remove(name); err != nil {
			return err
		}
	}
	return err
}

// findStray returns the temporary files of path and of its copy that ends in
// brokenSuffix.
func findStray(path string) (stray []string, err error) {
	dir, name := filepath.Split(path)
	entries, err := os.ReadDir(dir)
	for _, entry := range entries {
		number, ok := strings.CutPrefix(entry.Name(), "."+name)
		number, isTemp := strings.CutSuffix(strings.TrimPrefix(number, brokenSuffix), tempSuffix)
		number, isNumber := strings.CutPrefix(number, ".")
		if ok && isTemp && isNumber && strings.Trim(number, "0123456789") == "" && entry.Type().IsRegular() {
			stray = append(stray, filepath.Join(dir, entry.Name()))
		}
	}
	return stray, err
}

// followLinks returns the file that path leads to, which need not exist yet: a
// link is written through and stays. It must belong to us, since whoever owns
// it chooses what is overwritten.
func followLinks(path string) (string, error) {
	for n := range 41 { // no system follows more than 40 links
		if err := checkDir(filepath.Dir(path), n > 0); err != nil {
			return "", err
		}
		info, err := os.Lstat(path)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return path, nil
		case err != nil:
			return "", err
		case !isOurs(info):
			return "", &fs.PathError{Op: "write", Path: path, Err: errForeign}
		case info.Mode().IsRegular():
			return path, nil
		case info.Mode().Type() != fs.ModeSymlink:
			return "", &fs.PathError{Op: "write", Path: path, Err: errNotRegular}
		}
		target, err := os.Readlink(path)
		if err != nil {
			return "", err
		}
		if !filepath.IsAbs(target) {
			target = filepath.Join(filepath.Dir(path), target)
		}
		path = target
	}
	return "", predicate("leads through too many links")
}

const (
	errForeign    = predicate("belongs to another user")
	errNotRegular = predicate("is not a regular file")
)

// predicate is an error that says something of a file, whose path goes before it.
type predicate string

func (p predicate) Error() string { return string(p) }

// about puts the path before an error.
func about(path string, err error) error {
	if errors.As(err, new(predicate)) {
		return fmt.Errorf("%s %w", path, err)
	}
	return fmt.Errorf("%s: %w", path, err)
}
