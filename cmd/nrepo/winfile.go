package main

import (
	"os"
	"path/filepath"
	"strings"
)

// The rules for Windows are plain functions, so that they are tested on every
// system.

// windowsSuffixes are the files that a command can be on Windows, first choice
// first. .com, .ps1, .js and .vbs are not started.
var windowsSuffixes = []string{".exe", ".cmd", ".bat"}

// isBatch reports whether a file would be run by cmd.exe.
func (r *resolver) isBatch(path string) bool {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".cmd", ".bat":
		return len(r.suffixes) > 1
	}
	return false
}

// checkBatchArguments refuses arguments that cmd.exe could take for more than
// text. No quoting is safe there: cmd.exe parses the line again for a batch
// file, and a crafted argument would become a command of its own.
func checkBatchArguments(path string, args []string) error {
	for _, arg := range args {
		if strings.ContainsAny(arg, "&|<>^%!\"\r\n\x00") {
			return cannotRun(filepath.Base(path)+` is a batch file and cannot be given an argument with & | < > ^ % ! " or a line break`,
				"ask for the command as an .exe")
		}
	}
	return nil
}

// sameVariable compares names of variables: Windows, where PATH is often Path,
// ignores their case.
func sameVariable(goos, a, b string) bool {
	return a == b || goos == "windows" && strings.EqualFold(a, b)
}

// runChild runs a program with the streams of this process, and returns its
// exit code as the error.
func runChild(path string, argv, environ []string) error {
	p, err := os.StartProcess(path, argv, &os.ProcAttr{
		Env:   environ,
		Files: []*os.File{os.Stdin, os.Stdout, os.Stderr},
	})
	if err != nil {
		return err
	}
	state, err := p.Wait()
	if err != nil {
		return err
	}
	return exitCode(state.ExitCode())
}

// windowsDevice reports whether a name means a device on Windows.
func windowsDevice(name string) bool {
	switch name = strings.ToLower(name); name {
	case "con", "prn", "aux", "nul", "conin$", "conout$":
		return true
	}
	return len(name) == 4 && (name[:3] == "com" || name[:3] == "lpt") && '0' <= name[3] && name[3] <= '9'
}

// beforeInDirectory orders files of one directory by name, and files of one name as
// they are tried: .exe, .cmd, .bat.
func beforeInDirectory(a, b string) bool {
	baseA, rankA := splitSuffix(a)
	baseB, rankB := splitSuffix(b)
	if baseA != baseB {
		return baseA < baseB
	}
	if rankA != rankB {
		return rankA < rankB
	}
	return a < b
}

func splitSuffix(file string) (base string, rank int) {
	for i, suffix := range windowsSuffixes {
		if base, ok := cutSuffix(file, suffix); ok {
			return base, i
		}
	}
	return file, len(windowsSuffixes)
}

// cutSuffix is strings.CutSuffix for .exe and .EXE, which are one to Windows.
func cutSuffix(file, suffix string) (base string, ok bool) {
	n := len(file) - len(suffix)
	if n < 0 || !strings.EqualFold(file[n:], suffix) {
		return file, false
	}
	return file[:n], true
}
