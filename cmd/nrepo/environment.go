package main

import (
	"cmp"
	"errors"
	"io"
	"io/fs"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/nrepo-cli/nrepo/internal/termtext"
)

// environment is what the dispatcher takes from its process.
type environment struct {
	args       []string // as os.Args
	environ    []string // as os.Environ
	executable string   // as os.Executable; "" when unknown
	linked     string   // version set at link time, "" where there is none
	buildInfo  func() (*debug.BuildInfo, bool)
	stdout     io.Writer
	stderr     io.Writer

	// replace runs a command in place of this process. It returns only when
	// that failed, or, where processes cannot be replaced, when the command
	// ended: then with an exitCode.
	replace func(path string, argv, environ []string) error

	builtins []*builtin
	globals  globals
}

// globals are the flags given before the command's name.
type globals struct {
	json, human bool
}

func (g globals) check() error {
	if g.json && g.human {
		return usageError("--json and --human cannot be used together", "give one of them")
	}
	return nil
}

// builtin is a command that is part of nrepo. No file can take its name.
type builtin struct {
	name    string
	summary string
	flags   string // of -a, -v and --json, those that it knows
	maxArgs int    // -1 for any number
	do      func(env *environment, o options) error
}

// options are the parsed arguments of a built-in.
type options struct {
	all, verbose, json bool
	args               []string
}

// builtin returns the built-in of a name, nil if there is none.
func (env *environment) builtin(name string) *builtin {
	for _, b := range env.builtins {
		if b.name == name {
			return b
		}
	}
	return nil
}

// getenv returns the value of a variable, "" when it is not set.
func (env *environment) getenv(name string) string {
	for _, v := range env.environ {
		if key, value, ok := strings.Cut(v, "="); ok && sameVariable(runtime.GOOS, key, name) {
			return value
		}
	}
	return ""
}

// sameVariable compares names of variables: Windows, where PATH is often Path,
// ignores their case.
func sameVariable(goos, a, b string) bool {
	return a == b || goos == "windows" && strings.EqualFold(a, b)
}

// version is the version of nrepo: the one linked in, else the one that the Go
// command recorded.
func (env *environment) version() string {
	if env.linked != "" {
		return env.linked
	}
	info, _ := env.buildInfo()
	if info == nil {
		return "(devel)"
	}
	return cmp.Or(info.Main.Version, "(devel)")
}

// wantsJSON says whether built-ins print JSON: --json or --human before or
// after their name, else NEURALREPO_OUTPUT, else human.
func (env *environment) wantsJSON() (bool, error) {
	if err := env.globals.check(); err != nil {
		return false, err
	}
	if env.globals.json || env.globals.human {
		return env.globals.json, nil
	}
	switch env.getenv(varOutput) {
	case "json":
		return true, nil
	case "", "human":
		return false, nil
	}
	return false, usageError(varOutput+" is neither json nor human", "unset it, or set it to json or human")
}

// print writes a built-in's whole result.
func (env *environment) print(text string) error {
	if _, err := io.WriteString(env.stdout, text); err != nil {
		if lost := (*fs.PathError)(nil); errors.As(err, &lost) {
			err = lost.Err
		}
		return &failure{exit: 1, code: "unknown", text: "cannot write the result: " + termtext.Line(err.Error())}
	}
	return nil
}
