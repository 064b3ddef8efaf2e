package main

import (
	"slices"
	"testing"
)

func TestDistance(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"a", "", 1}, {"push", "push", 0}, {"pus", "push", 1}, {"psuh", "push", 1}, {"whaomi", "whoami", 1},
		{"ca", "abc", 3}, {"kitten", "sitting", 3},
	} {
		if got := distance(row.a, row.b); got != row.want {
			t.Errorf("distance(%q, %q) = %d, want %d", row.a, row.b, got, row.want)
		}
		if got := distance(row.b, row.a); got != row.want {
			t.Errorf("distance(%q, %q) = %d, want %d", row.b, row.a, got, row.want)
		}
	}
}

func TestSuggest(t *testing.T) {
	t.Parallel()
	names := []string{"push", "pull", "pash", "posh", "pish", "push", "whoami", "sandbox", "completion"}
	for name, want := range map[string][]string{
		"push":       {"push", "pash", "pish"},
		"pus":        {"push"},
		"px":         nil, // two edits from everything
		"whomi":      {"whoami"},
		"sndbx":      {"sandbox"},
		"sndb":       nil,
		"complition": {"completion"},
		"cmpltion":   {"completion"},
		"cmpltn":     nil,
	} {
		if got := suggest(name, names); !slices.Equal(got, want) {
			t.Errorf("suggest(%q) = %q, want %q", name, got, want)
		}
	}
}
