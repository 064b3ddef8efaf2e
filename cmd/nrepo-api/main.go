// Command nrepo-api makes one authenticated request: the door to the service
// for shell and Python programs.
package main

import (
	"os"

	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

func main() { os.Exit(plugin.Main("api", run)) }
