package main

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/nrepo-cli/nrepo/internal/progfile"
)

func helpBuiltin() *builtin {
	return &builtin{"help", "Show help on a command", "", -1, doHelp}
}

func doHelp(env *environment, o options) error {
	if len(o.args) > 0 {
		return helpOn(env, o.args[0], o.args[1:])
	}
	if env.globals.json {
		return doCommands(env, options{json: true})
	}
	l, err := newLookup(env)
	if err != nil {
		return err
	}
	return show(env, helpScreen(newCatalog(env, l, detail{others: math.MaxInt, reader: progfile.NewReader()}), screenWidth(env)))
}

// helpOn shows the help of one command: nrepo-foo itself is asked with --help.
// Further words are given to it before that, as in `nrepo help key create`.
func helpOn(env *environment, name string, more []string) error {
	b := env.builtin(name)
	switch {
	case b == nil && name != "environment":
		return runCommand(env, name, append(slices.Clone(more), "--help"))
	case len(more) > 0:
		return usageError(name+" has no command "+showArg(more[0]), "see nrepo "+name+" --help")
	case env.globals.json:
		return usageError("the help of a command is text only", "leave --json out; nrepo commands --json lists the commands")
	case b == nil:
		return show(env, page("environment"))
	}
	return show(env, page(name))
}

const helpTail = `
Start with nrepo login. See also nrepo help <command>, and nrepo commands.
`

// helpScreen fits a terminal of 24 lines: the commands on ideas stand in columns.
func helpScreen(c catalog, screen int) string {
	var b strings.Builder
	b.WriteString("nrepo, the command line of NeuralRepo\n\nusage: nrepo [flags] <command> [arguments]\n\n")
	b.WriteString(groupIdeas + ":\n")
	ideas := only(c.official, func(e entry) bool { return e.group == groupIdeas })
	there := only(ideas, entry.installed)
	if beside := only(there, func(e entry) bool { return note(e.file) == "" }); len(beside) > 0 {
		writeNames(&b, beside, screen)
	}
	elsewhere := only(there, func(e entry) bool { return note(e.file) != "" })
	writeEntries(&b, elsewhere, nameWidth(elsewhere), screen)
	if missing := len(ideas) - len(there); missing > 0 {
		b.WriteString("  " + strconv.Itoa(missing) + " not installed: nrepo commands -v\n")
	}
	width := nameWidth(c.official, c.other)
	for _, title := range []string{groupLogin, groupTools} {
		b.WriteString(title + ":\n")
		writeEntries(&b, only(c.official, func(e entry) bool { return e.group == title && e.name != ideasProgram }), width, screen)
	}
	if len(c.other) > 0 {
		b.WriteString("other commands:\n")
		writeEntries(&b, c.other, width, screen)
	}
	names := make([]string, len(c.builtin))
	for i, e := range c.builtin {
		names[i] = e.name
	}
	b.WriteString("built in:\n  " + strings.Join(names, ", ") + "\n")
	b.WriteString("flags:\n  " + strings.Replace(strings.Join(globalFlags, ", "), "--profile", "--profile <name>", 1) + "\n")
	b.WriteString(helpTail)
	return b.String()
}

func only(entries []entry, wanted func(entry) bool) (some []entry) {
	for _, e := range entries {
		if wanted(e) {
			some = append(some, e)
		}
	}
	return some
}
