package authcfg

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
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
}

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

// Load returns the content of config.json. A file that does not exist is
// somebody logged out: the zero Config with DefaultAPIURL. A file that cannot
// be read or understood is an *output.Error with the code config_error that
// names path and field, but no value. A file of ours that others may read is
// closed to them, with a warning.
func (s *Store) Load() (Config, error) { return s.load(true) }

// load leaves a loose mode alone unless repair is set.
func (s *Store) load(repair bool) (Config, error) {
	path, err := s.Path()
	if err != nil {
		return Config{}, err
	}
	doc, err := s.readFile(path, repair)
	if errors.Is(err, fs.ErrNotExist) {
		return Config{APIURL: DefaultAPIURL}, nil
	}
	if err != nil {
		return Config{}, configError(path, err)
	}
	c, err := parseConfig(doc)
	if err != nil {
		return Config{}, &output.Error{
			Code: output.CodeConfig,
			Err:  &brokenError{fmt.Errorf("%s: %w", path, err)},
			Hint: "mend the file, or run `nrepo login` to write it anew (a copy of the old one is kept)",
		}
	}
	return c, nil
}

// brokenError marks a file whose text is no config, as opposed to one that
// cannot be read at all.
type brokenError struct{ error }

// Save stores a new login and returns what the file held before. Fields that
// Config does not know stay. A file that was not a config is kept beside it as
// config.json.broken, mode 0600, and a warning says so.
func (s *Store) Save(ctx context.Context, login Config) (previous Config, err error) {
	err = s.locked(ctx, func(path string) error {
		previous, err = s.Load()
		if broken := (*brokenError)(nil); errors.As(err, &broken) {
			if err := s.keepBroken(path); err != nil {
				return err
			}
		} else if err != nil {
			return err
		}
		login.extra = previous.extra
		return s.write(path, login)
	})
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
// does not know stay; a file that was not a config is emptied, because it may
// hold a credential all the same. Where there is no file none is made.
func (s *Store) Clear(ctx context.Context) (previous Config, err error) {
	path, err := s.Path()
	if err != nil {
		return Config{}, err
	}
	if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
		return Config{}, nil
	}
	err = s.locked(ctx, func(path string) error {
		previous, err = s.Load()
		if broken := (*brokenError)(nil); errors.As(err, &broken) {
			s.warn("%v; it was emptied", broken)
		} else if err != nil {
			return err
		}
		return s.write(path, Config{extra: previous.extra})
	})
	return previous, err
}

func (s *Store) write(path string, c Config) error {
	doc, err := c.encode()
	if err != nil {
		return err
	}
	return configError(path, writeFile(path, doc))
}

// keepBroken moves a file that is not a config out of the way.
func (s *Store) keepBroken(path string) error {
	doc, err := s.readFile(path, false)
	if err != nil {
		return configError(path, err)
	}
	kept := path + ".broken"
	if err := writeFile(kept, doc); err != nil {
		return configError(kept, err)
	}
	s.warn("%s could not be read as a config; a copy is kept as %s", path, filepath.Base(kept))
	return nil
}

// lockWait bounds the wait for another process that is changing the file.
const lockWait = 5 * time.Second

// locked runs change while this process alone may write the file. Holders that
// died do not count: the kernel drops their lock.
func (s *Store) locked(ctx context.Context, change func(path string) error) error {
	path, ownDir, err := s.path()
	if err != nil {
		return err
	}
	if err := makeDir(filepath.Dir(path), ownDir); err != nil {
		return configError(path, err)
	}
	lock := flock.New(path+".lock", flock.SetPermissions(0o600))
	wait, cancel := context.WithTimeout(ctx, lockWait)
	defer cancel()
	ok, err := lock.TryLockContext(wait, 20*time.Millisecond)
	switch {
	case ok:
		defer lock.Unlock()
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, context.DeadlineExceeded):
		return &output.Error{
			Code: output.CodeConfig,
			Err:  fmt.Errorf("%s.lock: another process has held the lock for %v", path, lockWait),
			Hint: "try again when it is done",
		}
	case errors.Is(err, errors.ErrUnsupported):
		s.warn("%s.lock: this file system has no locks; going on without", path)
	default:
		return configError(path, err)
	}
	return change(path)
}

// configError says what is wrong with path, once, and what to do.
func configError(path string, err error) error {
	if err == nil {
		return nil
	}
	if pathErr := (*fs.PathError)(nil); errors.As(err, &pathErr) {
		path, err = pathErr.Path, pathErr.Err
	}
	e := &output.Error{Code: output.CodeConfig, Err: fmt.Errorf("%s: %w", path, err)}
	if errors.Is(err, fs.ErrPermission) || errors.Is(err, errReadOnly) {
		e.Hint = "make it writable for you, or set NEURALREPO_CONFIG to another file, or NEURALREPO_API_KEY to an API key"
	}
	return e
}
