package authcfg

import (
	"errors"
	"os"
	"os/user"
	"path/filepath"

	"github.com/nrepo-cli/nrepo/pkg/output"
)

// Path returns where config.json is, whether it exists or not:
//
//  1. NEURALREPO_CONFIG, a file, relative to the working directory if it is
//     not absolute;
//  2. $XDG_CONFIG_HOME/neuralrepo/config.json, where the variable is absolute
//     (a relative one is to be ignored: XDG Base Directory Specification);
//  3. ~/.config/neuralrepo/config.json, on every system, as the npm package
//     has it.
//
// It fails only where there is no home directory.
func (s *Store) Path() (string, error) {
	path, _, err := s.path()
	return path, err
}

// path also reports whether the directory is one that nrepo made for itself and
// so may be closed to others.
func (s *Store) path() (path string, ownDir bool, err error) {
	if p := s.getenv("NEURALREPO_CONFIG"); p != "" {
		p, err := filepath.Abs(p)
		return p, false, err
	}
	dir := s.getenv("XDG_CONFIG_HOME")
	if !filepath.IsAbs(dir) {
		home := s.home()
		if !filepath.IsAbs(home) {
			return "", false, &output.Error{
				Code: output.CodeConfig,
				Err:  errNoHome,
				Hint: "set HOME, or NEURALREPO_CONFIG to a file, or NEURALREPO_API_KEY to an API key",
			}
		}
		dir = filepath.Join(home, ".config")
	}
	return filepath.Join(dir, "neuralrepo", "config.json"), true, nil
}

var errNoHome = errors.New("there is no home directory to keep the login in")

func (s *Store) home() string {
	name := "HOME"
	if os.PathSeparator == '\\' {
		name = "USERPROFILE"
	}
	if home := s.getenv(name); home != "" {
		return home
	}
	if u, err := user.Current(); err == nil {
		return u.HomeDir
	}
	return ""
}
