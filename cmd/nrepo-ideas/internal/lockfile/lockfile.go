// Package lockfile keeps two processes from the same work. The kernel holds the lock,
// so that of a process that was killed none stays.
package lockfile

import (
	"errors"
	"io/fs"
	"os"
	"runtime"

	"github.com/gofrs/flock"
)

// ErrBusy means that another process has the lock.
var ErrBusy = errors.New("it is locked by another process")

// Lock is a lock that is held.
type Lock struct{ file *flock.Flock }

// Take locks the file at path, which is made if need be, or returns ErrBusy at once.
func Take(path string) (*Lock, error) {
	for {
		file := flock.New(path)
		locked, err := file.TryLock()
		if err != nil {
			return nil, err
		}
		if !locked {
			return nil, ErrBusy
		}
		// Who had it before may have removed the file after this process opened it: then
		// the next one would make a new file and lock that.
		held, errHeld := file.Stat()
		named, errNamed := os.Stat(path)
		if errHeld == nil && errNamed == nil && os.SameFile(held, named) {
			return &Lock{file}, nil
		}
		if err := errors.Join(errHeld, file.Unlock()); err != nil {
			return nil, err
		}
		if errNamed != nil && !errors.Is(errNamed, fs.ErrNotExist) {
			return nil, errNamed
		}
	}
}

// Release removes the file and gives up the lock.
func (l *Lock) Release() error {
	if runtime.GOOS == "windows" { // which removes no open file: one that another process has opened stays
		err := l.file.Unlock()
		os.Remove(l.file.Path())
		return err
	}
	return errors.Join(os.Remove(l.file.Path()), l.file.Unlock())
}
