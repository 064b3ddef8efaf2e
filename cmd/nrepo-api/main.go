// Command nrepo-api makes an authenticated API request, for scripts in shell,
// Python and other languages.
package main

import (
	"os"

	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

func main() { os.Exit(plugin.Main("api", run)) }
