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
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("is not a regular file")
	}
	if info.Size() > maxFileSize {
		return nil, errors.New("is too large for a config")
	}
	if !trusted(info) {
		return nil, errForeign
	}
	if repair {
		s.closeToOthers(f, info)
	}
	return io.ReadAll(io.LimitReader(f, maxFileSize))
}

// makeDir makes the folder of the config with mode 0700. One that nrepo made
// for itself is closed to others; any other folder is left as it is.
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
// file in the same folder, mode 0600 from its first byte, is flushed, and
// takes the old file's name; then the folder is flushed. A symbolic link of
// ours is written through and stays. Callers hold the lock.
func writeFile(path string, doc []byte) (err error) {
	path, err = followLinks(path)
	if err != nil {
		return err
	}
	dir, name := filepath.Split(path)
	if err := removeStray(dir, name); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, "."+name+".*.tmp") // mode 0600
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
		}
	}()
	if _, err := f.Write(doc); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	return syncDir(dir)
}

// removeStray deletes the temporary files of writers that were killed. The
// lock keeps it from those of the living.
func removeStray(dir, name string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		stray := strings.HasPrefix(entry.Name(), "."+name+".") && strings.HasSuffix(entry.Name(), ".tmp")
		if stray && entry.Type().IsRegular() {
			if err := os.Remove(filepath.Join(dir, entry.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}

// followLinks returns the file that path leads to, which need not exist yet. A
// link must belong to us, since whoever owns it chooses what is overwritten.
func followLinks(path string) (string, error) {
	for range 16 {
		info, err := os.Lstat(path)
		if errors.Is(err, fs.ErrNotExist) {
			return path, nil
		}
		if err != nil {
			return "", err
		}
		if info.Mode().Type() != fs.ModeSymlink {
			if !info.Mode().IsRegular() {
				return "", &fs.PathError{Op: "write", Path: path, Err: errors.New("is not a regular file")}
			}
			if !isOurs(info) {
				return "", &fs.PathError{Op: "write", Path: path, Err: errForeign}
			}
			return path, nil
		}
		if !isOurs(info) {
			return "", &fs.PathError{Op: "write", Path: path, Err: errors.New("is a link that belongs to another user")}
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
	return "", fmt.Errorf("too many links")
}

var errForeign = errors.New("belongs to another user; give it back with chown, or remove it")
