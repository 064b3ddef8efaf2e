package main

import (
	"runtime"
	"strconv"
	"strings"
)

// commandEnvironment returns the environment of a command: the inherited one, in which
// each variable that nrepo sets stands at most once.
func commandEnvironment(env *environment, exe, name string, depth int) []string {
	set := []string{varExe, exe, varCommand, name, varVersion, env.version, varDepth, strconv.Itoa(depth)}
	if env.format != "" {
		set = append(set, varOutput, env.format)
	}
	if env.profile != "" {
		set = append(set, varProfile, env.profile)
	}
	out := make([]string, 0, len(env.environ)+len(set))
next:
	for _, v := range env.environ {
		if len(v) > 0 && v[0]|0x20 == 'n' { // every name above begins with N
			key, _, _ := strings.Cut(v, "=")
			for i := 0; i < len(set); i += 2 {
				if sameVariable(runtime.GOOS, key, set[i]) {
					continue next
				}
			}
		}
		out = append(out, v)
	}
	for i := 0; i < len(set); i += 2 {
		if set[i+1] != "" {
			out = append(out, set[i]+"="+set[i+1])
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
