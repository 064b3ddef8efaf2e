package main

import (
	"runtime"
	"strconv"
	"strings"
)

// Variables that nrepo reads.
const (
	varExecPath   = "NREPO_EXEC_PATH"   // one absolute directory looked in first
	varPathLookup = "NREPO_PATH_LOOKUP" // 0 leaves PATH out
	varTrace      = "NREPO_TRACE"       // 1 prints each probed path and the final argv
)

// Variables that nrepo sets for a command. All others are inherited.
const (
	varExe     = "NREPO_EXE"         // absolute, stable path of nrepo; unset where it is unknown
	varCommand = "NREPO_COMMAND"     // the command's name as typed
	varVersion = "NREPO_VERSION"     // version of nrepo
	varDepth   = "NREPO_DEPTH"       // 1 for a command run by a person, one more for each nrepo between
	varOutput  = "NEURALREPO_OUTPUT" // json or human; set only by a global flag, else inherited
)

// maxDepth ends commands that call each other for ever. Real nesting is one or two.
const maxDepth = 20

// commandEnvironment returns the environment of a command: the inherited one, in which
// each variable that nrepo sets stands at most once.
func commandEnvironment(env *environment, exe, name string, depth int) []string {
	set := []struct{ name, value string }{
		{varExe, exe},
		{varCommand, name},
		{varVersion, env.version()},
		{varDepth, strconv.Itoa(depth)},
	}
	if env.globals.json {
		set = append(set, struct{ name, value string }{varOutput, "json"})
	} else if env.globals.human {
		set = append(set, struct{ name, value string }{varOutput, "human"})
	}
	out := make([]string, 0, len(env.environ)+len(set))
next:
	for _, v := range env.environ {
		if len(v) > 0 && v[0]|0x20 == 'n' { // every name above begins with N
			key, _, _ := strings.Cut(v, "=")
			for i := range set {
				if sameVariable(runtime.GOOS, key, set[i].name) {
					continue next
				}
			}
		}
		out = append(out, v)
	}
	for _, v := range set {
		if v.value != "" {
			out = append(out, v.name+"="+v.value)
		}
	}
	return out
}

// nextDepth returns NREPO_DEPTH for a command, or an error when the limit is reached.
func nextDepth(env *environment) (int, error) {
	depth, err := strconv.Atoi(env.getenv(varDepth))
	if err != nil || depth < 0 {
		depth = 0 // not ours
	}
	if depth >= maxDepth {
		return 0, cannotRun("commands call each other in a loop ("+varDepth+" is "+strconv.Itoa(depth)+")",
			"find the command that runs nrepo with its own name; NREPO_TRACE=1 shows each step")
	}
	return depth + 1, nil
}
