package plugin

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"

	"github.com/nrepo-cli/nrepo/pkg/output"
)

// ConfigDir returns the directory for the settings of a program. name is the name of the
// directory, usually that of the program, such as "nrepo-acme-scan"; the official
// commands use "nrepo". The directory is $XDG_CONFIG_HOME/name, or else ~/.config/name
// (on macOS ~/Library/Application Support/name, on Windows %AppData%\name). A relative
// path in XDG_CONFIG_HOME is ignored
// (https://specifications.freedesktop.org/basedir-spec).
//
// ConfigDir creates the directory and its parents if necessary, with mode 0700. It
// returns an error if that fails, if name is not a single path element, or if neither
// XDG_CONFIG_HOME nor the variable of the system, such as HOME, is an absolute path.
func (e *Env) ConfigDir(name string) (string, error) {
	return e.dir("XDG_CONFIG_HOME", map[string][]string{
		"":        {"HOME", ".config", name},
		"darwin":  {"HOME", "Library", "Application Support", name},
		"windows": {"AppData", name},
	}, name)
}

// StateDir is like [Env.ConfigDir], for data that a program must keep between runs but
// that users do not edit, such as journals: $XDG_STATE_HOME/name, or else
// ~/.local/state/name (on macOS ~/Library/Application Support/name/state, on Windows
// %LocalAppData%\name\state).
func (e *Env) StateDir(name string) (string, error) {
	return e.dir("XDG_STATE_HOME", map[string][]string{
		"":        {"HOME", ".local", "state", name},
		"darwin":  {"HOME", "Library", "Application Support", name, "state"},
		"windows": {"LocalAppData", name, "state"},
	}, name)
}

// CacheDir is like [Env.ConfigDir], for data that can be recreated:
// $XDG_CACHE_HOME/name, or else ~/.cache/name (on macOS ~/Library/Caches/name, on
// Windows %LocalAppData%\name\cache).
func (e *Env) CacheDir(name string) (string, error) {
	return e.dir("XDG_CACHE_HOME", map[string][]string{
		"":        {"HOME", ".cache", name},
		"darwin":  {"HOME", "Library", "Caches", name},
		"windows": {"LocalAppData", name, "cache"},
	}, name)
}

// dir creates a directory: name below the XDG variable, or else the parts for this
// system, whose first element is the variable with the root.
func (e *Env) dir(xdg string, systems map[string][]string, name string) (string, error) {
	e.fill()
	if name == "" || name != filepath.Base(name) || name == "." || name == ".." {
		return "", fmt.Errorf("%q is not the name of a directory", name)
	}
	path := ""
	if base := e.Getenv(xdg); filepath.IsAbs(base) {
		path = filepath.Join(base, name)
	} else {
		parts := systems[runtime.GOOS]
		if parts == nil {
			parts = systems[""]
		}
		root := e.Getenv(parts[0])
		if !filepath.IsAbs(root) {
			return "", &output.Error{
				Err:  fmt.Errorf("there is no directory for the files of %s: %s is not set", name, parts[0]),
				Hint: "set " + parts[0] + " or " + xdg + " to an absolute path",
			}
		}
		path = filepath.Join(append([]string{root}, parts[1:]...)...)
	}
	return path, os.MkdirAll(path, 0o700)
}
