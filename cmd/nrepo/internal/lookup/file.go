package lookup

import "os"

// File is a file with the name of a command.
type File struct {
	Name    string
	Path    string // absolute, except for a relative entry of PATH
	Origin  Origin
	Problem Problem // why it is skipped; None if it can run
	Err     error   // error of the system; only with Unreadable

	info os.FileInfo // only from Find, to save memory in long lists
}

// Problem is a reason to skip a file.
type Problem int

const (
	None          Problem = iota
	RelativeEntry         // its entry in PATH is not absolute
	Dangling              // a link to a missing file
	Unreadable            // stat fails
	Directory
	Irregular     // a device, a pipe or a socket
	NotExecutable // no user may execute it
	NotForUs      // executable, but not by this user
	PowerShell    // a script that Windows cannot start as a program
	WrongSuffix   // a kind of file that Windows does not start
	HasExtension  // without its extension, it would have the name of a command
	NotAName      // not a valid command name
)

// examine examines a path in a directory; it returns false if there is no file.
func examine(d directory, name, path string) (File, bool) {
	f := File{Name: name, Path: path, Origin: d.origin}
	if _, ok := Runnable(path); ok {
		if !d.usable() {
			f.Problem = RelativeEntry
		}
		return f, true
	}
	link, err := os.Lstat(path)
	if err != nil {
		return f, false
	}
	switch info, err := os.Stat(path); {
	case err != nil && link.Mode()&os.ModeSymlink != 0:
		f.Problem = Dangling
	case err != nil:
		f.Problem, f.Err = Unreadable, err
	case info.IsDir():
		f.Problem = Directory
	case !info.Mode().IsRegular():
		f.Problem = Irregular
	case info.Mode()&0o111 == 0: // never the case on Windows
		f.Problem = NotExecutable
	default:
		f.Problem = NotForUs
	}
	return f, true
}
