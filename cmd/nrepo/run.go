package main

import (
	"errors"
	"io"
	"io/fs"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/nrepo-cli/nrepo/internal/termtext"
)

// environment is what the dispatcher takes from its process.
type environment struct {
	args       []string // as os.Args
	environ    []string // as os.Environ
	executable string   // as os.Executable; "" when unknown
	stdout     io.Writer
	stderr     io.Writer

	// replace runs a command in place of this process. It returns only when
	// that failed, or, where processes cannot be replaced, when the command
	// ended: then with an exitCode.
	replace func(path string, argv, environ []string) error

	globals globals
}

// globals are the flags given before the command's name.
type globals struct {
	json, human bool
}

// run does what the command line asks for: a built-in, or another program in
// place of this one.
func run(env *environment) error {
	args, err := env.parseGlobals()
	if err != nil {
		return err
	}
	if len(args) == 0 {
		return runHelp(env, nil)
	}
	name := args[0]
	if b := findBuiltin(name); b != nil {
		return b.run(env, args[1:])
	}
	if name == completeEntry {
		return runComplete(env, args[1:])
	}
	return runCommand(env, name, args[1:])
}

// parseGlobals reads the flags before the command's name and returns the rest.
func (env *environment) parseGlobals() ([]string, error) {
	var args []string
	if len(env.args) > 1 {
		args = env.args[1:]
	}
	for len(args) > 0 && strings.HasPrefix(args[0], "-") {
		flag := args[0]
		args = args[1:]
		switch flag {
		case "--json":
			env.globals.json = true
		case "--human":
			env.globals.human = true
		case "--help", "-h":
			return append([]string{"help"}, args...), nil
		case "--version":
			return append([]string{"version"}, args...), nil
		case "--":
			if len(args) == 0 {
				return nil, usageError("no command after --", "see nrepo help")
			}
			return args, nil
		default:
			return nil, usageError("unknown flag "+showFlag(flag),
				"a command's flags follow its name; nrepo has --json, --human, --help, --version")
		}
		if env.globals.json && env.globals.human {
			return nil, usageError("--json and --human cannot be used together", "give one of them")
		}
	}
	return args, nil
}

// runCommand hands the process over to the executable nrepo-name.
func runCommand(env *environment, name string, args []string) error {
	if err := checkName(name); err != nil {
		return err
	}
	r, err := newResolver(env)
	if err != nil {
		return err
	}
	found, err := r.find(name)
	if err != nil {
		return err
	}
	return handOver(env, r, found, args)
}

// handOver runs a found command in place of nrepo.
func handOver(env *environment, r *resolver, found candidate, args []string) error {
	depth, err := env.nextDepth()
	if err != nil {
		return err
	}
	if r.self.is(found.info) {
		return cannotRun(termtext.Line(found.path)+" is nrepo itself", "remove it: it would call itself for ever")
	}
	if r.isBatch(found.path) {
		if err := checkBatchArguments(found.path, args); err != nil {
			return err
		}
	}
	argv := make([]string, 1+len(args))
	argv[0] = found.path
	copy(argv[1:], args)
	if r.trace != nil {
		r.traceRun(argv)
	}
	err = env.replace(found.path, argv, env.forCommand(r.self.path, found.name, depth))
	if _, ended := err.(exitCode); ended || err == nil {
		return err
	}
	return diagnose(found.path, err)
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

// wantsJSON says whether built-ins print JSON: --json or --human before or
// after their name, else NEURALREPO_OUTPUT, else human.
func (env *environment) wantsJSON(flags globals) (bool, error) {
	flags.json = flags.json || env.globals.json
	flags.human = flags.human || env.globals.human
	switch {
	case flags.json && flags.human:
		return false, usageError("--json and --human cannot be used together", "give one of them")
	case flags.json, flags.human:
		return flags.json, nil
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

// pathList returns the entries of PATH, none where NREPO_PATH_LOOKUP=0.
func (env *environment) pathList() []string {
	if env.getenv(varPathLookup) == "0" {
		return nil
	}
	return filepath.SplitList(env.getenv("PATH"))
}
