package main

import (
	"strings"

	"github.com/nrepo-cli/nrepo/internal/termtext"
)

const helpHelp = `usage: nrepo help [<command>]

Show the commands there are, or the help of one command: of a command that is
a program of its own, nrepo runs it with --help.

example:
  nrepo help push
`

// runHelp is help as it is reached without its name.
func runHelp(env *environment, args []string) error {
	return doHelp(env, options{args: args})
}

func doHelp(env *environment, o options) error {
	if len(o.args) > 0 {
		return helpOn(env, o.args[0], o.args[1:])
	}
	r, err := newResolver(env)
	if err != nil {
		return err
	}
	return env.print(helpScreen(newCatalog(r, false)))
}

// helpOn shows the help of one command: nrepo-foo itself is asked with --help.
// Further words are given to it before that, as in `nrepo help key create`.
func helpOn(env *environment, name string, more []string) error {
	if b := findBuiltin(name); b != nil {
		if len(more) > 0 {
			return usageError(name+" has no command "+showArg(more[0]), "see nrepo "+name+" --help")
		}
		return env.print(b.help)
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

// screenWidth is the width that lists keep to.
const screenWidth = 80

// nameWidth is the width of the column of names. A few long names do not widen
// it for all: they stick out.
func nameWidth(groups ...[]entry) int {
	width := 0
	for _, group := range groups {
		for _, e := range group {
			if len(e.name) <= 16 {
				width = max(width, len(e.name))
			}
		}
	}
	return width
}

// writeEntries writes a line for each entry: name, summary, and what is special.
func writeEntries(b *strings.Builder, entries []entry, width int) {
	for _, e := range entries {
		mark := ""
		switch {
		case !e.installed():
			mark = " (not installed)"
		case e.file.note() != "":
			mark = " (not next to nrepo)"
		}
		room := screenWidth - 4 - max(width, len(e.name)) - len(mark)
		line := "  " + pad(e.name, width) + "  " + cut(e.summary, max(room, 20)) + mark
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
}

// pad fills a name with spaces up to a width.
func pad(name string, width int) string {
	return name + strings.Repeat(" ", max(0, width-len(name)))
}

// shown is a path or other text from outside, safe for a terminal.
func shown(s string) string { return termtext.Line(s) }
