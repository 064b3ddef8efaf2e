//go:build unix

package authcfg

import (
	"errors"
	"os"
	"syscall"
)

// A FIFO in place of a file must not block.
const openNonblock = syscall.O_NONBLOCK

// tryLock takes the lock, which is also the one of flock(1), unless another
// process holds it.
func tryLock(f *os.File) (bool, error) {
	err := control(f, func(fd uintptr) error { return syscall.Flock(int(fd), syscall.LOCK_EX|syscall.LOCK_NB) })
	if errors.Is(err, syscall.EWOULDBLOCK) || errors.Is(err, syscall.EINTR) {
		return false, nil
	}
	return err == nil, err
}

// sync flushes the directory, so that a rename survives a power failure. Errors
// are ignored for file systems that cannot flush a directory.
func (p *place) sync() error {
	dir, err := p.dir.Open(".")
	if err != nil {
		return p.inFull(err)
	}
	defer dir.Close()
	if err := dir.Sync(); err != nil && !errors.Is(err, syscall.EINVAL) && !errors.Is(err, syscall.ENOTSUP) {
		return p.inFull(err)
	}
	return nil
}
