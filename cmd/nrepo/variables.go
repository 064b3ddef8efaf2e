package main

import (
	"runtime"
	"strconv"
	"strings"
)

type variable struct{ name, value string }

// commandEnvironment returns the environment of a command: the inherited one, in which
// each variable that nrepo sets stands at most once.
func commandEnvironment(env *environment, exe, name string, depth int) []string {
	set := []variable{
		{varExe, exe},
		{varCommand, name},
		{varVersion, env.version()},
		{varDepth, strconv.Itoa(depth)},
	}
	output := map[bool]string{env.globals.json: "json", env.globals.human: "human"}[true]
	for _, flag := range []variable{{varOutput, output}, {varProfile, env.globals.profile}} {
		if flag.value != "" {
			set = append(set, flag)
		}
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
