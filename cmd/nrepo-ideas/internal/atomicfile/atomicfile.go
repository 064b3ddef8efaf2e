// Package atomicfile writes a file so that it is there whole or not at all.
package atomicfile

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
)

// Write replaces the file at path, with mode 0644 less the umask, by content. Whatever
// happens meanwhile - a kill, a full disk, a power cut - the file is the old one or
// the new one.
func Write(path string, content []byte) error {
	f, err := Create(path)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	return errors.Join(err, f.Close(err == nil))
}

// File is a file that appears under its name when it is complete.
type File struct {
	*os.File
	path string
}

// Create begins a file that is to appear at path.
func Create(path string) (*File, error) {
	dir, name := filepath.Split(path)
	for i := 0; ; i++ {
		temp := filepath.Join(dir, "."+name+"."+string(rune('a'+i))+".tmp")
		f, err := os.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
		if errors.Is(err, os.ErrExist) && i < 25 { // of a writer that was killed, or is at work
			continue
		}
		if err != nil {
			return nil, err
		}
		return &File{f, path}, nil
	}
}

// RemoveTemporary removes what writers that were killed have left in a directory, of
// files that named knows. No writer may be at work.
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

// Close puts the file in place if whole is set, and removes what was written
// otherwise, or where it cannot be put in place.
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
	if dir, err := os.Open(filepath.Dir(f.path)); err == nil { // Windows cannot, and need not
		dir.Sync()
		dir.Close()
	}
	return nil
}
