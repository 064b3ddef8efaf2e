package main

import (
	"strings"

	"github.com/nrepo-cli/nrepo/cmd/nrepo/internal/lookup"
	"github.com/nrepo-cli/nrepo/internal/nearest"
)

// builtinCommands are the commands that are part of nrepo, as they are listed.
func builtinCommands() []*builtin {
	return []*builtin{
		{"help", "Show help on a command", "", -1, doHelp},
		{"commands", "List available commands", "-v --json --human", 0, doCommands},
		{"which", "Show which file a command runs", "-a --json --human", -1, doWhich},
		{"version", "Show the version", "-v --json --human", 0, doVersion},
		{"completion", "Print a completion script for a shell", "", 1, doCompletion},
	}
}

// dispatch does what the command line asks for: a built-in, or another program in
// place of this one.
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
			return usageError("no command after --", "see nrepo help")
		}
		args = []string{"help"}
	}
	name := args[0]
	if b := env.builtin(name); b != nil {
		return runBuiltin(env, b, args[1:])
	}
	return runCommand(env, name, args[1:])
}

func parseGlobals(env *environment) ([]string, error) {
	args := env.args[1:]
	for len(args) > 0 && strings.HasPrefix(args[0], "-") {
		flag, value, given := strings.Cut(args[0], "=")
		args = args[1:]
		var err error
		switch {
		case flag == "--profile":
			if !given && len(args) > 0 {
				value, args = args[0], args[1:]
			}
			err = setProfile(env, value)
		case flag == "--" && !given:
			return args, nil
		case given:
			err = unknownFlag(flag)
		case flag == "--json" || flag == "--human":
			err = env.setFormat(flag)
		case flag == "--help" || flag == "-h":
			return append([]string{"help"}, args...), nil
		case flag == "--version":
			return append([]string{"version"}, args...), nil
		default:
			err = unknownFlag(flag)
		}
		if err != nil {
			return nil, err
		}
	}
	return args, nil
}

// setProfile takes the name behind --profile. It would be without effect beside a
// variable that names the credential itself.
func setProfile(env *environment, name string) error {
	if !lookup.WellFormed(name) {
		return usageError("--profile needs a name of lower-case letters, digits and hyphens", "such as nrepo --profile work whoami")
	}
	for _, variable := range []string{"NEURALREPO_CONFIG", "NEURALREPO_API_KEY"} {
		if env.getenv(variable) != "" {
			return usageError("--profile cannot be used together with "+variable, "unset "+variable+", or leave the flag out")
		}
	}
	env.profile = name
	return nil
}

func unknownFlag(flag string) error {
	hint := "flags of a command come after its name; nrepo itself has " + strings.Join(globalFlags, ", ")
	if flag == "-v" || flag == "-V" {
		hint = "did you mean --version?"
	} else if near := nearest.Names(flag, globalFlags); len(near) > 0 {
		hint = "did you mean " + near[0] + "?"
	}
	return usageError("unknown flag "+showFlag(flag), hint)
}
