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
	varExe     = "NREPO_EXE"         // absolute, stable path of nrepo
	varCommand = "NREPO_COMMAND"     // the command's name as typed
	varVersion = "NREPO_VERSION"     // version of nrepo
	varDepth   = "NREPO_DEPTH"       // 1 for a command run by a person, one more for each nrepo between
	varOutput  = "NEURALREPO_OUTPUT" // json or human; set only by a global flag, else inherited
)

// maxDepth ends commands that call each other for ever. Real nesting is one or two.
const maxDepth = 20

// forCommand returns the environment of a command: the inherited one, in which
// each variable that nrepo sets stands exactly once.
func (env *environment) forCommand(exe, name string, depth int) []string {
	set := [...]struct{ name, value string }{
		{varExe, exe},
		{varCommand, name},
		{varVersion, env.version()},
		{varDepth, strconv.Itoa(depth)},
		{varOutput, ""},
	}
	given := set[:4]
	if env.globals.json {
		given = set[:]
		set[4].value = "json"
	} else if env.globals.human {
		given = set[:]
		set[4].value = "human"
	}
	out := make([]string, 0, len(env.environ)+len(given))
next:
	for _, v := range env.environ {
		if len(v) > 0 && v[0]|0x20 == 'n' { // every name above begins with N
			key, _, _ := strings.Cut(v, "=")
			for i := range given {
				if sameVariable(runtime.GOOS, key, given[i].name) {
					continue next
				}
			}
		}
		out = append(out, v)
	}
	for i := range given {
		out = append(out, given[i].name+"="+given[i].value)
	}
	return out
}

// nextDepth returns NREPO_DEPTH for a command, or an error when the limit is reached.
func (env *environment) nextDepth() (int, error) {
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
