package plugin

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/nrepo-cli/nrepo/pkg/output"
)

// linked is what --install or --uninstall did for one name, as JSON shows it.
type linked struct {
	Name   string `json:"name"`   // of the command
	Path   string `json:"path"`   // of the link
	Status string `json:"status"` // created, present, removed or absent
}

// link creates or removes the links of the named commands, or of all commands.
func (p Program) link(env *Env, names []string, remove bool) error {
	program, err := programPath()
	if err != nil {
		return err
	}
	if len(names) == 0 {
		for _, c := range p.Commands {
			names = append(names, c.Name)
		}
	}
	done, failed := []linked{}, 0
	var text strings.Builder
	for _, name := range names {
		path := filepath.Join(filepath.Dir(program), "nrepo-"+name)
		if runtime.GOOS == "windows" {
			path += ".exe"
		}
		change := makeLink
		if remove {
			change = removeLink
		}
		status, err := change(program, path)
		if err != nil {
			env.Warn(fmt.Sprintf("%s: %v", path, err))
			failed++
			continue
		}
		done = append(done, linked{name, path, status})
		fmt.Fprintf(&text, "%-8s%s\n", status, output.SafeLine(path))
	}
	if format, err := env.Format(); err != nil || format == output.Human || failed == 0 {
		if err := env.Print(map[string]any{"program": program, "links": done}, text.String()); err != nil {
			return err
		}
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d links failed", failed, len(names))
	}
	return nil
}

// programPath returns the absolute path with which the program was started. It may
// be a link; the other links are created beside it.
func programPath() (string, error) {
	self, err := os.Executable()
	if err != nil {
		return "", err
	}
	started, err := exec.LookPath(os.Args[0]) // returns a path unchanged
	if err == nil {
		started, err = filepath.Abs(started)
	}
	if err != nil || !sameFile(started, self) {
		return self, nil // argument 0 can be any text
	}
	return started, nil
}

func sameFile(a, b string) bool {
	first, err := os.Stat(a)
	if err != nil {
		return false
	}
	second, err := os.Stat(b)
	return err == nil && os.SameFile(first, second)
}

var errOtherFile = errors.New("another file has this name and is left alone")

// makeLink creates the link path to program.
func makeLink(program, path string) (status string, err error) {
	if runtime.GOOS != "windows" {
		err = os.Symlink(filepath.Base(program), path)
	} else if err = os.Link(program, path); err != nil && !errors.Is(err, fs.ErrExist) {
		err = copyFile(program, path) // the file system has no hard links
	}
	switch {
	case err == nil:
		return "created", nil
	case !errors.Is(err, fs.ErrExist):
		return "", reason(err)
	case isLink(program, path):
		return "present", nil
	}
	return "", errOtherFile
}

// removeLink removes path if it is a link to program.
func removeLink(program, path string) (status string, err error) {
	if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
		return "absent", nil
	}
	if path == program || !isLink(program, path) {
		return "", errOtherFile
	}
	return "removed", reason(os.Remove(path))
}

// isLink reports whether path is a link to program or, on Windows, a copy of it.
func isLink(program, path string) bool {
	if sameFile(program, path) {
		return true
	}
	if info, err := os.Stat(path); runtime.GOOS != "windows" || err != nil || !info.Mode().IsRegular() {
		return false
	}
	ours, err := os.ReadFile(program)
	if err != nil {
		return false
	}
	theirs, err := os.ReadFile(path)
	return err == nil && bytes.Equal(ours, theirs)
}

// copyFile copies a file to a new path.
func copyFile(from, to string) error {
	text, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o755)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if err = errors.Join(err, f.Close()); err != nil {
		os.Remove(to)
	}
	return err
}

// reason returns an error without its path, which the message already has.
func reason(err error) error {
	if link, ok := errors.AsType[*os.LinkError](err); ok {
		return link.Err
	}
	if path, ok := errors.AsType[*fs.PathError](err); ok {
		return path.Err
	}
	return err
}
