package main

import (
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/nrepo-cli/nrepo/cmd/nrepo/internal/lookup"
	"github.com/nrepo-cli/nrepo/cmd/nrepo/internal/progfile"
	"github.com/nrepo-cli/nrepo/internal/termtext"
)

func runComplete(env *environment, args []string) error {
	if len(args) > 0 && args[0] == "--" {
		args = args[1:]
	}
	for len(args) > 1 && (args[0] == "--json" || args[0] == "--human") {
		env.globals.json, env.globals.human = args[0] == "--json", args[0] == "--human"
		args = args[1:]
	}
	env.stderr = io.Discard // a trace would stand in the user's command line
	l, err := newLookup(env)
	if err != nil || len(args) == 0 {
		return nil
	}
	var candidates []string
	word := args[len(args)-1]
	if len(args) == 1 {
		if candidates = commandNames(env, l, word); strings.HasPrefix(word, "-") {
			candidates = []string{"--json", "--human", "--help", "--version"}
		}
	} else if b := env.builtin(args[0]); b != nil {
		candidates = completeBuiltin(env, l, b, len(args) == 2, word)
	} else if lookup.ValidName(args[0]) {
		candidates = askCommand(env, l, args[0], args[1:])
	}
	return show(env, cleanCandidates(candidates, word))
}

// commandNames offers what can be run now.
func commandNames(env *environment, l *lookup.Lookup, word string) []string {
	c := newCatalog(env, l, detail{prefix: word, reader: progfile.NewQuickReader()})
	var names []string
	for _, e := range slices.Concat(c.official, c.other, c.builtin) {
		if e.installed() {
			names = append(names, e.name+"\t"+e.summary)
		}
	}
	return names
}

func completeBuiltin(env *environment, l *lookup.Lookup, b *builtin, first bool, word string) []string {
	switch {
	case strings.HasPrefix(word, "-"):
		flags := append(strings.Fields(b.flags), "--help")
		if knows(b, "--json") {
			flags = append(flags, "--human")
		}
		return flags
	case b.name == "completion" && first:
		return []string{"bash", "zsh", "fish"}
	case b.name == "which", b.name == "help" && first:
		return commandNames(env, l, word)
	}
	return nil
}

// cleanCandidates keeps the candidates that continue a word and are harmless
// in a command line.
func cleanCandidates(candidates []string, word string) string {
	var b strings.Builder
	for i, line := range candidates {
		if i == completeLines {
			break
		}
		candidate, description, _ := strings.Cut(strings.TrimSuffix(line, "\r"), "\t")
		if candidate == "" || !strings.HasPrefix(candidate, word) ||
			!utf8.ValidString(candidate) || strings.ContainsFunc(candidate, termtext.Unsafe) {
			continue
		}
		b.WriteString(candidate)
		if description = progfile.CleanSummary(description); description != "" {
			b.WriteString("\t" + description)
		}
		b.WriteByte('\n')
	}
	return b.String()
}
