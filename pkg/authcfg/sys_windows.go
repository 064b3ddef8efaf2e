package authcfg

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

const openNonblock = 0

// tryLock takes the lock unless another process holds it.
func tryLock(f *os.File) (bool, error) {
	err := control(f, func(fd uintptr) error {
		const flags = windows.LOCKFILE_EXCLUSIVE_LOCK | windows.LOCKFILE_FAIL_IMMEDIATELY
		return windows.LockFileEx(windows.Handle(fd), flags, 0, 1, 0, &windows.Overlapped{})
	})
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) || errors.Is(err, windows.ERROR_IO_PENDING) {
		return false, nil
	}
	return err == nil, err
}

// sync does nothing: Windows cannot flush a directory.
func (p *place) sync() error { return nil }
