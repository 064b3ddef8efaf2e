package nrepotest

import (
	"os/exec"
	"testing"

	"github.com/nrepo-cli/nrepo/internal/conformance"
	"github.com/nrepo-cli/nrepo/internal/sandbox"
)

// Plugin is an executable to check against docs/plugin-contract.md.
type Plugin struct {
	// Path is the executable. Its name must be nrepo- and the name of the command.
	Path string
	// Args are arguments with which the plugin succeeds in an empty sandbox. They
	// must not include --json or --human. If nil, the plugin is run without
	// arguments, and may report an error in the right form.
	Args []string
	// Stdin returns the content of stdin for Args. nil for an empty stdin.
	Stdin func(*Server) string
	// Exe is the path of nrepo, for NREPO_EXE. "" for the nrepo on PATH, if there
	// is one.
	Exe string
	// ShowsSecret is for a plugin that prints the credential as its result.
	ShowsSecret bool
}

// CheckPlugin checks the executable at path, as [Plugin.Check] does.
func CheckPlugin(t *testing.T, path string) {
	t.Helper()
	Plugin{Path: path}.Check(t)
}

// Check runs the plugin several times, as nrepo would, each time against a new
// sandbox. Each rule is a subtest, which fails if the plugin breaks the rule:
//
//	help        --help prints to stdout, nothing to stderr, and exits 0
//	wrong use   an unknown flag exits 2, with a message on stderr and no result
//	result      the usual work succeeds, also with stdin closed
//	json        with NEURALREPO_OUTPUT=json the result is JSON, one document or
//	            one per line, or nothing
//	json error  with NEURALREPO_OUTPUT=json an error is one line of JSON on
//	            stderr, with the fields error and code, and there is no result
//	credential  without a credential, or with a rejected one, an error has that
//	            form too
//	closed pipe when its stdout pipe is closed, it prints no error message
//
// In none of these runs may the plugin show the credential. A run may take at most
// 30 seconds. "nrepo sandbox check" checks the same rules.
func (p Plugin) Check(t *testing.T) {
	t.Helper()
	checked := conformance.Plugin{Path: p.Path, Args: p.Args, Exe: p.Exe, ShowsSecret: p.ShowsSecret}
	if p.Exe == "" {
		checked.Exe, _ = exec.LookPath("nrepo") // "" if there is none: not every plugin needs nrepo
	}
	if p.Stdin != nil {
		checked.Stdin = func(s *sandbox.Server, dir string) string { return p.Stdin(newServer(t, s, dir)) }
	}
	for _, rule := range conformance.Rules() {
		t.Run(rule.Name, func(t *testing.T) {
			t.Parallel()
			for _, problem := range rule.Check(checked) {
				t.Error(problem)
			}
		})
	}
}
