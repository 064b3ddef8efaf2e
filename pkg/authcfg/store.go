package authcfg

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
	"time"

	"github.com/nrepo-cli/nrepo/pkg/output"
)

// Store reads and writes a login. The zero value uses the environment of this
// process.
type Store struct {
	// Getenv returns the value of a variable, or "" if it is not set. Default:
	// os.Getenv.
	Getenv func(name string) string
	// Warn is called with a one-line message when something was repaired. Default:
	// no messages.
	Warn func(text string)
	// ReadOnly prevents any change to the file: modes are not corrected, no
	// credential is Renewable, and methods that write fail. It is for processes
	// that may be killed at any time, such as shell completion.
	ReadOnly bool
	// Hold is called before a session is renewed, and the function that it returns
	// is called after the new session is stored. The process should not exit in
	// between, because the old session no longer works. Default: none.
	Hold func() (release func())
	// Later is called with work to do when the command ends: ending a session that
	// only this command could use. Default: the work is done immediately.
	Later func(work func())

	// lockWait is how long to wait for another process that changes the file; 0 is
	// the constant lockWait.
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

// Load returns the content of config.json. If the file does not exist, Load
// returns the zero Config with DefaultAPIURL. If the file cannot be read or
// parsed, or another user could have put it there, Load returns an *output.Error
// with the code config_error, which names path and field, but no value. If others
// can read the file, or write to the directory of nrepo, Load corrects the mode,
// with a warning.
func (s *Store) Load() (Config, error) { return s.load(!s.ReadOnly) }

// load corrects modes only if repair is set.
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
			Hint: "fix the file, or run `" + Command(p.profile, "login") + "` to replace it (a copy of the old one is kept)",
		}
	}
	return c, configError(p.file, err)
}

// Check checks whether a login can be stored. It creates the directory, takes the
// lock, and writes and removes a temporary file. It returns the error that Save
// would return.
func (s *Store) Check(ctx context.Context) error {
	return s.locked(ctx, writing, func(p *place) error {
		if _, err := s.loadFrom(p, true); err != nil && !isBroken(err) {
			return err
		}
		return p.rehearse()
	})
}

// Save stores a new login and returns the previous content of the file. Unknown
// fields are kept. If the file was not a config, a copy is kept as
// config.json.broken, with mode 0600 and a warning. If HOME is not set, a warning
// says where the login is stored.
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

// Update changes the stored login. It takes the lock and calls change with the
// current content of the file, then writes the result. If change returns an error,
// Update returns it and writes nothing.
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

// Clear removes the login and returns the previous content of the file. Unknown
// fields are kept. A file that is not a config or cannot be read is emptied,
// because it may still contain a credential. Copies made by Save and temporary
// files of killed processes are removed too; if that fails, Clear returns both the
// previous content and an error. If the file cannot be written, for example
// because the disk is full or others could replace the file, it is removed, with a
// warning. If there is no file, none is created. If the path cannot hold a login
// of this user, a warning says why.
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
		s.warn("%v, so it is not a login of yours", err)
		return Config{}, nil
	case errors.Is(err, errNoHome):
		s.warn("%v", errNoHome)
		return Config{}, nil
	}
	return previous, err
}

// holdsNone reports whether opening a file failed with err because it is not a
// login of this user. Root could use the login of another user, but must not
// change it.
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
	case unwritten != nil && len(previous.extra) > 0: // for example, the disk is full
		s.warn("%v; the file was removed, with the fields of other programs", unwritten)
	case unwritten != nil:
		s.warn("%v; the file was removed", unwritten)
	case unread != nil:
		s.warn("%v; the file now contains {}", unread)
	}
	return previous, nil
}

// configError returns an error about path, with a hint.
func configError(path string, err error) error {
	if err == nil {
		return nil
	}
	if is[output.Reporter](err) {
		return err
	}
	if pathErr, ok := errors.AsType[*fs.PathError](err); ok {
		path, err = pathErr.Path, pathErr.Err
	}
	hint := "fix that, or set NEURALREPO_CONFIG to another file, or NEURALREPO_API_KEY to an API key"
	switch {
	case errors.Is(err, errForeign):
		hint = foreignHint(path, os.Geteuid())
	case is[sharedError](err):
		hint = "fix it with `chmod go-w " + output.ShellWord(path) + "`, or set NEURALREPO_CONFIG to a file in a directory of your own"
	}
	return &output.Error{Code: output.CodeConfig, Err: about(path, err), Hint: hint}
}

// foreignHint returns what user can do if path belongs to another user.
func foreignHint(path string, user int) string {
	if user == 0 {
		return "run it without sudo, or use `sudo -H` for a separate login of root, or set NEURALREPO_CONFIG to a file of root"
	}
	return fmt.Sprintf("make it yours with `sudo chown -h %d %s`, or set NEURALREPO_CONFIG to another file", user, output.ShellWord(path))
}
