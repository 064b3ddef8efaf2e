package main

import (
	"io"
	"path/filepath"

	"github.com/nrepo-cli/nrepo/cmd/nrepo/internal/lookup"
	"github.com/nrepo-cli/nrepo/internal/secrettext"
	"github.com/nrepo-cli/nrepo/internal/termtext"
)

// newLookup returns the lookup as the process's variables have it.
func newLookup(env *environment) (*lookup.Lookup, error) {
	o := lookup.Options{Executable: env.executable, ExecPath: env.getenv(varExecPath)}
	if o.ExecPath != "" && !filepath.IsAbs(o.ExecPath) {
		return nil, usageError(varExecPath+" is not an absolute path: "+showArg(o.ExecPath),
			"set it to one absolute directory, or unset it")
	}
	if len(env.args) > 0 {
		o.Argv0 = env.args[0]
	}
	if env.getenv(varPathLookup) != "0" {
		o.Path = filepath.SplitList(env.getenv("PATH"))
	}
	if tracing(env) {
		o.Trace = func(path string, found bool) {
			word := "no "
			if found {
				word = "yes"
			}
			io.WriteString(env.stderr, "nrepo: try "+word+" "+secrettext.Mask(termtext.Line(path))+"\n")
		}
	}
	return lookup.New(o), nil
}

func tracing(env *environment) bool { return env.getenv(varTrace) == "1" }

// checkName refuses what is not a command's name, before anything is looked up.
func checkName(name string) error {
	switch {
	case lookup.ValidName(name):
		return nil
	case name == "":
		return usageError("the command's name is empty", "see nrepo help")
	case len(name) > lookup.MaxName:
		return usageError("the command's name is longer than 64 bytes", "see nrepo help")
	case secrettext.HasKey(name):
		return usageError("that is not a command name (not repeated: it may be a secret)", "see nrepo help")
	}
	return usageError(showArg(name)+" is not a command name",
		"a name has lower-case letters a to z, digits and -, and begins with a letter or digit")
}

// find returns the executable that a valid name stands for. The error is that
// a file cannot run where only such files have the name, else that there is no
// such command, with suggestions.
func find(env *environment, l *lookup.Lookup, name string) (lookup.File, error) {
	if f, ok := l.Find(name); ok {
		return f, nil
	}
	if all := l.All(name); len(all) > 0 {
		text, hint := problem(all[0])
		return lookup.File{}, cannotRun(termtext.Line(all[0].Path)+" "+text, hint)
	}
	return lookup.File{}, unknown(env, l, name)
}
