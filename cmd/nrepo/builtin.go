package main

import "strings"

// builtin is a command that is part of nrepo. No file can take its name.
type builtin struct {
	name    string
	summary string
	help    string
	flags   string // of -a, -v and --json, those that it knows
	maxArgs int    // -1 for any number
	do      func(env *environment, o options) error
}

// options are the parsed arguments of a built-in.
type options struct {
	all, verbose, json bool
	args               []string
}

func builtins() []builtin {
	return []builtin{
		{"help", "Show help on a command", helpHelp, "", -1, doHelp},
		{"commands", "List the commands there are", commandsHelp, "-v --json", 0, doCommands},
		{"which", "Show which file a command is", whichHelp, "-a --json", 1, doWhich},
		{"version", "Show the version", versionHelp, "-v --json", 0, doVersion},
		{"completion", "Print a completion script for a shell", completionHelp, "", 1, doCompletion},
	}
}

// findBuiltin returns the built-in of a name, nil if there is none.
func findBuiltin(name string) *builtin {
	switch name {
	case "help", "commands", "which", "version", "completion":
	default:
		return nil
	}
	for _, b := range builtins() {
		if b.name == name {
			return &b
		}
	}
	return nil
}

func (b *builtin) knows(flag string) bool { return strings.Contains(b.flags, flag) }

// run parses a built-in's arguments, in which flags may stand anywhere before
// --, and runs it. A wrong argument is reported when all are read: in the format
// that one behind it asks for.
func (b *builtin) run(env *environment, args []string) error {
	var o options
	var wrong error
	see := "see nrepo " + b.name + " --help"
	for i, arg := range args {
		if arg == "--" {
			o.args = append(o.args, args[i+1:]...)
			break
		}
		env.globals.json = env.globals.json || arg == "--json"
		env.globals.human = env.globals.human || arg == "--human"
		switch {
		case !strings.HasPrefix(arg, "-") || arg == "-":
			o.args = append(o.args, arg)
		case arg == "--help" || arg == "-h":
			return env.print(b.help)
		case (arg == "-a" || arg == "--all") && b.knows("-a"):
			o.all = true
		case (arg == "-v" || arg == "--verbose") && b.knows("-v"):
			o.verbose = true
		case (arg == "--json" || arg == "--human") && b.knows("--json"):
		case wrong == nil:
			wrong = usageError(b.name+" has no flag "+showFlag(arg), see)
		}
	}
	if wrong != nil {
		return wrong
	}
	if b.maxArgs >= 0 && len(o.args) > b.maxArgs {
		return usageError(b.name+" takes no argument "+showArg(o.args[b.maxArgs]), see)
	}
	if b.knows("--json") {
		var err error
		if o.json, err = env.wantsJSON(env.globals); err != nil {
			return err
		}
	}
	return b.do(env, o)
}
