package main

import "strings"

// builtins are the commands that are part of nrepo, as they are listed.
func builtins() []*builtin {
	return []*builtin{helpBuiltin(), commandsBuiltin(), whichBuiltin(), versionBuiltin(), completionBuiltin()}
}

// run does what the command line asks for: a built-in, or another program in
// place of this one.
func run(env *environment) error {
	args, err := parseGlobals(env)
	if err != nil {
		return err
	}
	if len(args) == 0 {
		return doHelp(env, options{})
	}
	name := args[0]
	if b := env.builtin(name); b != nil {
		return runBuiltin(env, b, args[1:])
	}
	if name == completeEntry {
		return runComplete(env, args[1:])
	}
	return runCommand(env, name, args[1:])
}

// parseGlobals reads the flags before the command's name and returns the rest.
func parseGlobals(env *environment) ([]string, error) {
	var args []string
	if len(env.args) > 1 {
		args = env.args[1:]
	}
	for len(args) > 0 && strings.HasPrefix(args[0], "-") {
		flag := args[0]
		args = args[1:]
		switch flag {
		case "--json":
			env.globals.json = true
		case "--human":
			env.globals.human = true
		case "--help", "-h":
			return append([]string{"help"}, args...), nil
		case "--version":
			return append([]string{"version"}, args...), nil
		case "--":
			if len(args) == 0 {
				return nil, usageError("no command after --", "see nrepo help")
			}
			return args, nil
		default:
			return nil, usageError("unknown flag "+showFlag(flag),
				"a command's flags follow its name; nrepo has --json, --human, --help, --version")
		}
		if err := env.globals.check(); err != nil {
			return nil, err
		}
	}
	return args, nil
}
