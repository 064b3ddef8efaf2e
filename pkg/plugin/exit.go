package plugin

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/nrepo-cli/nrepo/pkg/output"
)

// The exit codes of a command. If a signal interrupts a command, the process ends with
// that signal, which a shell shows as 128 plus its number, such as 130 for Ctrl-C.
const (
	ExitOK          = 0 // done
	ExitFailure     = 1 // any other failure
	ExitUsage       = 2 // wrong arguments, flags or variables
	ExitCancelled   = 3 // the user answered no, or a login was denied or timed out
	ExitAuth        = 4 // no credential, or one that has expired or was rejected
	ExitUnavailable = 5 // the service cannot be reached or is unavailable
)

// exitCodes is how --help shows them.
const exitCodes = `  0 done, 1 failure, 2 wrong use, 3 cancelled or timed out,
  4 not logged in, 5 service unreachable or unavailable, 130 interrupted
`

// The range of exit codes that commands can define: sysexits.h starts at 64, and
// shells and timeout(1) use those above 113.
const (
	firstOwnCode = 64
	lastOwnCode  = 113
)

// ownExitCodes is how --help shows ExitCodes.
func (e *Env) ownExitCodes() string {
	var b strings.Builder
	for _, code := range slices.Sorted(maps.Keys(e.ExitCodes)) {
		fmt.Fprintf(&b, "  %d %s\n", code, e.ExitCodes[code])
	}
	return b.String()
}

// ExitCode returns the exit code for err: the code of the *[ExitError] in its
// chain, or the one for the code of the *[output.Error] in it. It returns ExitOK
// for nil, and ExitFailure for any other error.
func ExitCode(err error) int {
	if err == nil {
		return ExitOK
	}
	if exit, ok := errors.AsType[*ExitError](err); ok {
		return exit.Code
	}
	e := output.AsError(err)
	switch {
	case e.Code == output.CodeUsage:
		return ExitUsage
	case e.Code == output.CodeCancelled:
		return ExitCancelled
	case e.Code == output.CodeNetwork: // with any status: it does not come from the service
		return ExitUnavailable
	case e.Code == output.CodeAuthRequired, e.Status == 401:
		return ExitAuth
	case e.Status == 429, e.Status >= 500:
		return ExitUnavailable
	}
	return ExitFailure
}

// ExitError ends a command with a certain exit code: one of Env.ExitCodes, or that
// of a program that the command ran.
type ExitError struct {
	Code int   // 0 to 255
	Err  error // the error that Main reports; nil for no message
}

// Error returns the text of e.Err or, if that is nil, a text with the code.
func (e *ExitError) Error() string {
	if e.Err == nil {
		return fmt.Sprintf("exit code %d", e.Code)
	}
	return e.Err.Error()
}

// Unwrap returns e.Err.
func (e *ExitError) Unwrap() error { return e.Err }

// Usagef returns an error with the code usage, for exit code 2. The text must not
// repeat an argument that could be a secret.
func Usagef(format string, args ...any) error {
	return &output.Error{Code: output.CodeUsage, Err: fmt.Errorf(format, args...)}
}

// withHint adds a hint to an *output.Error that has none.
func withHint(err error, hint string) error {
	e := *output.AsError(err)
	e.Hint = cmp.Or(e.Hint, hint)
	return &e
}
