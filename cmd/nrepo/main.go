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
	if len(os.Args) == 0 { // the caller can leave even argument 0 out
		os.Args = []string{""}
	}
	executable, _ := os.Executable() // "" means unknown
	env := &environment{
		args:       os.Args,
		environ:    os.Environ(),
		executable: executable,
		version:    version.String(),
		buildInfo:  debug.ReadBuildInfo,
		stdout:     os.Stdout,
		stderr:     os.Stderr,
		columns:    terminalColumns,
		replace:    replaceProcess,
		builtins:   builtinCommands,
	}
	os.Exit(report(env, dispatch(env)))
}
