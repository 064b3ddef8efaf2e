package e2e

import (
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/nrepo-cli/nrepo/internal/sandbox"
)

// TestIdeasAsDocumented runs the scripts of the idea commands against a service that
// answers in the documented form. TestScripts runs them with the form that the service's
// own client expects.
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
