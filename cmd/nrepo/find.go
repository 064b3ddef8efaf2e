package main

import (
	"io"
	"path/filepath"
	"strings"

	"github.com/nrepo-cli/nrepo/cmd/nrepo/internal/lookup"
	"github.com/nrepo-cli/nrepo/internal/nearest"
	"github.com/nrepo-cli/nrepo/internal/secrettext"
	"github.com/nrepo-cli/nrepo/internal/termtext"
)

func checkExecPath(env *environment) error {
	path := env.getenv(varExecPath)
	if path == "" || filepath.IsAbs(path) {
		return nil
	}
	return usageError(varExecPath+" is not an absolute path: "+showArg(path), "set it to one absolute directory, or unset it")
}

func newLookup(env *environment) *lookup.Lookup {
	o := lookup.Options{Argv0: env.args[0], Executable: env.executable, ExecPath: env.getenv(varExecPath)}
	if env.getenv(varPathLookup) != "0" {
		o.Path = env.getenv("PATH")
	}
	if tracing(env) {
		o.Trace = func(path string, found bool) {
			word := map[bool]string{true: "yes", false: "no "}[found]
			io.WriteString(env.stderr, "nrepo: try "+word+" "+secrettext.Mask(termtext.Line(path))+"\n")
		}
	}
	return lookup.New(o)
}

func tracing(env *environment) bool { return env.getenv(varTrace) == "1" }

// checkName returns an error for an invalid command name, before any lookup.
func checkName(name string) error {
	switch {
	case lookup.ValidName(name):
		return nil
	case name == "":
		return usageError("the command's name is empty", "run `nrepo help` for the commands")
	case len(name) > lookup.MaxName:
		return usageError("the command's name is longer than 64 bytes", "run `nrepo help` for the commands")
	case secrettext.HasKey(name):
		return usageError("that is not a command name (not repeated: it may be a secret)", "run `nrepo help` for the commands")
	}
	hint := "a name consists of the letters a to z, digits and -, and begins with a letter or digit"
	if lower := strings.ToLower(name); lookup.ValidName(lower) {
		hint = "names are in lower case: nrepo " + lower
	}
	return usageError(showArg(name)+" is not a command name", hint)
}

// findCommand returns the executable of a command with a valid name. If only files that
// cannot run have the name, the error says so; else it says that there is no such command,
// with suggestions. The arguments are used only for suggestions: "auth login" may mean
// login, and "foo bar" nrepo-foo-bar.
func findCommand(env *environment, l *lookup.Lookup, name string, args []string) (lookup.File, error) {
	if f, ok := l.Find(name); ok {
		return f, nil
	}
	if all := l.All(name); len(all) > 0 {
		text, hint := problem(all[0])
		return lookup.File{}, cannotRun(termtext.Line(all[0].Path)+" "+text, hint)
	}
	if o := findOfficial(name); o != nil {
		return lookup.File{}, notFound(termtext.Quote(name)+" is an official command that is not installed", installHint(l, *o))
	}
	hint := "run `nrepo commands` to list the available commands"
	if meant := meant(env, l, name, args); len(meant) > 0 {
		hint = `did you mean "` + strings.Join(meant, `" or "`) + `"?`
	}
	return lookup.File{}, notFound("no such command: "+termtext.Quote(name), hint)
}

// installHint explains how to install an official command or, if its program is there and
// only the link is missing, how to make the link.
func installHint(l *lookup.Lookup, o official) string {
	if o.program() != o.name {
		if f, ok := l.Find(o.program()); ok && f.Origin == lookup.Beside {
			return linkLine
		}
	}
	return o.install()
}

// meant returns suggestions for an unknown command: two words that are one name here, the
// name of a similar command in another tool, else names with similar spelling.
func meant(env *environment, l *lookup.Lookup, name string, args []string) []string {
	if len(args) > 0 && lookup.ValidName(args[0]) {
		joined := name + "-" + args[0]
		if _, ok := l.Find(joined); ok {
			return []string{joined}
		}
		if ours := familiar(joined); ours != "" {
			return []string{ours}
		}
	}
	if ours := familiar(name); ours != "" {
		return []string{ours}
	}
	var names []string
	for _, b := range env.builtins {
		names = append(names, b.name)
	}
	for _, o := range officials {
		names = append(names, o.name)
	}
	for _, there := range lookup.List(l, "").Names {
		if nearest.Near(name, there) {
			if _, ok := l.Find(there); ok {
				names = append(names, there)
			}
		}
	}
	return nearest.Names(name, names)
}
