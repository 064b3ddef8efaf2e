// Command nrepo-login logs in. It gets a credential, checks it with the service,
// and stores it.
package main

import (
	"os"

	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

func main() { os.Exit(plugin.Main("login", runLogin)) }
