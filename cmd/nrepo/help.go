package main

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/nrepo-cli/nrepo/internal/progfile"
)

func doHelp(env *environment, o options) error {
	if len(o.args) > 0 {
		return helpOn(env, o.args[0], o.args[1:])
	}
	if env.format == "json" {
		return doCommands(env, options{json: true})
	}
	c := newCatalog(env, newLookup(env), "", math.MaxInt, progfile.NewReader(), false)
	return show(env, helpScreen(c, env.columns()))
}

// helpOn shows the help of one command: it runs nrepo-foo with --help, after further
// words, as in `nrepo help key create`.
func helpOn(env *environment, name string, more []string) error {
	text := page(name) // for a built-in or the topic environment
	switch {
	case text == "":
		return runCommand(env, name, append(slices.Clone(more), "--help"))
	case len(more) > 0:
		return usageError(name+" has no command "+showArg(more[0]), "run `nrepo "+name+" --help` for its usage")
	case env.format == "json":
		return usageError("the help of a command is text only", "leave --json out; nrepo commands --json lists the commands")
	}
	return show(env, text)
}

const helpHead = `nrepo, the command line of NeuralRepo

usage: nrepo [flags] <command> [arguments]

`

// helpScreen fits a terminal of 24 lines: the commands for ideas are in columns.
func helpScreen(c catalog, screen int) string {
	var b strings.Builder
	b.WriteString(helpHead + groupIdeas + ":\n")
	ideas := func(c command) bool { return c.group == groupIdeas }
	writeNames(&b, c.only(func(c command) bool { return ideas(c) && c.Installed && !c.elsewhere() }), screen)
	elsewhere := c.only(func(c command) bool { return ideas(c) && c.elsewhere() })
	writeCommands(&b, elsewhere, nameWidth(elsewhere), screen)
	if missing := c.only(func(c command) bool { return ideas(c) && !c.Installed }); len(missing) > 0 {
		b.WriteString("  " + strconv.Itoa(len(missing)) + " not installed: nrepo commands -v\n")
	}
	width := nameWidth(c.only(func(c command) bool { return c.group != groupBuiltin }))
	for _, group := range []string{groupLogin, groupTools, groupOther} {
		if some := c.only(func(c command) bool { return c.group == group && c.Name != ideasProgram }); len(some) > 0 {
			b.WriteString(group + ":\n")
			writeCommands(&b, some, width, screen)
		}
	}
	var builtins []string
	for _, cmd := range c.only(func(c command) bool { return c.group == groupBuiltin }) {
		builtins = append(builtins, cmd.Name)
	}
	b.WriteString(groupBuiltin + ":\n  " + strings.Join(builtins, ", ") + "\n")
	b.WriteString("flags:\n  " + strings.Replace(strings.Join(globalFlags, ", "), "--profile", "--profile <name>", 1) + "\n")
	b.WriteString("\nStart with nrepo login. For more, see nrepo help <command>.\n")
	return b.String()
}
