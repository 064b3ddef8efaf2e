// Command nrepo-push captures an idea.
package main

import (
	"os"

	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

func main() { os.Exit(plugin.Main("push", run)) }
