// Command nrepo-sandbox is a local NeuralRepo for demos, tests and plugin
// development: the documented REST API over SQLite, browser login and a
// dashboard. docs/sandbox.md is its manual.
package main

import (
	"context"
	"os"

	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

func main() {
	os.Exit(plugin.Main("sandbox", func(ctx context.Context, env *plugin.Env) error {
		return run(ctx, env, os.Environ())
	}))
}
