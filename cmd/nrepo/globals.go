package main

import (
	"strings"

	"github.com/nrepo-cli/nrepo/cmd/nrepo/internal/lookup"
	"github.com/nrepo-cli/nrepo/internal/nearest"
)

var globalFlags = []string{"--json", "--human", "--profile", "--help", "--version"}

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
			err = setFormat(env, flag)
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

// setProfile sets the profile of --profile. It returns an error if a variable sets the
// credential, because then the profile would have no effect.
func setProfile(env *environment, name string) error {
	if !lookup.WellFormed(name) {
		return usageError("--profile needs a name of at most 64 lower-case letters, digits and hyphens", "such as `nrepo --profile work whoami`")
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

func setFormat(env *environment, flag string) error {
	format := strings.TrimPrefix(flag, "--")
	if env.format != "" && env.format != format {
		return usageError("--json and --human cannot be used together", "use only one of them")
	}
	env.format = format
	return nil
}
