package main

import (
	"strings"

	"github.com/nrepo-cli/nrepo/cmd/nrepo/internal/lookup"
	"github.com/nrepo-cli/nrepo/internal/progfile"
	"github.com/nrepo-cli/nrepo/internal/termtext"
)

// problem returns why a file is skipped, as text to follow its path, and what to do about
// it.
func problem(f lookup.File) (text, hint string) {
	switch f.Problem {
	case lookup.RelativeEntry:
		return "is not used: its entry in PATH is not absolute", "write that entry of PATH as an absolute path, or move the file"
	case lookup.Dangling:
		return "is a broken link", "remove it, or install what it points to"
	case lookup.Unreadable:
		return "cannot be read: " + termtext.Line(progfile.ErrorText(f.Err)), ""
	case lookup.Directory:
		return "is a directory", "a command is an executable file"
	case lookup.Irregular:
		return "is not a regular file", "a command is an executable file"
	case lookup.NotExecutable:
		return "is not executable", "run chmod +x " + termtext.ShellWord(f.Path)
	case lookup.NotForUs:
		return "is not executable for this user", "check its permissions and owner, and whether its file system is mounted noexec"
	case lookup.PowerShell:
		return "is a PowerShell script, which cannot be started as a program", "put a .cmd file beside it that runs it"
	case lookup.WrongSuffix:
		return "cannot be started as a program", "use a .exe, .cmd or .bat file"
	case lookup.HasExtension:
		base, _, _ := strings.Cut(f.Name, ".")
		return "is not a command name: it has an extension", "rename it to " + lookup.Prefix + base
	case lookup.NotAName:
		return "is not a command name: only a to z, 0 to 9 and -", "rename it"
	}
	return "", ""
}

// hiddenByBuiltin is why a file with the name of a built-in never runs.
const hiddenByBuiltin = "has the name of a built-in command, which always wins"

// origin returns where the file of a command was found, as in JSON: official (an official
// command next to nrepo), beside, exec-path, path, or builtin.
func origin(f lookup.File) string {
	if f.Origin == lookup.Beside && findOfficial(f.Name) != nil {
		return "official"
	}
	return string(f.Origin)
}

// note returns what a user should know about a file that can run and needs this version of
// the plugin contract; it may be "".
func note(f lookup.File, contract string) string {
	switch {
	case reserved(f.Name):
		return "name is reserved for a future official command"
	case contract > contractVersion || len(contract) > len(contractVersion):
		return "needs version " + contract + " of the plugin contract, but this nrepo has version " + contractVersion
	case f.Origin == lookup.Path && findOfficial(f.Name) != nil:
		return "official name, but not next to nrepo"
	}
	return ""
}
