package plugin

import (
	"errors"
	"flag"
	"slices"
	"strings"
	"time"

	"github.com/peterbourgon/ff/v3/ffcli"

	"github.com/nrepo-cli/nrepo/pkg/authcfg"
)

// Given reports whether the flag was given on the command line, even with an empty
// value. Call it in the Exec of a command.
func Given(fs *flag.FlagSet, name string) (given bool) {
	fs.Visit(func(f *flag.Flag) { given = given || f.Name == name })
	return given
}

// setFlags parses env.Args. It sets every flag of the command that it belongs to,
// and returns the command, its selected subcommands, and the arguments of the last
// one.
func (e *Env) setFlags(cmd *ffcli.Command) (path []*ffcli.Command, operands []string, err error) {
	path = []*ffcli.Command{cmd}
	for _, arg := range e.Args {
		if authcfg.ContainsAPIKey(arg) {
			return path, nil, withHint(Usagef("an API key must not be an argument"),
				"it may be in your shell history: revoke it with `nrepo key revoke`, and give a new one on stdin")
		}
	}
	operands = []string{}
	for args := e.Args; len(args) > 0; {
		arg := args[0]
		args = args[1:]
		selected := path[len(path)-1]
		sub := subcommand(selected, arg)
		switch {
		case arg == "--":
			return path, append(operands, args...), nil
		case len(arg) > 1 && arg[0] == '-':
			if args, err = e.setFlag(selected.FlagSet, arg, args); err != nil {
				return path, nil, err
			}
		case len(operands) == 0 && sub != nil:
			path = append(path, sub)
		default:
			operands = append(operands, arg)
		}
	}
	return path, operands, nil
}

func subcommand(cmd *ffcli.Command, name string) *ffcli.Command {
	for _, sub := range cmd.Subcommands {
		if sub.Name == name {
			return sub
		}
	}
	return nil
}

// setFlag sets the flag arg, with a value from rest if necessary, and returns the
// remaining arguments.
func (e *Env) setFlag(fs *flag.FlagSet, arg string, rest []string) ([]string, error) {
	name, value, hasValue := strings.Cut(strings.TrimPrefix(arg[1:], "-"), "=")
	if name == "h" {
		name = "help"
	}
	f := fs.Lookup(name)
	if f == nil {
		return nil, unknownFlag(fs, arg)
	}
	if isBool(f) {
		if !hasValue {
			value = "true"
		}
		if fs.Set(name, value) != nil {
			return nil, Usagef("%s takes no value", dashed(name))
		}
		return rest, nil
	}
	if !hasValue {
		if len(rest) == 0 {
			return nil, Usagef("%s needs a value", dashed(name))
		}
		value, rest = rest[0], rest[1:]
	}
	if value == "" && !slices.Contains(e.MayBeEmpty, name) {
		return nil, withHint(Usagef("the value of %s is empty", dashed(name)), "is a variable unset? to set no value, leave out the flag")
	}
	if err := fs.Set(name, value); err != nil {
		return nil, Usagef("bad value for %s: %w", dashed(name), wanted(f, err))
	}
	return rest, nil
}

// wanted returns a better text than the "parse error" of package flag. Flags with
// their own Set return their own error.
func wanted(f *flag.Flag, err error) error {
	if getter, ok := f.Value.(flag.Getter); ok && err.Error() == "parse error" {
		switch getter.Get().(type) {
		case time.Duration:
			return errors.New("must be a duration such as 90s or 5m")
		case int, int64, uint, uint64:
			return errors.New("must be a whole number")
		case float64:
			return errors.New("must be a number")
		}
	}
	return err
}
