// Command nrepo-key lists, creates and revokes API keys.
package main

import (
	"os"

	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

func main() { os.Exit(plugin.Main("key", run)) }
