package main

import (
	"strings"

	"github.com/nrepo-cli/nrepo/cmd/nrepo/internal/progfile"
)

func helpBuiltin() *builtin {
	return &builtin{"help", "Show help on a command", "", -1, doHelp}
}

func doHelp(env *environment, o options) error {
	if len(o.args) > 0 {
		return helpOn(env, o.args[0], o.args[1:])
	}
	l, err := newLookup(env)
	if err != nil {
		return err
	}
	return env.print(helpScreen(newCatalog(env, l, detail{reader: progfile.NewReader()})))
}

// helpOn shows the help of one command: nrepo-foo itself is asked with --help.
// Further words are given to it before that, as in `nrepo help key create`.
func helpOn(env *environment, name string, more []string) error {
	if b := env.builtin(name); b != nil {
		if len(more) > 0 {
			return usageError(name+" has no command "+showArg(more[0]), "see nrepo "+name+" --help")
		}
		return env.print(usage(b))
	}
	return runCommand(env, name, append(append([]string(nil), more...), "--help"))
}

const helpHead = `nrepo, the command line of NeuralRepo

usage: nrepo [flags] <command> [arguments]

flags:
  --json, --human    print the result as JSON, or as text
  --help, --version  show this screen, or the version

`

const helpTail = `
nrepo help <command> shows the help of a command. To add a command, put an
executable nrepo-foo into a directory of PATH:
` + pluginsPage + "\n"

// pluginsPage is the tutorial for authors of commands.
const pluginsPage = "https://github.com/nrepo-cli/nrepo/blob/main/docs/plugins.md"

func helpScreen(c catalog) string {
	var b strings.Builder
	b.WriteString(helpHead)
	width := nameWidth(c.official, c.other, c.builtin)
	b.WriteString("official commands:\n")
	writeEntries(&b, c.official, width)
	if len(c.other) > 0 {
		b.WriteString("\nother commands:\n")
		writeEntries(&b, c.other, width)
	}
	b.WriteString("\nbuilt in:\n")
	b.WriteString("  help, commands, which, version, completion\n")
	b.WriteString(helpTail)
	return b.String()
}
