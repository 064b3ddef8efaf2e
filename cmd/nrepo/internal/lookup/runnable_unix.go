//go:build unix

package lookup

import (
	"os"

	"golang.org/x/sys/unix"
)

// Runnable returns the FileInfo of a regular file that this process may execute. Like
// execve, it checks the effective user.
func Runnable(path string) (os.FileInfo, bool) {
	info, err := os.Stat(path)
	return info, err == nil && info.Mode().IsRegular() && unix.Faccessat(unix.AT_FDCWD, path, unix.X_OK, unix.AT_EACCESS) == nil
}
