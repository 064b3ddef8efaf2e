// Command nrepo-token prints the credential, for programs that make HTTP requests
// themselves.
package main

import (
	"os"

	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

func main() { os.Exit(plugin.Main("token", run)) }
