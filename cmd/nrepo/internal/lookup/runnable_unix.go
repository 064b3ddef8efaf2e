//go:build unix

package lookup

import (
	"os"

	"golang.org/x/sys/unix"
)

// Runnable returns what stat says of a regular file that this process may
// execute. The effective user is asked for, as execve does.
func Runnable(path string) (os.FileInfo, bool) {
	info, err := os.Stat(path)
	return info, err == nil && info.Mode().IsRegular() && unix.Faccessat(unix.AT_FDCWD, path, unix.X_OK, unix.AT_EACCESS) == nil
}
