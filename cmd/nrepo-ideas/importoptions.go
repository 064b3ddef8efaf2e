package main

import (
	"strconv"
	"strings"

	"github.com/nrepo-cli/nrepo/pkg/authcfg"
	"github.com/nrepo-cli/nrepo/pkg/output"
)

// importOptions are the flags of import.
type importOptions struct {
	names                           []string
	format, delimiter               string
	jobs                            int
	dryRun, update, again, progress bool

	profile string // of the login in use; "" for the default
}

// line returns the command that continues the import.
func (o importOptions) line() string {
	words := []string{"import"}
	for _, name := range o.names {
		words = append(words, output.ShellWord(name))
	}
	if o.format != "" {
		words = append(words, "--format", o.format)
	}
	if o.delimiter != "" {
		words = append(words, "--delimiter", output.ShellWord(o.delimiter))
	}
	if o.jobs != 1 {
		words = append(words, "--jobs", strconv.Itoa(o.jobs))
	}
	if o.again {
		words = append(words, "--again")
	}
	return authcfg.Command(o.profile, strings.Join(words, " "))
}
