// Command nrepo-whoami shows who is logged in, how, and from where.
package main

import (
	"os"

	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

func main() { os.Exit(plugin.Main("whoami", run)) }
