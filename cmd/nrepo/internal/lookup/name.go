package lookup

import (
	"path/filepath"
	"strings"
)

// Prefix is what a command's file is called before the command's name.
const Prefix = "nrepo-"

// MaxName is the longest name of a command in bytes.
const MaxName = 64

// ValidName reports whether a command can have a name: one that is WellFormed, and no
// name of a device on Windows. No such name leads out of the directory that it is
// looked up in.
func ValidName(name string) bool { return WellFormed(name) && filepath.IsLocal(name) }

// WellFormed reports whether a name is [a-z0-9][a-z0-9-]*, at most 64 bytes.
func WellFormed(name string) bool {
	const letters = "abcdefghijklmnopqrstuvwxyz0123456789-"
	return name != "" && len(name) <= MaxName && name[0] != '-' && strings.Trim(name, letters) == ""
}

// WindowsSuffixes end the files that can be a command on Windows, first choice
// first. .com, .ps1, .js and .vbs are not started.
var WindowsSuffixes = []string{".exe", ".cmd", ".bat"}

// nameOf returns the name that a file stands for, and why it stands for none.
func nameOf(file string, suffixes []string) (string, Problem) {
	name := strings.TrimPrefix(file, Prefix)
	for _, suffix := range suffixes {
		// .exe and .EXE are one to Windows.
		if n := len(name) - len(suffix); n >= 0 && strings.EqualFold(name[n:], suffix) {
			name = name[:n]
			base, _, _ := strings.Cut(name, ".")
			switch {
			case ValidName(name):
				return name, None
			case base != name && ValidName(base):
				return name, HasExtension
			}
			return name, NotAName
		}
	}
	return name, WrongSuffix
}
