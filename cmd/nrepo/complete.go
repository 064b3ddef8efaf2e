package main

import (
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/nrepo-cli/nrepo/cmd/nrepo/internal/bashline"
	"github.com/nrepo-cli/nrepo/cmd/nrepo/internal/lookup"
	"github.com/nrepo-cli/nrepo/internal/progfile"
	"github.com/nrepo-cli/nrepo/internal/termtext"
)

// maxCandidates is how many candidates a shell gets.
const maxCandidates = 1000

// runComplete handles the calls from the scripts of `nrepo completion`:
//
//	nrepo __complete -- WORD…             the words after nrepo up to the cursor, unquoted
//	nrepo __complete bash LINE REPLACED   the line up to the cursor, and the end that bash replaces
//
// It prints one candidate on each line: for bash as text to insert, for other shells
// unquoted, with a tab and a description if there is one. The line filesLine tells the shell
// to offer files. On any error it prints nothing and exits 0.
func runComplete(env *environment, args []string) error {
	env.stderr = io.Discard // a trace would appear in the user's command line
	if len(args) == 3 && args[0] == "bash" {
		line := bashline.Parse(args[1], args[2])
		found, files := []candidate(nil), line.Redirected
		if !files {
			found, files = candidates(env, line.Words[1:], nil) // bash shows no descriptions
		}
		return show(env, offer(found, line.Words[len(line.Words)-1], files, func(c candidate) string {
			text, _ := line.Insert(c.text)
			return text
		}))
	}
	if len(args) < 2 || args[0] != "--" {
		return nil
	}
	found, files := candidates(env, args[1:], progfile.NewQuickReader())
	return show(env, offer(found, args[len(args)-1], files, func(c candidate) string {
		if c.help == "" {
			return c.text
		}
		return c.text + "\t" + c.help
	}))
}

// candidates returns the candidates for the last word, and whether it can be a file.
func candidates(env *environment, words []string, reader *progfile.Reader) (found []candidate, files bool) {
	if len(words) == 0 || checkExecPath(env) != nil {
		return nil, false
	}
	last := len(words) - 1
	word := words[last]
	env.args = slices.Concat(env.args[:1], words[:last])
	before, err := parseGlobals(env)
	if err != nil {
		return nil, false
	}
	l := newLookup(env)
	if len(before) == 0 {
		if strings.HasPrefix(word, "-") {
			return plain(globalFlags), false
		}
		return commandNames(env, l, word, reader), false
	}
	name := before[0]
	if b := env.builtin(name); b != nil {
		return completeBuiltin(env, l, b, len(before) == 1, word, reader), false
	}
	if !lookup.ValidName(name) {
		return nil, false
	}
	return askCommand(env, l, name, slices.Concat(before[1:], words[last:]))
}

func plain(words []string) (found []candidate) {
	for _, w := range words {
		found = append(found, candidate{text: w})
	}
	return found
}

// commandNames returns the commands that can run now.
func commandNames(env *environment, l *lookup.Lookup, word string, reader *progfile.Reader) (found []candidate) {
	c := newCatalog(env, l, word, maxCandidates, reader, false)
	for _, cmd := range c.Commands {
		if cmd.Installed {
			found = append(found, candidate{cmd.Name, cmd.Summary})
		}
	}
	return found
}

func completeBuiltin(env *environment, l *lookup.Lookup, b *builtin, first bool, word string, reader *progfile.Reader) []candidate {
	switch {
	case strings.HasPrefix(word, "-"):
		return plain(append(strings.Fields(b.flags), "--help"))
	case b.name == "completion" && first:
		return plain([]string{"bash", "zsh", "fish"})
	case b.name == "which":
		return commandNames(env, l, word, reader)
	case b.name == "help" && first:
		return append(commandNames(env, l, word, reader), candidate{"environment", "Show the variables that are read"})
	}
	return nil
}

// offer returns the candidates that begin with the word and are safe in a command line,
// in the form for the shell.
func offer(found []candidate, word string, files bool, form func(candidate) string) string {
	var lines []string
	for _, c := range found {
		if c.text == "" || !strings.HasPrefix(c.text, word) || !utf8.ValidString(c.text) || strings.ContainsFunc(c.text, termtext.Unsafe) {
			continue
		}
		c.help = progfile.CleanSummary(c.help)
		if line := form(c); line != "" && len(lines) < maxCandidates {
			lines = append(lines, line+"\n")
		}
	}
	if files {
		lines = append(lines, filesLine+"\n")
	}
	return strings.Join(lines, "")
}
