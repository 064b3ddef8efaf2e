//go:build unix

package e2e

import (
	"path/filepath"
	"testing"

	"github.com/nrepo-cli/nrepo/pkg/nrepotest"
)

// TestConformance checks the official commands and the examples against the rules of
// docs/plugin-contract.md.
func TestConformance(t *testing.T) {
	t.Parallel()
	bin := binaries(t)
	checked := map[string]bool{"nrepo": true}
	for _, p := range []nrepotest.Plugin{
		{Path: "nrepo-login", Args: []string{"--api-key"}, Stdin: func(s *nrepotest.Server) string { return s.APIKey }},
		{Path: "nrepo-logout", Args: []string{}},
		{Path: "nrepo-whoami", Args: []string{}},
		{Path: "nrepo-key", Args: []string{"list"}},
		{Path: "nrepo-key", Args: []string{"create", "ci"}},
		{Path: "nrepo-key", Args: []string{"revoke", "1"}},
		{Path: "nrepo-push", Args: []string{"Bus stops", "--tag", "energy"}},
		{Path: "nrepo-api", Args: []string{"/user/me"}},
		{Path: "nrepo-token", Args: []string{}, ShowsSecret: true},
		{Path: "nrepo-sandbox", Args: []string{"run", "--", "true"}},
		{Path: "nrepo-ideas", Args: []string{"log"}},
		{Path: "nrepo-log", Args: []string{}},
		{Path: "nrepo-search", Args: []string{"bus"}},
		{Path: "nrepo-status", Args: []string{}},
		{Path: "nrepo-tag", Args: []string{}},
		{Path: "nrepo-duplicate", Args: []string{}},
		{Path: "nrepo-export", Args: []string{}},
		{Path: "nrepo-import", Args: []string{"-", "--format", "txt"}, Stdin: func(*nrepotest.Server) string { return "Bus stops\n" }},
		{Path: "nrepo-show"}, {Path: "nrepo-edit"}, {Path: "nrepo-move"}, {Path: "nrepo-link"}, {Path: "nrepo-unlink"}, {Path: "nrepo-links"},
		{Path: "nrepo-graph"}, {Path: "nrepo-diff"}, {Path: "nrepo-branch"}, {Path: "nrepo-merge"}, {Path: "nrepo-rm"}, {Path: "nrepo-pull"},
		{Path: "examples/nrepo-stale", Args: []string{"--days", "0"}},
		{Path: "examples/nrepo-review", Args: []string{"list"}},
		{Path: "examples/nrepo-by-status", Args: []string{"captured"}},
		{Path: "examples/nrepo-note", Args: []string{"Bus stops"}, Stdin: func(*nrepotest.Server) string { return "text\n" }},
		{Path: "examples/nrepo-report", Args: []string{}},
	} {
		checked[p.Path] = true
		p.Path, p.Exe = filepath.Join(bin, p.Path), filepath.Join(bin, "nrepo")
		t.Run(filepath.Base(p.Path), func(t *testing.T) {
			t.Parallel()
			p.Check(t)
		})
	}
	for _, pattern := range []string{"nrepo*", "examples/nrepo*"} {
		programs, err := filepath.Glob(filepath.Join(bin, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, program := range programs {
			if name, err := filepath.Rel(bin, program); err != nil || !checked[name] {
				t.Errorf("%s is not checked", program)
			}
		}
	}
}
