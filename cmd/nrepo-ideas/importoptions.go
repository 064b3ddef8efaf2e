package main

import (
	"strconv"
	"strings"
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
	words := []string{"nrepo"}
	if o.profile != "" {
		words = append(words, "--profile", o.profile)
	}
	words = append(words, "import")
	for _, name := range o.names {
		words = append(words, shellQuote(name))
	}
	if o.format != "" {
		words = append(words, "--format", o.format)
	}
	if o.delimiter != "" {
		words = append(words, "--delimiter", shellQuote(o.delimiter))
	}
	if o.jobs != 1 {
		words = append(words, "--jobs", strconv.Itoa(o.jobs))
	}
	if o.again {
		words = append(words, "--again")
	}
	return strings.Join(words, " ")
}

// shellQuote quotes a word for a POSIX shell if it needs quotes.
func shellQuote(word string) string {
	plain := func(r rune) bool {
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune("/._-+@:,", r)
	}
	if word != "" && strings.TrimLeftFunc(word, plain) == "" {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
