package lookup

import "os"

// Runnable returns the FileInfo of a regular file. On Windows the suffix decides what can be
// executed.
func Runnable(path string) (os.FileInfo, bool) {
	info, err := os.Stat(path)
	return info, err == nil && info.Mode().IsRegular()
}
