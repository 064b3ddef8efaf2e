package main

import (
	"maps"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/nrepo-cli/nrepo/internal/sandbox"
)

// childEnviron returns environ with the variables that select the sandbox, and without
// those that select something else. The sandbox's key is the only secret that we put in an
// environment: it is valid nowhere else and ends with the sandbox.
func childEnviron(environ []string, s *sandbox.Server, dir string, withKey bool) []string {
	ours := map[string]string{ // "" removes the variable
		"NEURALREPO_API_URL":     s.APIURL(),
		"NEURALREPO_API_KEY":     "",
		"NEURALREPO_CONFIG":      "",
		"NEURALREPO_PROFILE":     "",
		"NEURALREPO_SANDBOX_KEY": s.APIKey(),
	}
	if withKey {
		ours["NEURALREPO_API_KEY"] = s.APIKey()
	}
	for name, below := range privateVariables {
		ours[name] = filepath.Join(dir, below)
	}
	result := slices.DeleteFunc(slices.Clone(environ), func(entry string) bool {
		for name := range ours {
			if sets(entry, name) {
				return true
			}
		}
		return false
	})
	for _, name := range slices.Sorted(maps.Keys(ours)) {
		if ours[name] != "" {
			result = append(result, name+"="+ours[name])
		}
	}
	return result
}

// sets reports whether an environment entry sets the variable.
func sets(entry, variable string) bool {
	name, _, _ := strings.Cut(entry, "=")
	return name == variable || runtime.GOOS == "windows" && strings.EqualFold(name, variable)
}
