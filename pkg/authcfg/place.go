package authcfg

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// place is where the file of a login really is, after following links. The
// directory is open, so renaming it has no effect.
type place struct {
	location
	dir  *os.Root
	file string // the whole path, without links
	name string // the name in dir

	shared  bool  // other users may make files in dir, but not replace ours
	refused error // when clearing: why no file may stay here
}

// access is the purpose of opening a place.
type access int

const (
	reading  access = iota
	writing         // creates the directory
	clearing        // creates nothing, and accepts a place where others may replace files
)

// open returns the place for a location. It makes the checks for all operations
// there: no link and no directory on the path may be controlled by another user,
// who could put another login there. If repair is set and others can write to the
// directory of nrepo, open corrects its mode. If there is no file, the error is
// isAbsent, whatever else is wrong.
func (s *Store) open(at location, to access, repair bool) (*place, error) {
	file, linked, err := s.follow(at, to, repair)
	if err != nil {
		return nil, err
	}
	if file == filepath.Dir(file) { // the root
		return nil, &fs.PathError{Op: "open", Path: file, Err: errNotRegular}
	}
	if to == writing {
		if err := makeDirectory(filepath.Dir(file)); err != nil {
			return nil, err
		}
	}
	dir, err := openDirectory(filepath.Dir(file))
	if err != nil {
		return nil, err
	}
	p := &place{location: at, dir: dir, file: file, name: filepath.Base(file)}
	if err := s.check(p, linked, to, repair); err != nil {
		dir.Close()
		return nil, err
	}
	return p, nil
}

func (p *place) close() { p.dir.Close() }

func (s *Store) check(p *place, linked bool, to access, repair bool) error {
	info, err := p.dir.Lstat(p.name)
	absent := errors.Is(err, fs.ErrNotExist)
	if err != nil && (!absent || to == reading || to == clearing && len(p.leftovers()) == 0) {
		return p.inFull(err)
	}
	err = s.checkDirectory(p, linked, to, repair)
	if to == clearing {
		p.refused, err = err, nil
	}
	switch {
	case err != nil || absent:
		return err
	case !info.Mode().IsRegular():
		return &fs.PathError{Op: "open", Path: p.file, Err: errNotRegular}
	case !mayHoldLogin(info, p.shared, to):
		return &fs.PathError{Op: "open", Path: p.file, Err: errForeign}
	}
	return nil
}

// follow returns the file for a location, which may not exist yet, and whether
// there was a link. A link must belong to the user (or root), and be in a
// directory where nobody else could have put it, because even a link of the user
// can be moved.
func (s *Store) follow(at location, to access, repair bool) (file string, linked bool, err error) {
	root := filepath.VolumeName(at.path) + string(filepath.Separator)
	done, rest := root, elements(at.path)
	var refused error
	for links := 0; len(rest) > 0; {
		name := rest[0]
		rest = rest[1:]
		if name == ".." { // done has no links, so the system finds the same directory
			done = filepath.Dir(done)
			continue
		}
		next := filepath.Join(done, name)
		info, err := os.Lstat(next)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			if to != writing { // without a file, the place does not matter
				refused = nil
			}
			return filepath.Join(next, filepath.Join(rest...)), linked, refused
		case err != nil:
			return "", false, err
		case info.Mode().Type() == fs.ModeSymlink:
		case len(rest) > 0 && !info.IsDir():
			return "", false, &fs.PathError{Op: "open", Path: filepath.Join(next, filepath.Join(rest...)), Err: syscall.ENOTDIR}
		default:
			done = next
			continue
		}
		dir, err := os.Lstat(done)
		if err != nil {
			return "", false, err
		}
		if !mayLink(info, dir, len(rest) == 0, to) {
			return "", false, &fs.PathError{Op: "open", Path: next, Err: errForeign}
		}
		if err := s.checkLinks(at, done, dir, to, repair); err != nil && refused == nil {
			refused = err
		}
		target, err := os.Readlink(next)
		if err != nil {
			return "", false, err
		}
		if links++; links > 40 { // no system follows more
			return "", false, errTooManyLinks
		}
		if filepath.IsAbs(target) {
			done = filepath.VolumeName(target) + string(filepath.Separator)
		}
		rest = append(elements(target), rest...)
		linked = true
	}
	return done, linked, refused
}

// checkLinks refuses a path on which others could replace a link.
func (s *Store) checkLinks(at location, path string, info fs.FileInfo, to access, repair bool) error {
	switch {
	case !mayKeepLogin(info, to):
		return &fs.PathError{Op: "open", Path: path, Err: errForeign}
	case !at.isOwn(info):
		return checkShared(info, path)
	}
	dir, err := openDirectory(path)
	if err != nil {
		return err
	}
	defer dir.Close()
	return s.closeDirectory(&place{dir: dir, file: filepath.Join(path, filepath.Base(at.path))}, info, to, repair)
}

// elements splits a path, without its volume, into names.
func elements(path string) (names []string) {
	path = path[len(filepath.VolumeName(path)):]
	for _, name := range strings.FieldsFunc(path, func(r rune) bool { return r == '/' || r == filepath.Separator }) {
		if name != "." {
			names = append(names, name)
		}
	}
	return names
}

// makeDirectory creates dir with mode 0700, but not in a directory of another
// user.
func makeDirectory(dir string) error {
	above := dir
	info, err := os.Lstat(above)
	for errors.Is(err, fs.ErrNotExist) && above != filepath.Dir(above) {
		above = filepath.Dir(above)
		info, err = os.Lstat(above)
	}
	if err != nil {
		return err
	}
	if above != dir && !mayKeepLogin(info, writing) {
		return &fs.PathError{Op: "mkdir", Path: above, Err: errForeign}
	}
	return os.MkdirAll(dir, 0o700)
}

// openDirectory opens dir, which contains no link. If there is one now, somebody
// has just put it there.
func openDirectory(dir string) (*os.Root, error) {
	before, err := os.Lstat(dir)
	if err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(dir)
	if errors.Is(err, fs.ErrPermission) && !mayKeepLogin(before, reading) {
		err = &fs.PathError{Op: "open", Path: dir, Err: errForeign}
	}
	if err != nil {
		return nil, err
	}
	if now, err := root.Stat("."); err != nil || !os.SameFile(before, now) {
		root.Close()
		return nil, &fs.PathError{Op: "open", Path: dir, Err: predicate("was replaced while it was opened")}
	}
	return root, nil
}

// checkDirectory refuses a directory of another user, or one in which others
// could replace the file.
func (s *Store) checkDirectory(p *place, linked bool, to access, repair bool) error {
	path := filepath.Dir(p.file)
	info, err := p.dir.Stat(".")
	switch {
	case err != nil:
		return p.inFull(err)
	case !mayKeepLogin(info, to):
		return &fs.PathError{Op: "open", Path: path, Err: errForeign}
	case p.isOwn(info):
		err = s.closeDirectory(p, info, to, repair)
	default:
		p.shared = writers(info) != ""
		err = checkShared(info, path)
	}
	if err == nil && linked {
		err = checkAbove(p)
	}
	return err
}

// checkShared refuses a directory in which others can replace files.
func checkShared(dir fs.FileInfo, path string) error {
	who := writers(dir)
	if who == "" || dir.Mode()&fs.ModeSticky != 0 {
		return nil
	}
	return &fs.PathError{Op: "open", Path: path, Err: sharedError("is a directory in which " + who + " may replace files")}
}

// checkAbove refuses a link into a directory where every user can replace
// directories.
func checkAbove(p *place) error {
	for dir, above := "", filepath.Dir(p.file); dir != above; {
		dir, above = above, filepath.Dir(above)
		info, err := os.Stat(above)
		if err != nil {
			return err
		}
		if writers(info) == everybody && info.Mode()&fs.ModeSticky == 0 {
			return &fs.PathError{Op: "open", Path: p.path, Err: predicate("leads into " + above + ", where " + everybody + " may replace files")}
		}
	}
	return nil
}

// isOwn reports whether the directory was created by nrepo, and is not the target
// of a link.
func (at location) isOwn(dir fs.FileInfo) bool {
	if !at.own || !isOurs(dir) {
		return false
	}
	own, err := os.Stat(filepath.Dir(at.path))
	return err == nil && os.SameFile(own, dir)
}

// closeDirectory corrects the mode of a directory of nrepo. If others can only
// read it, this happens at the next write.
func (s *Store) closeDirectory(p *place, info fs.FileInfo, to access, repair bool) error {
	mode := info.Mode().Perm()
	loose := mode&0o022 != 0
	if mode&0o077 == 0 || loose && !repair || !loose && to != writing {
		return nil
	}
	if err := p.dir.Chmod(".", 0o700); err != nil {
		return p.inFull(err)
	}
	if loose {
		s.warn("other users could write to %s; its mode is 0700 now", filepath.Dir(p.file))
	}
	return nil
}

// inFull completes the relative path in an error of p.dir. In place of a temporary
// file, it names the final one.
func (p *place) inFull(err error) error {
	name := p.name
	if pathErr, ok := errors.AsType[*fs.PathError](err); ok {
		name, err = pathErr.Path, pathErr.Err
	} else if linkErr, ok := errors.AsType[*os.LinkError](err); ok {
		err = linkErr.Err
	} else {
		return err // may be nil
	}
	if strings.HasSuffix(name, tempSuffix) {
		name = p.name
	}
	if !filepath.IsAbs(name) {
		name = filepath.Join(filepath.Dir(p.file), name)
	}
	return &fs.PathError{Op: "open", Path: name, Err: err}
}

// isAbsent reports whether there is no file, or no directory for it
// (HOME=/dev/null).
func isAbsent(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR)
}

const (
	errForeign      = predicate("belongs to another user")
	errNotRegular   = predicate("is not a regular file")
	errTooManyLinks = predicate("leads through too many links")
)

// predicate is an error about a file, to be preceded by its path.
type predicate string

func (p predicate) Error() string { return string(p) }

// sharedError is an error about a directory.
type sharedError string

func (e sharedError) Error() string { return string(e) }

// about puts the path before an error.
func about(path string, err error) error {
	if is[predicate](err) || is[sharedError](err) {
		return fmt.Errorf("%s %w", path, err)
	}
	return fmt.Errorf("%s: %w", path, err)
}

// is reports whether there is an error of type E in the chain of err.
func is[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}
