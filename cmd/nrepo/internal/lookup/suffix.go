package lookup

import (
	"path/filepath"
	"runtime"
	"strings"
)

const onWindows = runtime.GOOS == "windows"

// WindowsSuffixes end the files that can be a command on Windows, first choice
// first. .com, .ps1, .js and .vbs are not started.
var WindowsSuffixes = []string{".exe", ".cmd", ".bat"}

// systemSuffixes end the files that can be a command on this system.
func systemSuffixes() []string {
	if onWindows {
		return WindowsSuffixes
	}
	return []string{""}
}

// IsBatch reports whether cmd.exe would run a file.
func (l *Lookup) IsBatch(path string) bool {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".cmd", ".bat":
		return len(l.suffixes) > 1
	}
	return false
}

// nameOf returns the name that a file stands for, and whether it has one of the
// suffixes.
func (l *Lookup) nameOf(file string) (string, bool) {
	name := strings.TrimPrefix(file, Prefix)
	for _, suffix := range l.suffixes {
		if base, ok := cutSuffix(name, suffix); ok {
			return base, true
		}
	}
	return name, false
}

// cutSuffix is strings.CutSuffix for .exe and .EXE, which are one to Windows.
func cutSuffix(file, suffix string) (base string, ok bool) {
	n := len(file) - len(suffix)
	if n < 0 || !strings.EqualFold(file[n:], suffix) {
		return file, false
	}
	return file[:n], true
}
