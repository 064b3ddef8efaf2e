package main

import (
	"bytes"
	"errors"
	"io/fs"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"

	"github.com/nrepo-cli/nrepo/internal/termtext"
)

// diagnose turns the failure to start an executable into an error that names
// the cause. The system's own word misleads: "no such file or directory" is what it says of
// a script whose interpreter is missing.
func diagnose(path string, cause error) error {
	problem, hint := diagnosis(path, cause)
	return cannotRun("cannot run "+termtext.Line(path)+": "+problem, hint)
}

func diagnosis(path string, cause error) (problem, hint string) {
	switch {
	case errors.Is(cause, syscall.E2BIG):
		return "its arguments and environment are too long for the system", "pass long text on stdin"
	case errors.Is(cause, syscall.ETXTBSY):
		return "it is open for writing", "try again when it has been written"
	}
	f, err := openFile(path)
	if err != nil {
		return errorText(cause), ""
	}
	defer f.Close()
	head := make([]byte, 512)
	n, _ := f.ReadAt(head, 0)
	head = head[:n]
	if n == 0 {
		return "the file is empty", "install it again"
	}
	if rest, ok := bytes.CutPrefix(head, []byte("#!")); ok {
		return diagnoseScript(rest, cause)
	}
	if elf, err := readELF(f); err == nil {
		return diagnoseELF(elf, cause)
	}
	switch {
	case isMachO(head):
		return "it is a macOS program, and this is " + runtime.GOOS, "install the build for " + runtime.GOOS + "/" + runtime.GOARCH
	case bytes.HasPrefix(head, []byte("MZ")):
		return "it is a Windows program, and this is " + runtime.GOOS, "install the build for " + runtime.GOOS + "/" + runtime.GOARCH
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf#!")):
		return "it begins with a byte order mark", "save it as UTF-8 without a byte order mark"
	case errors.Is(cause, syscall.ENOEXEC) && !bytes.ContainsAny(head, "\x00\x01\x02\x7f"):
		return "it is neither a program nor a script with a #! line", "write the interpreter in its first line, as in #!/bin/sh"
	case errors.Is(cause, syscall.ENOEXEC):
		return "it is not a program for this system", "install it again for " + runtime.GOOS + "/" + runtime.GOARCH
	}
	return errorText(cause), ""
}

// diagnoseScript looks at the #! line, given without the two characters.
func diagnoseScript(line []byte, cause error) (problem, hint string) {
	line, _, _ = bytes.Cut(line, []byte("\n"))
	withCR := bytes.HasSuffix(line, []byte("\r"))
	fields := strings.Fields(string(line))
	if len(fields) == 0 {
		return "its #! line names no interpreter", "write one, as in #!/bin/sh"
	}
	interpreter := fields[0]
	shown := termtext.Quote(interpreter)
	_, usable := runnable(interpreter)
	switch info, err := stat(interpreter); {
	case withCR && !errors.Is(cause, syscall.EACCES):
		return "its #! line ends with a carriage return", "save it with Unix line ends (LF)"
	case errors.Is(err, fs.ErrNotExist):
		return "its interpreter " + shown + " does not exist", "install it, or correct the #! line"
	case err != nil:
		return "its interpreter " + shown + " cannot be used: " + termtext.Line(errorText(err)), "correct the #! line"
	case info.isDir():
		return "its interpreter " + shown + " is a directory", "correct the #! line"
	case !filepath.IsAbs(interpreter):
		return "its interpreter " + shown + " is not an absolute path", "correct the #! line"
	case !usable:
		return "its interpreter " + shown + " is not executable", "correct the #! line"
	case errors.Is(cause, syscall.ENOEXEC):
		return "its interpreter " + shown + " is not a program for this system", "correct the #! line"
	}
	return errorText(cause), ""
}

func diagnoseELF(elf *elfFile, cause error) (problem, hint string) {
	if loader := elf.interpreter(); loader != "" && errors.Is(cause, syscall.ENOENT) {
		return "its loader " + termtext.Quote(cut(loader, 200)) + " does not exist",
			"install the system library it was built for, or a static build"
	}
	if errors.Is(cause, syscall.ENOEXEC) {
		if built := machineName(elf.machine); built != runtime.GOARCH {
			return "it was built for " + built + ", and this is " + runtime.GOARCH,
				"install the build for " + runtime.GOOS + "/" + runtime.GOARCH
		}
		return "it is damaged or not a program for this system", "install it again for " + runtime.GOOS + "/" + runtime.GOARCH
	}
	return errorText(cause), ""
}

// isMachO reports whether a file begins like a program for macOS.
func isMachO(head []byte) bool {
	for _, magic := range []string{"\xcf\xfa\xed\xfe", "\xce\xfa\xed\xfe", "\xca\xfe\xba\xbe"} {
		if bytes.HasPrefix(head, []byte(magic)) {
			return runtime.GOOS != "darwin"
		}
	}
	return false
}

// errorText is an error of the system without the operation and the path.
func errorText(err error) string {
	var errno syscall.Errno
	if errors.As(err, &errno) {
		return errno.Error()
	}
	return err.Error()
}

// shellQuote quotes a path for a POSIX shell where it needs it.
func shellQuote(path string) string {
	for i := range len(path) {
		c := path[i]
		if !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("/._-+@:,", c) >= 0) {
			return termtext.Line("'" + strings.ReplaceAll(path, "'", `'\''`) + "'")
		}
	}
	return path
}
