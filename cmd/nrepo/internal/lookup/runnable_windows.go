package lookup

import "os"

// Runnable returns what stat says of a regular file. On Windows the suffix says
// what can be executed.
func Runnable(path string) (os.FileInfo, bool) {
	info, err := os.Stat(path)
	return info, err == nil && info.Mode().IsRegular()
}
