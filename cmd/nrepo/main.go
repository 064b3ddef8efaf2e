// Command nrepo is the NeuralRepo command line: it turns `nrepo foo` into the
// executable nrepo-foo, as git does, and has a handful of built-in commands
// that show which commands there are.
//
// On Unix the process is replaced by the command, so that arguments, streams,
// signals and the exit code are the command's own.
package main

import (
	"os"
	"runtime/debug"

	"github.com/nrepo-cli/nrepo/internal/version"
)

func main() {
	executable, _ := os.Executable() // "" is understood as unknown
	env := &environment{
		args:       append(os.Args, "")[:max(1, len(os.Args))], // a caller may leave out argument 0
		environ:    os.Environ(),
		executable: executable,
		version:    version.String(),
		buildInfo:  debug.ReadBuildInfo,
		stdout:     os.Stdout,
		stderr:     os.Stderr,
		columns:    terminalColumns,
		replace:    replaceProcess,
		builtins:   builtinCommands(),
	}
	os.Exit(report(env, dispatch(env)))
}
