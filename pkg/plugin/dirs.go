package plugin

import (
	"errors"
	"fmt"
	"io/fs"
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
	switch runtime.GOOS {
	case "darwin":
		return e.dir("XDG_CONFIG_HOME", name, "HOME", "Library/Application Support/"+name)
	case "windows":
		return e.dir("XDG_CONFIG_HOME", name, "AppData", name)
	}
	return e.dir("XDG_CONFIG_HOME", name, "HOME", ".config/"+name)
}

// StateDir is like [Env.ConfigDir], for data that a program must keep between runs but
// that users do not edit, such as journals: $XDG_STATE_HOME/name, or else
// ~/.local/state/name (on macOS ~/Library/Application Support/name/state, on Windows
// %LocalAppData%\name\state).
func (e *Env) StateDir(name string) (string, error) {
	switch runtime.GOOS {
	case "darwin":
		return e.dir("XDG_STATE_HOME", name, "HOME", "Library/Application Support/"+name+"/state")
	case "windows":
		return e.dir("XDG_STATE_HOME", name, "LocalAppData", name+"/state")
	}
	return e.dir("XDG_STATE_HOME", name, "HOME", ".local/state/"+name)
}

// CacheDir is like [Env.ConfigDir], for data that can be recreated:
// $XDG_CACHE_HOME/name, or else ~/.cache/name (on macOS ~/Library/Caches/name, on
// Windows %LocalAppData%\name\cache).
func (e *Env) CacheDir(name string) (string, error) {
	switch runtime.GOOS {
	case "darwin":
		return e.dir("XDG_CACHE_HOME", name, "HOME", "Library/Caches/"+name)
	case "windows":
		return e.dir("XDG_CACHE_HOME", name, "LocalAppData", name+"/cache")
	}
	return e.dir("XDG_CACHE_HOME", name, "HOME", ".cache/"+name)
}

// dir creates a directory: name below the variable xdg, or else path, with slashes,
// below the variable root.
func (e *Env) dir(xdg, name, root, path string) (string, error) {
	e.fill()
	if name == "" || name != filepath.Base(name) || name == "." || name == ".." {
		return "", fmt.Errorf("%q is not the name of a directory", name)
	}
	base := e.Getenv(xdg)
	if filepath.IsAbs(base) {
		path = name
	} else if base = e.Getenv(root); !filepath.IsAbs(base) {
		return "", &output.Error{
			Err:  fmt.Errorf("there is no directory for the files of %s: %s is not set", name, root),
			Hint: "set " + root + " or " + xdg + " to an absolute path",
		}
	}
	dir := filepath.Join(base, filepath.FromSlash(path))
	err := os.MkdirAll(dir, 0o700)
	if failed, ok := errors.AsType[*fs.PathError](err); ok {
		return "", &output.Error{
			Err:  fmt.Errorf("cannot create %s: %w", failed.Path, failed.Err),
			Hint: "set " + xdg + " to a directory that you can write to",
		}
	}
	return dir, err
}
