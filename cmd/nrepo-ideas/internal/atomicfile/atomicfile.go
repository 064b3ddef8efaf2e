// Package atomicfile writes files that are either complete or do not exist.
package atomicfile

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
)

// Write replaces the content of the file at path. The mode is 0644, reduced by the umask.
// If Write is interrupted by a kill, a full disk or a power failure, the file has either
// the old content or the new one.
func Write(path string, content []byte) error {
	f, err := Create(path)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	return errors.Join(err, f.Close(err == nil))
}

// File is a file that gets its name when it is complete.
type File struct {
	*os.File
	path string
}

// Create creates a file that Close moves to path.
func Create(path string) (*File, error) {
	dir, name := filepath.Split(path)
	for i := 0; ; i++ {
		temp := filepath.Join(dir, "."+name+"."+string(rune('a'+i))+".tmp")
		f, err := os.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
		if errors.Is(err, os.ErrExist) && i < 25 { // another writer was killed or is still running
			continue
		}
		if err != nil {
			return nil, err
		}
		return &File{f, path}, nil
	}
}

// RemoveTemporary removes the temporary files of killed writers from a directory, for
// the files that named accepts. No writer may be running.
func RemoveTemporary(dir string, named func(name string) bool) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		name, ok := strings.CutSuffix(e.Name(), ".tmp")
		letter := len(name) - 2
		if !ok || letter < 2 || name[0] != '.' || name[letter] != '.' || !named(name[1:letter]) || !e.Type().IsRegular() {
			continue
		}
		if err := os.Remove(filepath.Join(dir, e.Name())); err != nil {
			return err
		}
	}
	return nil
}

// Close moves the file into place if whole is true. Otherwise, or if it cannot be moved,
// Close removes it.
func (f *File) Close(whole bool) error {
	temp := f.Name()
	if !whole {
		return errors.Join(f.File.Close(), os.Remove(temp))
	}
	err := errors.Join(f.Sync(), f.File.Close())
	if err == nil {
		err = os.Rename(temp, f.path)
	}
	if err != nil {
		os.Remove(temp)
		return err
	}
	if dir, err := os.Open(filepath.Dir(f.path)); err == nil { // Windows cannot open a directory, and does not need this
		dir.Sync()
		dir.Close()
	}
	return nil
}
