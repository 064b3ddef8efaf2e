package plugin

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"io"
	"strings"
	"time"

	"github.com/peterbourgon/ff/v3"
	"github.com/peterbourgon/ff/v3/ffcli"

	"github.com/nrepo-cli/nrepo/internal/version"
	"github.com/nrepo-cli/nrepo/pkg/authcfg"
	"github.com/nrepo-cli/nrepo/pkg/output"
)

// Run parses env.Args by the command cmd and runs it. Beyond what
// [ffcli.Command] does itself, every command and subcommand has --json,
// --human, --help and --version; flags may stand before and after arguments
// until "--"; subcommand names match exactly; an error never repeats a value;
// and an argument that holds an API key is refused, because it is in the
// shell's history and in the process list already.
//
// After --help or --version, which print to Stdout, the error is
// [flag.ErrHelp]; an Exec that returns it has its help printed. Wrong use is an
// *output.Error with the code usage.
func (e *Env) Run(ctx context.Context, cmd *ffcli.Command) error {
	e.fill()
	if e.summary != nil {
		*e.summary = summary(cmd)
		return nil
	}
	if len(e.Args) > 0 && e.Args[0] == completeEntry {
		return e.complete(ctx, cmd)
	}
	e.prepare(cmd)
	path, args, err := e.setFlags(cmd)
	if err != nil {
		return e.withUsageHint(err, path)
	}
	e.parsed = true
	selected := path[len(path)-1]
	if e.help {
		return e.show(help(selected))
	}
	if e.version {
		return e.show(cmp.Or(e.program, strings.ReplaceAll(e.Name, " ", "-")) + " " + version.String() + "\n")
	}
	if _, err := e.chosenFormat(); err != nil {
		return err
	}
	if selected.Exec == nil {
		return e.withUsageHint(noSubcommand(selected, args), path)
	}
	for _, c := range path { // for the variables that Options may name
		rest := []string{"--"}
		if c == selected {
			rest = append(rest, args...)
		}
		if err := ff.Parse(c.FlagSet, rest, c.Options...); err != nil {
			return Usagef("%w", err)
		}
	}
	err = selected.Exec(ctx, args)
	if errors.Is(err, flag.ErrHelp) {
		return e.show(help(selected))
	}
	return e.withUsageHint(err, path)
}

// withUsageHint tells after wrong use where the right one is explained. path is
// the command and its subcommand that were meant.
func (e *Env) withUsageHint(err error, path []*ffcli.Command) error {
	if err == nil || output.AsError(err).Code != output.CodeUsage {
		return err
	}
	name := e.Name
	for _, c := range path[1:] {
		name += " " + c.Name
	}
	return withHint(err, "run `"+name+" --help` for its usage")
}

// show writes what was asked for in place of the command's work.
func (e *Env) show(text string) error {
	if _, err := io.WriteString(e.Stdout, text); err != nil {
		return err
	}
	return flag.ErrHelp
}

// prepare gives every command of the tree a silent flag set with the flags
// that all have.
func (e *Env) prepare(cmd *ffcli.Command) {
	if cmd.FlagSet == nil {
		cmd.FlagSet = flag.NewFlagSet(cmd.Name, flag.ContinueOnError)
	}
	fs := cmd.FlagSet
	fs.Init(cmd.Name, flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	for _, f := range e.commonFlags() {
		if fs.Lookup(f.name) == nil {
			fs.BoolVar(f.value, f.name, false, f.usage)
		}
	}
	for _, sub := range cmd.Subcommands {
		e.prepare(sub)
	}
}

// commonNames are the names of the flags that all commands have.
var commonNames = []string{"json", "human", "help", "version"}

type commonFlag struct {
	value       *bool
	name, usage string
}

func (e *Env) commonFlags() []commonFlag {
	return []commonFlag{
		{&e.json, "json", "print JSON"},
		{&e.human, "human", "print text for people"},
		{&e.help, "help", "show this help"},
		{&e.version, "version", "show the version"},
	}
}

// setFlags goes through env.Args once. It sets every flag on the command it
// belongs to, and returns the command and the subcommands that were named, and
// the arguments of the last of them.
func (e *Env) setFlags(cmd *ffcli.Command) (path []*ffcli.Command, operands []string, err error) {
	path = []*ffcli.Command{cmd}
	for _, arg := range e.Args {
		if authcfg.ContainsAPIKey(arg) {
			return path, nil, withHint(Usagef("an API key must not be an argument"),
				"it is in your shell's history now: revoke it with `nrepo key revoke`, and give the new one on stdin")
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
			if args, err = setFlag(selected.FlagSet, arg, args); err != nil {
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

// setFlag sets the flag arg, taking its value from rest where it needs one,
// and returns what is left of rest.
func setFlag(fs *flag.FlagSet, arg string, rest []string) ([]string, error) {
	name, value, hasValue := strings.Cut(strings.TrimPrefix(arg[1:], "-"), "=")
	if name == "h" {
		name = "help"
	}
	f := fs.Lookup(name)
	if f == nil {
		if looksLikeFlag(name) {
			return nil, Usagef("unknown flag %s", dashed(name))
		}
		return nil, Usagef("unknown flag") // it could be anything, a secret too
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
	if err := fs.Set(name, value); err != nil {
		return nil, Usagef("bad value for %s: %w", dashed(name), wanted(f, err))
	}
	return rest, nil
}

// wanted says what a flag takes in place of package flag's "parse error". Flags
// with a Set of their own say it themselves.
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

// looksLikeFlag reports whether an unknown flag may be repeated: a short word
// of letters and dashes.
func looksLikeFlag(name string) bool {
	return name != "" && len(name) <= 24 && strings.Trim(name, "abcdefghijklmnopqrstuvwxyz-") == ""
}

func noSubcommand(cmd *ffcli.Command, args []string) error {
	var names []string
	for _, sub := range cmd.Subcommands {
		names = append(names, sub.Name)
	}
	if len(args) == 0 {
		return Usagef("a subcommand is missing: %s", strings.Join(names, ", "))
	}
	return Usagef("unknown subcommand; there are: %s", strings.Join(names, ", "))
}
