//go:build unix

package authcfg

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
)

const openNonblock = syscall.O_NONBLOCK

// errReadOnly is what a read-only file system says.
var errReadOnly error = syscall.EROFS

// isOurs reports whether the file belongs to the effective user.
func isOurs(info fs.FileInfo) bool {
	st, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(st.Uid) == os.Geteuid()
}

// trusted reports whether the file may be read as a login: another user's
// could be a planted one. Root reads everybody's.
func trusted(info fs.FileInfo) bool { return isOurs(info) || os.Geteuid() == 0 }

// closeToOthers takes a file of ours away from other readers.
func (s *Store) closeToOthers(f *os.File, info fs.FileInfo) {
	if info.Mode().Perm()&0o077 == 0 || !isOurs(info) {
		return
	}
	if err := f.Chmod(0o600); err != nil {
		s.warn("%s may be read by other users, and its mode cannot be changed", f.Name())
		return
	}
	s.warn("%s could be read by other users; its mode is 0600 now", f.Name())
}

// syncDir makes a rename in dir last through a power cut. A file system that
// cannot flush a folder has no such promise to keep.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	if err := d.Sync(); err != nil && !errors.Is(err, syscall.EINVAL) && !errors.Is(err, syscall.ENOTSUP) {
		return err
	}
	return nil
}
