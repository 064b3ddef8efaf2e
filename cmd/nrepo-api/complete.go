package main

import (
	"context"
	"slices"

	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

// complete returns the methods, and the paths without an id
// (https://docs.neuralrepo.com/api/overview).
func complete(_ context.Context, w plugin.Word) (found []plugin.Candidate) {
	if w.Flag != "" && w.Flag != "X" || len(w.Args) > 1 {
		return nil
	}
	if len(w.Args) == 1 && !slices.Contains(methods, w.Args[0]) {
		return nil // the path was already given
	}
	if len(w.Args) == 0 {
		for _, method := range methods {
			found = append(found, plugin.Candidate{Text: method})
		}
	}
	if w.Flag == "X" {
		return found
	}
	for _, path := range []string{"/ideas", "/ideas/search", "/tags", "/user/me", "/user/api-keys"} {
		found = append(found, plugin.Candidate{Text: path})
	}
	return found
}
