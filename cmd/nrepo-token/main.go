// Command nrepo-token prints the credential in effect, for programs that speak
// HTTP themselves.
package main

import (
	"os"

	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

func main() { os.Exit(plugin.Main("token", run)) }
