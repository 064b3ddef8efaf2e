// Package lockfile prevents two processes from doing the same work at the same time. When
// a process is killed, the kernel releases its lock.
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

// Take locks the file at path and creates it if needed. It does not wait for another
// process, but returns ErrBusy.
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
		// The last holder may have removed the file after this process opened it. Then
		// the next process would create a new file and lock that one.
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

// Release removes the file and releases the lock.
func (l *Lock) Release() error {
	if runtime.GOOS == "windows" { // Windows does not remove a file that another process has open
		err := l.file.Unlock()
		os.Remove(l.file.Path())
		return err
	}
	return errors.Join(os.Remove(l.file.Path()), l.file.Unlock())
}
