// Command nrepo-login logs in: it gets a credential, has the service confirm
// it, and stores it.
package main

import (
	"os"

	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

func main() { os.Exit(plugin.Main("login", runLogin)) }
