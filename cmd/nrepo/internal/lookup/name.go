package lookup

import (
	"runtime"
	"strings"
)

// Prefix is what a command's file is called before the command's name.
const Prefix = "nrepo-"

// MaxName is the longest name of a command in bytes.
const MaxName = 64

// ValidName reports whether a command can have a name: [a-z0-9][a-z0-9-]*, at
// most 64 bytes, and no name of a device on Windows. No such name leads out of
// the directory that it is looked up in.
func ValidName(name string) bool { return WellFormed(name) && !(onWindows && isDevice(name)) }

// WellFormed reports whether a name is [a-z0-9][a-z0-9-]*, at most 64 bytes.
func WellFormed(name string) bool {
	if name == "" || len(name) > MaxName || name[0] == '-' {
		return false
	}
	for i := range len(name) {
		if c := name[i]; !('a' <= c && c <= 'z' || '0' <= c && c <= '9' || c == '-') {
			return false
		}
	}
	return true
}

// isDevice reports whether a name means a device on Windows.
func isDevice(name string) bool {
	switch name = strings.ToLower(name); name {
	case "con", "prn", "aux", "nul", "conin$", "conout$":
		return true
	}
	return len(name) == 4 && (name[:3] == "com" || name[:3] == "lpt") && '0' <= name[3] && name[3] <= '9'
}

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

// nameOf returns the name that a file stands for, and whether it has one of the
// suffixes.
func nameOf(file string, suffixes []string) (string, bool) {
	name := strings.TrimPrefix(file, Prefix)
	for _, suffix := range suffixes {
		// .exe and .EXE are one to Windows.
		if n := len(name) - len(suffix); n >= 0 && strings.EqualFold(name[n:], suffix) {
			return name[:n], true
		}
	}
	return name, false
}
