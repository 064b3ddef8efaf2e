package authcfg

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/nrepo-cli/nrepo/pkg/output"
)

// maxFileSize is much larger than any config. It limits how much memory a wrong
// file can use.
const maxFileSize = 1 << 20

// errTooLarge marks a file that is too large to read.
const errTooLarge = predicate("is too large for a config")

// brokenError marks a file that can be read but is not a config, or is too large.
type brokenError struct{ error }

func (e *brokenError) Unwrap() error { return e.error }

func isBroken(err error) bool { return is[*brokenError](err) }

// read returns the content of the file at p. If repair is set and others can read
// the file, read corrects its mode, but only if it is a config.
func (s *Store) read(p *place, repair bool) (Config, error) {
	f, err := p.dir.OpenFile(p.name, os.O_RDONLY|openNonblock, 0)
	if err != nil {
		return Config{}, p.inFull(err)
	}
	defer f.Close()
	info, err := f.Stat()
	switch {
	case err != nil:
		return Config{}, p.inFull(err)
	case !info.Mode().IsRegular(): // it was replaced after the path was checked
		return Config{}, errNotRegular
	case !mayHoldLogin(info, p.shared, reading):
		return Config{}, errForeign
	case info.Size() > maxFileSize:
		return Config{}, &brokenError{errTooLarge}
	}
	doc, err := io.ReadAll(io.LimitReader(f, maxFileSize))
	if err != nil {
		return Config{}, p.inFull(err)
	}
	c, err := parseConfig(doc)
	if err != nil {
		return Config{}, &brokenError{err}
	}
	if repair && info.Mode().Perm()&0o077 != 0 && isOurs(info) {
		if err := f.Chmod(0o600); err != nil {
			s.warn("%s may be read by other users, and its mode cannot be changed", p.file)
		} else {
			s.warn("%s could be read by other users; its mode is 0600 now", p.file)
		}
	}
	return c, nil
}

// write replaces the file at p atomically. Callers hold the lock.
func (p *place) write(c Config) error {
	doc := c.encode()
	if _, err := parseConfig(doc); err != nil { // it could not be read back
		return &output.Error{Code: output.CodeConfig, Err: fmt.Errorf("the login cannot be stored: %w", err)}
	}
	if len(doc) > maxFileSize {
		return configError(p.file, errTooLarge)
	}
	return configError(p.file, p.replace(p.name, doc))
}

// replace writes doc to a new file in the same directory, renames it over the old
// one, and flushes the directory.
func (p *place) replace(name string, doc []byte) error {
	tmp, err := p.stage(name, doc)
	if err != nil {
		return err
	}
	if err := p.dir.Rename(tmp, name); err != nil {
		p.dir.Remove(tmp)
		return p.inFull(err)
	}
	return p.sync()
}

// rehearse checks whether a login can be written, by writing and removing a new
// file.
func (p *place) rehearse() error {
	tmp, err := p.stage(p.name, make([]byte, 4096))
	if err == nil {
		err = p.inFull(p.dir.Remove(tmp))
	}
	return configError(p.file, err)
}

// stage writes doc to a new file, mode 0600 from its first byte, and flushes it.
func (p *place) stage(name string, doc []byte) (tmp string, err error) {
	tmp, f, err := p.create("." + name + ".")
	if err != nil {
		return "", p.inFull(err)
	}
	_, err = f.Write(doc)
	if err == nil {
		err = f.Sync()
	}
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		p.dir.Remove(tmp)
		return "", p.inFull(err)
	}
	return tmp, nil
}

// create creates a new file whose name starts with prefix.
func (p *place) create(prefix string) (name string, f *os.File, err error) {
	for range 100 {
		name = prefix + strconv.FormatUint(uint64(rand.Uint32()), 10) + tempSuffix
		f, err = p.dir.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if !errors.Is(err, fs.ErrExist) {
			break
		}
	}
	return name, f, err
}

const (
	tempSuffix   = ".tmp"
	brokenSuffix = ".broken" // of the copy of a file that was not a config
)

// removeStray deletes the temporary files of killed writers. Running writers hold
// the lock, so their files are safe. Errors are ignored.
func (s *Store) removeStray(p *place) {
	for _, name := range p.stray() {
		if err := s.remove(p, name); err != nil {
			s.warn("%v", err)
		}
	}
}

// remove deletes a file beside config.json that may contain a login. A file of
// another user contains none: it is left alone, with a warning.
func (s *Store) remove(p *place, name string) error {
	info, err := p.dir.Lstat(name)
	if err == nil {
		err = p.dir.Remove(name)
	}
	switch {
	case err == nil || isAbsent(err):
		return nil
	case info != nil && isForeign(info):
		s.warn("%s belongs to another user, so it was not removed", filepath.Join(filepath.Dir(p.file), name))
		return nil
	}
	return configError(filepath.Join(filepath.Dir(p.file), name), cause(err))
}

// leftovers returns the files beside the one at p that may contain a login: the
// copy made by Save, and temporary files of killed writers.
func (p *place) leftovers() []string {
	names := p.stray()
	if _, err := p.dir.Lstat(p.name + brokenSuffix); err == nil {
		names = append(names, p.name+brokenSuffix)
	}
	return names
}

// stray returns the temporary files of the file at p and of its copy that ends in
// brokenSuffix.
func (p *place) stray() (names []string) {
	dir, err := p.dir.Open(".")
	if err != nil {
		return nil
	}
	defer dir.Close()
	entries, _ := dir.ReadDir(-1)
	for _, entry := range entries {
		number, ok := strings.CutPrefix(entry.Name(), "."+p.name)
		number, isTemp := strings.CutSuffix(strings.TrimPrefix(number, brokenSuffix), tempSuffix)
		number, isNumber := strings.CutPrefix(number, ".")
		if ok && isTemp && isNumber && strings.Trim(number, "0123456789") == "" && entry.Type().IsRegular() {
			names = append(names, entry.Name())
		}
	}
	return names
}

// keepBroken keeps a copy of a file that is not a config.
func (s *Store) keepBroken(p *place, why error) error {
	kept := p.name + brokenSuffix
	var err error
	if errors.Is(why, errTooLarge) { // to copy, so the file itself gets the other name
		if err = p.dir.Remove(kept); err == nil || isAbsent(err) {
			err = p.dir.Link(p.name, kept)
		}
		if err != nil { // for example if the file system has no links
			err = p.dir.Rename(p.name, kept)
		}
		if err == nil {
			err = p.dir.Chmod(kept, 0o600)
		}
	} else {
		var doc []byte
		if doc, err = p.dir.ReadFile(p.name); err == nil {
			err = p.replace(kept, doc)
		}
	}
	if err != nil {
		return configError(p.file+brokenSuffix, cause(err))
	}
	s.warn("%s could not be read as a config; a copy is kept as %s", p.file, kept)
	return nil
}

// cause returns the error of the system, without the path.
func cause(err error) error {
	if pathErr, ok := errors.AsType[*fs.PathError](err); ok {
		return pathErr.Err
	}
	if linkErr, ok := errors.AsType[*os.LinkError](err); ok {
		return linkErr.Err
	}
	return err
}
