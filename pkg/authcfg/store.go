package authcfg

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/gofrs/flock"

	"github.com/nrepo-cli/nrepo/pkg/output"
)

// Store reads and writes the login of one user. The zero value is the login
// that this process's environment names.
type Store struct {
	// Getenv looks a variable up, "" where it is unset. Default: os.Getenv.
	Getenv func(name string) string
	// Warn is told, in one line, what was repaired on the way. Default: nobody.
	Warn func(text string)
	// ReadOnly leaves the file as it is: a loose mode is not repaired, no
	// credential is Renewable, and every method that writes fails. It is for a
	// process that may be killed at any time, as while completing a word.
	ReadOnly bool
	// Hold is called before a session is renewed, and what it returns when the
	// new one is stored. In between the process should not end: its server has
	// forgotten the old session. Default: nothing is held up.
	Hold func() (release func())

	// lockWait bounds the wait for another process that is changing the file;
	// 0 means lockWait, the constant.
	lockWait time.Duration
}

var errReadOnly = errors.New("this Store is read-only")

// lockWait is long for one write, and short for a person who waits.
const lockWait = 5 * time.Second

func (s *Store) getenv(name string) string {
	if s.Getenv == nil {
		return os.Getenv(name)
	}
	return s.Getenv(name)
}

func (s *Store) warn(format string, args ...any) {
	if s.Warn != nil {
		s.Warn(fmt.Sprintf(format, args...))
	}
}

func (s *Store) hold() (release func()) {
	if s.Hold == nil {
		return func() {}
	}
	return s.Hold()
}

// Load returns the content of config.json. A file that does not exist is
// somebody logged out: the zero Config with DefaultAPIURL. A file that cannot
// be read or understood is an *output.Error with the code config_error that
// names path and field, but no value. A file of ours that others may read is
// closed to them, with a warning.
func (s *Store) Load() (Config, error) { return s.load(!s.ReadOnly) }

// load leaves a loose mode alone unless repair is set.
func (s *Store) load(repair bool) (Config, error) {
	at, err := s.locate()
	if err != nil {
		return Config{}, err
	}
	return s.loadAt(at, repair)
}

func (s *Store) loadAt(at location, repair bool) (Config, error) {
	path := at.path
	doc, err := s.readFile(path, repair)
	if isAbsent(err) {
		return Config{APIURL: DefaultAPIURL}, nil
	}
	c := Config{}
	if err == nil {
		c, err = parseConfig(doc)
	} else if !errors.Is(err, errTooLarge) {
		return Config{}, configError(path, err)
	}
	if err != nil {
		return Config{}, &output.Error{
			Code: output.CodeConfig,
			Err:  &brokenError{about(path, err)},
			Hint: "mend the file, or run `" + LoginCommand(at.profile) + "` to write it anew (a copy of the old one is kept)",
		}
	}
	return c, nil
}

// isAbsent reports whether there is no file, or no directory that could hold it
// (HOME=/dev/null).
func isAbsent(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR)
}

// brokenError marks a file whose text is no config or too large for one, as
// opposed to a file that cannot be read at all.
type brokenError struct{ error }

func isBroken(err error) bool {
	broken := (*brokenError)(nil)
	return errors.As(err, &broken)
}

// Check finds out whether a login can be stored: it makes the directory, takes the
// lock, and writes and removes a temporary file. The error is the one that
// Save would return.
func (s *Store) Check(ctx context.Context) error {
	return s.locked(ctx, func(path string) error {
		if _, err := s.Load(); err != nil && !isBroken(err) {
			return err
		}
		tmp, err := stage(path, make([]byte, 4096)) // a new block of the disk
		if err == nil {
			err = os.Remove(tmp)
		}
		return configError(path, err)
	})
}

// Save stores a new login and returns what the file held before. Fields that
// Config does not know stay. A file that was not a config is kept beside it as
// config.json.broken, mode 0600, and a warning says so.
func (s *Store) Save(ctx context.Context, login Config) (previous Config, err error) {
	err = s.locked(ctx, func(path string) error {
		previous, err = s.Load()
		if isBroken(err) {
			err = s.keepBroken(path)
		}
		if err != nil {
			return err
		}
		login.extra = previous.extra
		return s.write(path, login)
	})
	if err == nil && s.guessed() {
		path, _ := s.Path()
		s.warn("%s is not set, so the login is kept in %s", homeVariable, path)
	}
	return previous, err
}

// Update changes the stored login: change gets what the file holds now, under
// the lock, and what it leaves is written. Where change fails nothing is
// written and its error is returned.
func (s *Store) Update(ctx context.Context, change func(*Config) error) error {
	return s.locked(ctx, func(path string) error {
		c, err := s.Load()
		if err != nil {
			return err
		}
		if err := change(&c); err != nil {
			return err
		}
		return s.write(path, c)
	})
}

// Clear forgets the login and returns what the file held. Fields that Config
// does not know stay; a file that was not a config or cannot be read is emptied,
// because it may hold a credential all the same, and a copy that Save kept of
// such a file is removed, as is what a killed writer left. A file that cannot be
// written anew, as on a full disk, is removed, with a warning. Where there is no
// file none is made, and where there can be none of ours a warning says why:
// nobody takes a login from there.
func (s *Store) Clear(ctx context.Context) (previous Config, err error) {
	path, err := s.Path()
	if errors.Is(err, errNoHome) {
		s.warn("%v", err)
		return Config{}, nil
	}
	if err != nil {
		return Config{}, err
	}
	if _, err := os.Stat(path); isAbsent(err) && !leftBehind(path) {
		return Config{}, nil
	}
	_, unusable := s.load(false)
	for _, reason := range []error{errNotRegular, errForeign, syscall.ELOOP, syscall.ENAMETOOLONG} {
		if errors.Is(unusable, reason) {
			s.warn("%v, so it holds no login", unusable)
			return Config{}, nil
		}
	}
	err = s.locked(ctx, func(path string) error {
		if err := os.Remove(path + brokenSuffix); err != nil && !isAbsent(err) {
			return configError(path+brokenSuffix, err)
		}
		if _, err := os.Lstat(path); isAbsent(err) {
			return configError(path, removeStray(path))
		}
		previous, err = s.Load()
		if err != nil && !isBroken(err) && !errors.Is(err, fs.ErrPermission) {
			return err
		}
		reason := err
		switch err := s.write(path, Config{extra: previous.extra}); {
		case err != nil && errors.Join(os.Remove(path), removeStray(path), syncDir(filepath.Dir(path))) != nil:
			return err
		case err != nil && len(previous.extra) > 0: // as on a full disk
			s.warn("%v; the file was removed, with what other programs had in it", err)
		case err != nil:
			s.warn("%v; the file was removed", err)
		case reason != nil:
			s.warn("%v; the file holds {} now", reason)
		}
		return nil
	})
	if errors.Is(err, errForeign) && errors.Is(unusable, fs.ErrPermission) {
		s.warn("%v, so it holds no login", err)
		return Config{}, nil
	}
	return previous, err
}

// leftBehind reports whether beside the file that path leads to there is what
// may hold its login: the copy that Save kept, or what a killed writer left.
func leftBehind(path string) bool {
	path, err := followLinks(path)
	if err != nil {
		return false
	}
	stray, _ := findStray(path)
	_, err = os.Lstat(path + brokenSuffix)
	return err == nil || len(stray) > 0
}

func (s *Store) write(path string, c Config) error {
	doc := c.encode()
	if _, err := parseConfig(doc); err != nil { // nobody could read it back
		return &output.Error{Code: output.CodeConfig, Err: fmt.Errorf("the login cannot be stored: %w", err)}
	}
	if len(doc) > maxFileSize {
		return configError(path, errTooLarge)
	}
	return configError(path, writeFile(path, doc))
}

// brokenSuffix ends the name of the copy of a file that was not a config.
const brokenSuffix = ".broken"

// keepBroken copies a file that is not a config out of the way.
func (s *Store) keepBroken(path string) error {
	kept := path + brokenSuffix
	doc, err := s.readFile(path, false)
	switch {
	case err == nil:
		err = writeFile(kept, doc)
	case errors.Is(err, errTooLarge): // to be copied: the file itself, which gets another name
		if err = os.Remove(kept); err == nil || isAbsent(err) {
			err = os.Link(path, kept)
		}
		if err != nil { // as where there are no links
			err = os.Rename(path, kept)
		}
	default:
		return configError(path, err)
	}
	if err != nil {
		return configError(kept, err)
	}
	s.warn("%s could not be read as a config; a copy is kept as %s", path, filepath.Base(kept))
	return nil
}

// locked runs change while this process alone may write the file, which path
// names without links. Holders that died do not count: the kernel drops their
// lock.
func (s *Store) locked(ctx context.Context, change func(path string) error) error {
	if s.ReadOnly {
		return errReadOnly
	}
	at, err := s.locate()
	if err != nil {
		return err
	}
	path := at.path
	file, err := followLinks(path)
	if err == nil {
		err = makeDir(filepath.Dir(path), at.own)
	}
	if err != nil {
		return configError(path, err)
	}
	path = file
	bound := cmp.Or(s.lockWait, lockWait)
	wait, cancel := context.WithTimeout(ctx, bound)
	defer cancel()
	lock := flock.New(path+".lock", flock.SetFlag(os.O_CREATE|os.O_RDONLY|openNonblock|openNoFollow))
	ok, err := lock.TryLockContext(wait, 20*time.Millisecond)
	switch {
	case ok:
		defer lock.Unlock()
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, context.DeadlineExceeded):
		return &output.Error{
			Code: output.CodeConfig,
			Err:  fmt.Errorf("%s.lock: another process has held the lock for %v", path, bound),
			Hint: "try again when it is done",
		}
	case hasNoLocks(err):
		s.warn("%s.lock: this file system has no locks; going on without", path)
	default:
		return configError(path, err)
	}
	return change(path)
}

// hasNoLocks reports whether err, of flock(2), is the file system's: it knows no
// locks (ENOSYS, ENOTSUP), or its lock server does not answer (ENOLCK, NFS).
func hasNoLocks(err error) bool {
	return errors.Is(err, errors.ErrUnsupported) || errors.Is(err, syscall.ENOLCK)
}

// configError says what is wrong with path, once, and what to do.
func configError(path string, err error) error {
	if err == nil {
		return nil
	}
	pathErr, linkErr := (*fs.PathError)(nil), (*os.LinkError)(nil)
	switch {
	case errors.As(err, &pathErr) && !strings.HasSuffix(pathErr.Path, tempSuffix):
		path, err = pathErr.Path, pathErr.Err
	case errors.As(err, &pathErr):
		err = pathErr.Err
	case errors.As(err, &linkErr):
		err = linkErr.Err
	}
	hint := "mend that, or set NEURALREPO_CONFIG to another file, or NEURALREPO_API_KEY to an API key"
	if errors.Is(err, errForeign) {
		hint = foreignHint(path, os.Geteuid())
	}
	return &output.Error{Code: output.CodeConfig, Err: about(path, err), Hint: hint}
}

// foreignHint says what user can do about the path of another user.
func foreignHint(path string, user int) string {
	if user == 0 {
		return "run it without sudo, or with `sudo -H` for a login of root's own, or set NEURALREPO_CONFIG to a file of root's"
	}
	quoted := "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
	return fmt.Sprintf("take it over with `sudo chown -h %d %s`, or set NEURALREPO_CONFIG to another file", user, quoted)
}
