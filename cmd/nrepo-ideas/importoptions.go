package main

import (
	"strconv"
	"strings"

	"github.com/nrepo-cli/nrepo/pkg/output"
)

// importOptions are the flags of import.
type importOptions struct {
	names                           []string
	format, delimiter               string
	jobs                            int
	dryRun, update, again, progress bool

	command string // the words that begin a command for the login in use
}

// line returns the command that continues the import.
func (o importOptions) line() string {
	words := []string{o.command, "import"}
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
	return strings.Join(words, " ")
}
