//go:build unix

package authcfg

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

const homeVariable = "HOME"

// Neither a FIFO nor somebody's link in place of a file may hold us up.
const (
	openNonblock = syscall.O_NONBLOCK
	openNoFollow = syscall.O_NOFOLLOW
)

// isOurs reports whether the file belongs to the effective user.
func isOurs(info fs.FileInfo) bool { return owner(info) == os.Geteuid() }

func owner(info fs.FileInfo) int {
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		return int(st.Uid)
	}
	return -1
}

// trusted reports whether the file may be read as a login: another user's
// could be a planted one. Root reads everybody's.
func trusted(info fs.FileInfo) bool { return isOurs(info) || os.Geteuid() == 0 }

// checkDir refuses to keep a login below somebody else's directory, or where a
// link leads into a place in which every user may put another file in its
// stead. What counts is dir, or the nearest directory above that exists. With
// linked set dir is where a link of the file's leads.
func checkDir(dir string, linked bool) error {
	dir = filepath.Clean(dir)
	info, err := os.Lstat(dir)
	for errors.Is(err, fs.ErrNotExist) {
		dir = filepath.Dir(dir)
		info, err = os.Lstat(dir)
	}
	if err != nil {
		return err
	}
	place, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return err
	}
	target, err := os.Stat(place)
	if err != nil {
		return err
	}
	if !mayKeepLogin(owner(info), os.Geteuid()) || !mayKeepLogin(owner(target), os.Geteuid()) {
		return &fs.PathError{Op: "write", Path: dir, Err: errForeign}
	}
	if place == dir && !linked {
		return nil
	}
	for {
		if target.Mode().Perm()&0o002 != 0 && target.Mode()&fs.ModeSticky == 0 {
			return &fs.PathError{Op: "write", Path: dir, Err: predicate("leads into " + place + ", where every user may replace files")}
		}
		if place == filepath.Dir(place) {
			return nil
		}
		place = filepath.Dir(place)
		if target, err = os.Stat(place); err != nil {
			return err
		}
	}
}

// mayKeepLogin reports whether user may keep a login in a directory of owner's.
// Root's is fine, root could change the login anyway; but root itself must not
// leave files with somebody who then cannot write them (sudo nrepo login).
func mayKeepLogin(owner, user int) bool { return owner == 0 || owner == user }

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
// cannot flush a directory has no such promise to keep.
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
