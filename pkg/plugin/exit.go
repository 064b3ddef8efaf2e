package plugin

import (
	"fmt"

	"github.com/nrepo-cli/nrepo/pkg/output"
)

// The exit codes of a command. A command that a signal ended dies of that
// signal, which a shell shows as 128 and its number: 130 for Ctrl-C.
const (
	ExitOK          = 0 // done
	ExitFailure     = 1 // any other failure
	ExitUsage       = 2 // wrong arguments, flags or variables
	ExitCancelled   = 3 // the login was cancelled, denied or took too long
	ExitAuth        = 4 // no credential, or one that has expired or was rejected
	ExitUnavailable = 5 // the service cannot be reached or does not serve us now
)

// exitCodes is how --help shows them.
const exitCodes = `  0 done, 1 failure, 2 wrong use, 3 login cancelled or timed out,
  4 not logged in, 5 service not reachable or not serving now, 130 interrupted`

// ExitCode returns the exit code that goes with err, by the code of the
// *output.Error in its chain: nil is ExitOK, an error without a code
// ExitFailure.
func ExitCode(err error) int {
	if err == nil {
		return ExitOK
	}
	e := output.AsError(err)
	switch {
	case e.Code == output.CodeUsage:
		return ExitUsage
	case e.Code == output.CodeCancelled:
		return ExitCancelled
	case e.Code == output.CodeAuthRequired, e.Status == 401:
		return ExitAuth
	case e.Code == output.CodeNetwork, e.Status == 429, e.Status >= 500:
		return ExitUnavailable
	}
	return ExitFailure
}

// Usagef returns an error for wrong use: code usage, exit code 2. The text
// must not repeat an argument that could be a secret.
func Usagef(format string, args ...any) error {
	return &output.Error{Code: output.CodeUsage, Err: fmt.Errorf(format, args...)}
}

// withHint adds a hint to an *output.Error that has none.
func withHint(err error, hint string) error {
	e := *output.AsError(err)
	if e.Hint == "" {
		e.Hint = hint
	}
	return &e
}
