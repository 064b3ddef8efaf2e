package authcfg

import (
	"errors"
	"os/user"
	"path/filepath"
	"strings"

	"github.com/nrepo-cli/nrepo/pkg/output"
)

// Path returns the path of the file with the login, whether it exists or not:
//
//  1. NEURALREPO_CONFIG, an absolute path, or one that starts with ~/ for the
//     home directory;
//  2. profiles/NAME.json in the directory of rule 3 or 4, for the NAME in
//     NEURALREPO_PROFILE;
//  3. $XDG_CONFIG_HOME/neuralrepo/config.json, where the variable is absolute
//     (the XDG Base Directory Specification says to ignore a relative one);
//  4. ~/.config/neuralrepo/config.json, on every system, like the npm package.
//
// The error is an *output.Error: code usage for a bad variable, config_error if
// there is no home directory.
func (s *Store) Path() (string, error) {
	at, err := s.locate()
	return at.path, err
}

// location is where a login is stored.
type location struct {
	path    string
	profile string // "" for the default login, and for NEURALREPO_CONFIG
	own     bool   // nrepo creates the directory, so it may remove the access of others
}

func (s *Store) locate() (location, error) {
	if path := s.getenv("NEURALREPO_CONFIG"); path != "" {
		path, err := s.expand(path)
		return location{path: path}, err
	}
	profile, err := s.Profile()
	if err != nil {
		return location{}, err
	}
	dir, err := s.directory()
	if err != nil {
		return location{}, err
	}
	return profileIn(dir, profile), nil
}

// expand returns the path in NEURALREPO_CONFIG. It expands ~/, because no shell
// does so in an env file or a Dockerfile. It refuses relative paths, which would
// put the login into the current project.
func (s *Store) expand(path string) (string, error) {
	if rest, ok := strings.CutPrefix(path, "~/"); ok {
		home, err := s.homeDirectory()
		return filepath.Join(home, rest), err
	}
	if !filepath.IsAbs(path) {
		return "", badVariable("NEURALREPO_CONFIG", " %w", errors.New("must be an absolute path, or start with ~/"))
	}
	return filepath.Clean(path), nil
}

// directory returns the directory of the default login.
func (s *Store) directory() (string, error) {
	if dir := s.getenv("XDG_CONFIG_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "neuralrepo"), nil
	}
	home, err := s.homeDirectory()
	return filepath.Join(home, ".config", "neuralrepo"), err
}

var errNoHome = errors.New("there is no home directory to store the login in")

func (s *Store) homeDirectory() (string, error) {
	home := s.getenv(homeVariable)
	if home == "" {
		if u, err := user.Current(); err == nil {
			home = u.HomeDir
		}
	}
	if !filepath.IsAbs(home) {
		return "", &output.Error{
			Code: output.CodeConfig,
			Err:  errNoHome,
			Hint: "set " + homeVariable + ", or NEURALREPO_CONFIG to a file, or NEURALREPO_API_KEY to an API key",
		}
	}
	return home, nil
}

// guessed reports whether no variable is set for the path of the login, so that
// the home directory comes from the user database.
func (s *Store) guessed() bool {
	file := s.getenv("NEURALREPO_CONFIG")
	named := filepath.IsAbs(file) || file == "" && filepath.IsAbs(s.getenv("XDG_CONFIG_HOME"))
	return !named && s.getenv(homeVariable) == ""
}
