package progfile

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"

	"github.com/nrepo-cli/nrepo/internal/termtext"
)

// maxInterpreters is how many scripts in a row Linux accepts as interpreters of each other.
const maxInterpreters = 5

// maxLine is how much of a #! line Linux reads, including the line feed.
const maxLine = 255

// WhyNotRun returns why a file could not be started, because the system's error can be
// misleading: for a script whose interpreter is missing it is "no such file or directory". The
// hint says what to do and may be empty.
func WhyNotRun(path string, cause error) (problem, hint string) {
	switch {
	case errors.Is(cause, syscall.E2BIG):
		return "its arguments and environment are too long for the system", "pass long text on stdin"
	case errors.Is(cause, syscall.ETXTBSY):
		return "it is still open for writing", "try again later"
	}
	return why(path, cause, maxInterpreters)
}

// why examines a file and at most more interpreters.
func why(path string, cause error, more int) (problem, hint string) {
	f, err := open(path, make([]byte, 512))
	if err != nil {
		return ErrorText(cause), ""
	}
	defer f.Close()
	notProgram := errors.Is(cause, syscall.ENOEXEC)
	build := "install the build for " + runtime.GOOS + "/" + runtime.GOARCH
	switch begins := func(s string) bool { return bytes.HasPrefix(f.head, []byte(s)) }; {
	case len(f.head) == 0:
		return "the file is empty", "install it again"
	case begins("#!"):
		return whyScript(f.head[2:], cause, more)
	case begins("\x7fELF"):
		return whyELF(f, cause)
	case begins("MZ"):
		return "it is a Windows program, and this is " + runtime.GOOS, build
	case runtime.GOOS != "darwin" && (begins("\xcf\xfa\xed\xfe") || begins("\xce\xfa\xed\xfe") || begins("\xca\xfe\xba\xbe")):
		return "it is a macOS program, and this is " + runtime.GOOS, build
	case begins("\xef\xbb\xbf#!"):
		return "it begins with a byte order mark", "save it as UTF-8 without a byte order mark"
	case begins("\xff\xfe"), begins("\xfe\xff"), begins("#\x00!\x00"), begins("\x00#\x00!"):
		return "it is UTF-16 text", "save it as UTF-8"
	case notProgram && !bytes.ContainsAny(f.head, "\x00\x01\x02\x7f"):
		return "it is neither a program nor a script with a #! line", "name the interpreter in its first line, as in #!/bin/sh"
	case notProgram:
		return "it is not a program for this system", "install it again for " + runtime.GOOS + "/" + runtime.GOARCH
	}
	return ErrorText(cause), ""
}

// whyScript examines a #! line, which is given without these two characters.
func whyScript(line []byte, cause error, more int) (problem, hint string) {
	line, _, _ = bytes.Cut(line, []byte("\n"))
	withCR := bytes.HasSuffix(line, []byte("\r"))
	fields := strings.Fields(string(line))
	if len(fields) == 0 {
		return "its #! line names no interpreter", "add one, as in #!/bin/sh"
	}
	interpreter := fields[0]
	its := "its interpreter " + termtext.Quote(Cut(interpreter, 200))
	switch info, err := os.Stat(interpreter); {
	case runtime.GOOS == "linux" && len("#!")+bytes.Index(line, []byte(interpreter))+len(interpreter) > maxLine:
		return "its #! line is longer than 255 bytes, and the system cuts it", "give the interpreter a shorter path"
	case withCR && !errors.Is(cause, syscall.EACCES):
		return "its #! line ends with a carriage return", "save it with Unix line ends (LF)"
	case errors.Is(err, fs.ErrNotExist):
		return its + " does not exist", "install it, or correct the #! line"
	case err != nil:
		return its + " cannot be used: " + termtext.Line(ErrorText(err)), "correct the #! line"
	case info.IsDir():
		return its + " is a directory", "correct the #! line"
	case !filepath.IsAbs(interpreter):
		return its + " is not an absolute path", "correct the #! line"
	case errors.Is(cause, syscall.EACCES) && noExec(interpreter):
		return its + " is on a file system that is mounted noexec", "use an interpreter that is installed elsewhere"
	case runtime.GOOS != "windows" && info.Mode()&0o111 == 0:
		return its + " is not executable", "correct the #! line, or look at the permissions of the interpreter"
	case more == 0:
		return its + " is a script in a chain of too many scripts", "name a program in the #! line"
	}
	problem, hint = why(interpreter, cause, more-1)
	return its + " cannot run: " + problem, hint
}

func whyELF(f io.ReaderAt, cause error) (problem, hint string) {
	program := readELF(f, part(f, 0, 64))
	build := "for " + runtime.GOOS + "/" + runtime.GOARCH
	loader, machine := program.loader(), program.machine()
	switch notProgram := errors.Is(cause, syscall.ENOEXEC); {
	case loader != "" && errors.Is(cause, syscall.ENOENT):
		return "its loader " + termtext.Quote(Cut(loader, 200)) + " does not exist",
			"install the system library it was built for, or a static build"
	case notProgram && program.whole() && machine != runtime.GOARCH:
		return "it was built for " + machine + ", and this is " + runtime.GOARCH, "install the build " + build
	case notProgram:
		return "it is damaged or not a program for this system", "install it again " + build
	}
	return ErrorText(cause), ""
}

// ErrorText returns the text of a system error without the operation and the path.
func ErrorText(err error) string {
	var errno syscall.Errno
	if errors.As(err, &errno) {
		return errno.Error()
	}
	return err.Error()
}
