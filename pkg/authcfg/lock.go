package authcfg

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
	"time"

	"github.com/nrepo-cli/nrepo/pkg/output"
)

const (
	lockSuffix = ".lock"
	// lockWait is long for a write, but short for a user who waits.
	lockWait = 5 * time.Second
)

// locked runs change while this process holds the lock. If a process dies, the
// kernel releases its lock.
func (s *Store) locked(ctx context.Context, to access, change func(p *place) error) error {
	if s.ReadOnly {
		return errReadOnly
	}
	at, err := s.locate()
	if err != nil {
		return err
	}
	p, err := s.open(at, to, true)
	if err != nil {
		return configError(at.path, err)
	}
	defer p.close()
	lock, err := s.lock(ctx, p)
	if err != nil {
		return err
	}
	defer lock.Close()
	if to == writing {
		s.removeStray(p)
	}
	return change(p)
}

// lock waits for the lock of the file at p. Close the returned file to release it.
// It is nil if the file system has no locks, or another user has put a file in the
// place of the lock.
func (s *Store) lock(ctx context.Context, p *place) (*os.File, error) {
	path := p.file + lockSuffix
	f, err := s.openLock(p)
	if f == nil || err != nil {
		return nil, configError(path, err)
	}
	bound := cmp.Or(s.lockWait, lockWait)
	enough := time.NewTimer(bound)
	defer enough.Stop()
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for {
		ok, err := tryLock(f)
		switch {
		case ctx.Err() != nil:
			f.Close()
			return nil, ctx.Err()
		case ok:
			return f, nil
		case err != nil && hasNoLocks(err):
			s.warn("%s: this file system does not support locks; continuing without one", path)
			return f, nil
		case err != nil:
			f.Close()
			return nil, configError(path, err)
		}
		select {
		case <-ctx.Done():
		case <-enough.C:
			f.Close()
			return nil, &output.Error{
				Code: output.CodeConfig,
				Err:  fmt.Errorf("%s: another process has held the lock for %v", path, bound),
				Hint: "try again when it is done",
			}
		case <-again.C:
		}
	}
}

// openLock opens the lock file, and creates it if necessary.
func (s *Store) openLock(p *place) (*os.File, error) {
	name := p.name + lockSuffix
	info, err := p.dir.Lstat(name)
	if err == nil && info.Mode().Type() == fs.ModeSymlink {
		return nil, predicate("is a symbolic link")
	}
	foreign := err == nil && isForeign(info)
	var f *os.File
	if !foreign || owner(info) == 0 { // another user could hold the lock forever
		f, err = p.dir.OpenFile(name, os.O_CREATE|os.O_RDONLY|openNonblock, 0o600)
	}
	if foreign && (f == nil || errors.Is(err, fs.ErrPermission)) {
		s.warn("%s%s belongs to another user; continuing without a lock", p.file, lockSuffix)
		return nil, nil
	}
	return f, p.inFull(err)
}

// hasNoLocks reports whether flock(2) failed with err because the file system does
// not support locks (ENOSYS, ENOTSUP), or its lock server does not answer (ENOLCK,
// NFS).
func hasNoLocks(err error) bool {
	return errors.Is(err, errors.ErrUnsupported) || errors.Is(err, syscall.ENOLCK)
}

// control makes a system call with an open file.
func control(f *os.File, call func(fd uintptr) error) error {
	conn, err := f.SyscallConn()
	if err != nil {
		return err
	}
	var failed error
	if err := conn.Control(func(fd uintptr) { failed = call(fd) }); err != nil {
		return err
	}
	return failed
}
