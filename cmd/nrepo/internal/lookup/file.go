package lookup

import "os"

// File is a file that a name may stand for.
type File struct {
	Name    string
	Path    string // absolute, but for a relative entry of PATH
	Origin  Origin
	Problem Problem // why it is passed over; None when it can be run
	Err     error   // what the system said; with Unreadable only

	info os.FileInfo // of what Find returned; a long list does without
}

// Problem is a reason to pass a file over.
type Problem int

const (
	None          Problem = iota
	RelativeEntry         // its entry in PATH is not absolute
	Dangling              // a link that leads nowhere
	Unreadable            // the system does not tell what it is
	Directory
	Irregular     // a device, a pipe or a socket
	NotExecutable // for nobody
	NotForUs      // executable, but not for this user
	PowerShell    // a script that Windows cannot start as a program
	WrongSuffix   // of no kind that Windows starts
	HasExtension  // its name would be a command's without its extension
	NotAName      // no command can have its name
)

// examine looks at a path in a directory; false when there is nothing.
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
	case info.Mode()&0o111 == 0: // Windows has no such files
		f.Problem = NotExecutable
	default:
		f.Problem = NotForUs
	}
	return f, true
}
