package lookup

import (
	"path/filepath"
	"strings"
)

// Prefix is the part of a command's file name before the command's name.
const Prefix = "nrepo-"

// MaxName is the longest name of a command in bytes.
const MaxName = 64

// ValidName reports whether name can be the name of a command: it is WellFormed, and not
// the name of a device on Windows. A valid name cannot lead to another directory.
func ValidName(name string) bool { return WellFormed(name) && filepath.IsLocal(name) }

// WellFormed reports whether a name is [a-z0-9][a-z0-9-]*, at most 64 bytes.
func WellFormed(name string) bool {
	const letters = "abcdefghijklmnopqrstuvwxyz0123456789-"
	return name != "" && len(name) <= MaxName && name[0] != '-' && strings.Trim(name, letters) == ""
}

// WindowsSuffixes are the suffixes of commands on Windows, in order of preference. .com,
// .ps1, .js and .vbs files are not started.
var WindowsSuffixes = []string{".exe", ".cmd", ".bat"}

// nameOf returns the command name of a file, or why it has none.
func nameOf(file string, suffixes []string) (string, Problem) {
	name := strings.TrimPrefix(file, Prefix)
	for _, suffix := range suffixes {
		// .exe and .EXE are the same on Windows.
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
