// Command nrepo is the NeuralRepo command line: like git, it runs the executable nrepo-foo
// for `nrepo foo`. A few built-in commands show which commands there are.
//
// On Unix, the command replaces the process of nrepo, so that it has exactly the
// arguments, streams, signals and exit code of a command that was run directly.
package main

import (
	"os"
	"runtime/debug"

	"github.com/nrepo-cli/nrepo/internal/version"
)

func main() {
	executable, _ := os.Executable() // "" means unknown
	env := &environment{
		args:       append(os.Args, "")[:max(1, len(os.Args))], // argument 0 may be missing
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
