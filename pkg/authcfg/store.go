package authcfg

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"syscall"
	"time"

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
	// Later is given work for the end of the command: to end, at its server, a
	// session that only this command could use. Default: it is done at once.
	Later func(work func())

	// lockWait bounds the wait for another process that is changing the file;
	// 0 means lockWait, the constant.
	lockWait time.Duration
}

var errReadOnly = errors.New("this Store is read-only")

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
// be read or understood, or that another user could have put there, is an
// *output.Error with the code config_error that names path and field, but no
// value. A config of ours that others may read, and a directory of nrepo's own that
// others may write to, are closed to them, with a warning.
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
	p, err := s.open(at, reading, repair)
	if isAbsent(err) {
		return Config{APIURL: DefaultAPIURL}, nil
	}
	if err != nil {
		return Config{}, configError(at.path, err)
	}
	defer p.close()
	return s.loadFrom(p, repair)
}

func (s *Store) loadFrom(p *place, repair bool) (Config, error) {
	c, err := s.read(p, repair)
	switch {
	case isAbsent(err):
		return Config{APIURL: DefaultAPIURL}, nil
	case isBroken(err):
		return Config{}, &output.Error{
			Code: output.CodeConfig,
			Err:  about(p.file, err),
			Hint: "fix the file, or run `" + LoginCommand(p.profile) + "` to replace it (a copy of the old one is kept)",
		}
	}
	return c, configError(p.file, err)
}

// Check finds out whether a login can be stored: it makes the directory, takes the
// lock, and writes and removes a temporary file. The error is the one that
// Save would return.
func (s *Store) Check(ctx context.Context) error {
	return s.locked(ctx, writing, func(p *place) error {
		if _, err := s.loadFrom(p, true); err != nil && !isBroken(err) {
			return err
		}
		return p.rehearse()
	})
}

// Save stores a new login and returns what the file held before. Fields that
// Config does not know stay. A file that was not a config is kept beside it as
// config.json.broken, mode 0600, and a warning says so; another says where the
// login is if no variable does.
func (s *Store) Save(ctx context.Context, login Config) (previous Config, err error) {
	file := ""
	err = s.locked(ctx, writing, func(p *place) error {
		file = p.file
		previous, err = s.loadFrom(p, true)
		if isBroken(err) {
			err = s.keepBroken(p, err)
		}
		if err != nil {
			return err
		}
		login.extra = previous.extra
		return p.write(login)
	})
	if err == nil && s.guessed() {
		s.warn("%s is not set, so the login is kept in %s", homeVariable, file)
	}
	return previous, err
}

// Update changes the stored login: change gets what the file holds now, under
// the lock, and what it leaves is written. Where change fails nothing is
// written and its error is returned.
func (s *Store) Update(ctx context.Context, change func(*Config) error) error {
	return s.locked(ctx, writing, func(p *place) error {
		c, err := s.loadFrom(p, true)
		if err != nil {
			return err
		}
		if err := change(&c); err != nil {
			return err
		}
		return p.write(c)
	})
}

// Clear forgets the login and returns what the file held, also where it returns an
// error too: then what is beside the file, and may hold a login, stays. Fields that
// Config does not know stay; a file that was not a config or cannot be read is
// emptied, because it may hold a credential all the same, and a copy that Save kept
// of such a file is removed, as is what a killed writer left. A file that cannot be
// written anew, as on a full disk or where others could replace it, is removed, with
// a warning. Where there is no file none is made, and where there can be none of
// ours a warning says why: nobody takes a login from there.
func (s *Store) Clear(ctx context.Context) (previous Config, err error) {
	err = s.locked(ctx, clearing, func(p *place) error {
		previous, err = s.clear(p)
		for _, name := range p.leftovers() {
			err = errors.Join(err, s.remove(p, name))
		}
		return err
	})
	switch {
	case isAbsent(err):
		return Config{}, nil
	case holdsNone(err):
		s.warn("%v, so it holds no login", err)
		return Config{}, nil
	case errors.Is(err, errNoHome):
		s.warn("%v", errNoHome)
		return Config{}, nil
	}
	return previous, err
}

// holdsNone reports whether err, of opening it, means that a file is no login of
// ours. Root could use another user's: it is told not to change it.
func holdsNone(err error) bool {
	return errors.Is(err, errNotRegular) || errors.Is(err, errTooManyLinks) || errors.Is(err, syscall.ENAMETOOLONG) ||
		errors.Is(err, errForeign) && os.Geteuid() != 0
}

func (s *Store) clear(p *place) (previous Config, err error) {
	if _, err := p.dir.Lstat(p.name); isAbsent(err) {
		return Config{}, nil
	}
	previous, unread := s.loadFrom(p, false)
	unwritten := configError(p.file, p.refused)
	if unwritten == nil {
		unwritten = p.write(Config{extra: previous.extra})
	}
	if unwritten != nil {
		if err := p.dir.Remove(p.name); err != nil {
			return Config{}, unwritten
		}
		if err := p.sync(); err != nil {
			return previous, unwritten
		}
	}
	switch {
	case unwritten != nil && len(previous.extra) > 0: // as on a full disk
		s.warn("%v; the file was removed, with what other programs had in it", unwritten)
	case unwritten != nil:
		s.warn("%v; the file was removed", unwritten)
	case unread != nil:
		s.warn("%v; the file holds {} now", unread)
	}
	return previous, nil
}

// configError says what is wrong with path, once, and what to do.
func configError(path string, err error) error {
	if err == nil {
		return nil
	}
	if errors.As(err, new(output.Reporter)) {
		return err
	}
	if pathErr := (*fs.PathError)(nil); errors.As(err, &pathErr) {
		path, err = pathErr.Path, pathErr.Err
	}
	hint := "fix that, or set NEURALREPO_CONFIG to another file, or NEURALREPO_API_KEY to an API key"
	switch {
	case errors.Is(err, errForeign):
		hint = foreignHint(path, os.Geteuid())
	case errors.As(err, new(sharedError)):
		hint = "fix it with `chmod go-w " + quoted(path) + "`, or set NEURALREPO_CONFIG to a file in a directory of your own"
	}
	return &output.Error{Code: output.CodeConfig, Err: about(path, err), Hint: hint}
}

// foreignHint says what user can do about the path of another user.
func foreignHint(path string, user int) string {
	if user == 0 {
		return "run it without sudo, or use `sudo -H` for a separate login of root, or set NEURALREPO_CONFIG to a file of root"
	}
	return fmt.Sprintf("make it yours with `sudo chown -h %d %s`, or set NEURALREPO_CONFIG to another file", user, quoted(path))
}

// quoted is path as a shell takes it.
func quoted(path string) string { return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'" }
