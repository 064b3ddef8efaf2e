// Package nearest finds names that are similar to a mistyped one. The dispatcher uses
// it for commands, and pkg/plugin for flags and subcommands.
package nearest

import "slices"

// most is how many names Names returns at most.
const most = 3

// Names returns at most three of names that are [Near] to name, nearest first, and
// in alphabetical order if they are equally near.
func Names(name string, names []string) []string {
	var near [4][]string // by distance
	for _, n := range names {
		if Near(name, n) {
			d := distance(name, n)
			near[d] = append(near[d], n)
		}
	}
	var out []string
	for _, same := range near {
		slices.Sort(same)
		out = append(out, slices.Compact(same)...)
	}
	return out[:min(len(out), most)]
}

// Near reports whether name may be a mistyped other: at most one edit away if name has
// up to 4 letters, two if it has up to 8, and otherwise three.
func Near(name, other string) bool {
	limit := 3
	switch {
	case len(name) <= 4:
		limit = 1
	case len(name) <= 8:
		limit = 2
	}
	// Each edit changes the length by at most one.
	return len(other)-len(name) <= limit && len(name)-len(other) <= limit && distance(name, other) <= limit
}

// distance returns the restricted Damerau-Levenshtein distance (optimal string
// alignment) of two names: the smallest number of insertions, deletions,
// substitutions and swaps of neighbours, without editing swapped letters again.
func distance(a, b string) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
