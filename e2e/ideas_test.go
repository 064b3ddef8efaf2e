package e2e

import (
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/nrepo-cli/nrepo/internal/sandbox"
)

// TestIdeasAsDocumented runs the scripts of the idea commands at a service that
// answers as its pages say, where TestScripts has one that answers as its own client
// reads it.
func TestIdeasAsDocumented(t *testing.T) {
	bin := binaries(t)
	testscript.RunT(searched{t}, testscript.Params{
		Dir:                 "testdata/ideas",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(e *testscript.Env) error {
			return setup(e, bin, sandbox.Options{Docs: true})
		},
		Cmds: commands,
	})
}
