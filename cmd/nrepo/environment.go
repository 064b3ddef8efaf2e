package main

import (
	"cmp"
	"io"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
)

// Variables that nrepo reads.
const (
	varExecPath   = "NREPO_EXEC_PATH"   // an absolute directory that is searched first
	varPathLookup = "NREPO_PATH_LOOKUP" // 0: do not search PATH
	varTrace      = "NREPO_TRACE"       // 1: print each path that is tried, and the final argv
)

// Variables that nrepo sets for a command. All others are inherited.
const (
	varExe     = "NREPO_EXE"          // absolute, stable path of nrepo; unset if unknown
	varCommand = "NREPO_COMMAND"      // the command's name as typed
	varVersion = "NREPO_VERSION"      // version of nrepo
	varDepth   = "NREPO_DEPTH"        // 1 for a command that the user runs; each nested nrepo adds 1
	varOutput  = "NEURALREPO_OUTPUT"  // json or human; set only by a global flag, else inherited
	varProfile = "NEURALREPO_PROFILE" // set only by a global flag, else inherited
)

// contractVersion is the version of the plugin contract that nrepo implements.
const contractVersion = "2"

// maxDepth stops commands that call each other endlessly. Normal nesting is one or two.
const maxDepth = 20

// environment is the part of the process that the dispatcher uses.
type environment struct {
	args       []string // as os.Args
	environ    []string // as os.Environ
	executable string   // as os.Executable; "" if unknown
	version    string   // as version.String
	buildInfo  func() (*debug.BuildInfo, bool)
	stdout     io.Writer
	stderr     io.Writer
	columns    func() int // width of the terminal on stdout, 80 if it is not a terminal

	// replace runs a command in place of this process. It returns only if that
	// fails or, on systems that cannot replace a process, when the command has
	// ended; then the error is an exitCode.
	replace func(path string, argv, environ []string) error

	builtins []*builtin
	format   string // json or human if set by a flag; otherwise ""
	profile  string // set by a flag; otherwise ""
}

// builtin is a command that is part of nrepo. No file can take its name.
type builtin struct {
	name    string
	summary string
	flags   string // other than --help
	maxArgs int    // -1 for any number
	do      func(env *environment, o options) error
}

func (b *builtin) knows(flag string) bool { return strings.Contains(b.flags, flag) }

type options struct {
	all, verbose, json bool
	args               []string
}

func (env *environment) builtin(name string) *builtin {
	for _, b := range env.builtins {
		if b.name == name {
			return b
		}
	}
	return nil
}

func (env *environment) getenv(name string) string {
	for _, v := range env.environ {
		if isVariable(runtime.GOOS, v, name) {
			return v[len(name)+1:]
		}
	}
	return ""
}

// isVariable reports whether an entry of the environment, such as PATH=/bin, sets a variable.
// Windows, where PATH is often Path, ignores the case of names.
func isVariable(goos, entry, name string) bool {
	if len(entry) <= len(name) || entry[len(name)] != '=' {
		return false
	}
	entry = entry[:len(name)]
	return entry == name || goos == "windows" && strings.EqualFold(entry, name)
}

// wantsJSON reports whether built-ins print JSON: according to --json or --human, before
// or after their name, else to NEURALREPO_OUTPUT; the default is human.
func (env *environment) wantsJSON() (bool, error) {
	format := cmp.Or(env.format, env.getenv(varOutput), "human")
	if format != "json" && format != "human" {
		return false, usageError(varOutput+" is neither json nor human", "unset it, or set it to json or human")
	}
	return format == "json", nil
}

type variable struct{ name, value string }

// commandEnvironment returns the environment of a command: the inherited one, with each
// variable that nrepo sets at most once.
func commandEnvironment(env *environment, exe, name string, depth int) []string {
	set := []variable{
		{varExe, exe}, {varCommand, name}, {varVersion, env.version}, {varDepth, strconv.Itoa(depth)},
	}
	if env.format != "" {
		set = append(set, variable{varOutput, env.format})
	}
	if env.profile != "" {
		set = append(set, variable{varProfile, env.profile})
	}
	out := make([]string, 0, len(env.environ)+len(set))
	for _, inherited := range env.environ {
		if !slices.ContainsFunc(set, func(v variable) bool { return isVariable(runtime.GOOS, inherited, v.name) }) {
			out = append(out, inherited)
		}
	}
	for _, v := range set {
		if v.value != "" {
			out = append(out, v.name+"="+v.value)
		}
	}
	return out
}

func nextDepth(env *environment) (int, error) {
	depth, err := strconv.Atoi(env.getenv(varDepth))
	if err != nil || depth < 0 {
		depth = 0 // not set by nrepo
	}
	if depth >= maxDepth {
		return 0, cannotRun("commands call each other in a loop ("+varDepth+" is "+strconv.Itoa(depth)+")",
			"find the command that runs nrepo with its own name; NREPO_TRACE=1 shows each step")
	}
	return depth + 1, nil
}
