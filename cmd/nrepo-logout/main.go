// Command nrepo-logout logs out and removes the stored credential.
package main

import (
	"os"

	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

func main() { os.Exit(plugin.Main("logout", run)) }
