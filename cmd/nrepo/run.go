package main

import (
	"cmp"
	"strings"
)

// builtinCommands are the commands that are part of nrepo, as they are listed.
var builtinCommands = []*builtin{
	{"help", "Show help on a command", "", -1, doHelp},
	{"commands", "List available commands", "-v --json --human", 0, doCommands},
	{"which", "Show which file a command runs", "-a --json --human", -1, doWhich},
	{"version", "Show the version", "-v --json --human", 0, doVersion},
	{"completion", "Print a completion script for a shell", "", 1, doCompletion},
}

// dispatch runs the command line: a built-in, or another program in place of this one.
func dispatch(env *environment) error {
	args, err := parseGlobals(env)
	if err != nil {
		return err
	}
	if len(args) > 0 && args[0] == completeEntry {
		return runComplete(env, args[1:])
	}
	if err := checkExecPath(env); err != nil {
		return err
	}
	if len(args) == 0 {
		if last := len(env.args) - 1; last > 0 && env.args[last] == "--" {
			return usageError("no command after --", "run `nrepo help` for the commands")
		}
		args = []string{"help"}
	}
	name := args[0]
	if b := env.builtin(name); b != nil {
		return runBuiltin(env, b, args[1:])
	}
	return runCommand(env, name, args[1:])
}

// runBuiltin parses a built-in's arguments, where flags may be anywhere before --, and runs
// it. It reads all arguments before it reports a wrong one, because a later flag may select
// the format of the message.
func runBuiltin(env *environment, b *builtin, args []string) error {
	var o options
	var wrong error
	see := "run `nrepo " + b.name + " --help` for its usage"
	for i, arg := range args {
		if arg == "--" {
			o.args = append(o.args, args[i+1:]...)
			break
		}
		var err error
		switch {
		case !strings.HasPrefix(arg, "-") || arg == "-":
			o.args = append(o.args, arg)
		case arg == "--help" || arg == "-h":
			return show(env, page(b.name))
		case arg == "--json" || arg == "--human":
			err = setFormat(env, arg)
		case (arg == "-a" || arg == "--all") && b.knows("-a"):
			o.all = true
		case (arg == "-v" || arg == "--verbose") && b.knows("-v"):
			o.verbose = true
		default:
			err = usageError(b.name+" has no flag "+showFlag(arg), see)
		}
		wrong = cmp.Or(wrong, err)
	}
	takesJSON := b.knows("--json")
	switch {
	case wrong != nil:
		return wrong
	case env.format == "json" && !takesJSON && b.name != "help":
		return usageError(b.name+" prints text only", "leave --json out")
	case b.maxArgs >= 0 && len(o.args) > b.maxArgs:
		return usageError(b.name+" takes no argument "+showArg(o.args[b.maxArgs]), see)
	case takesJSON:
		o.json, wrong = env.wantsJSON()
	}
	if wrong != nil {
		return wrong
	}
	return b.do(env, o)
}
