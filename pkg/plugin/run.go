package plugin

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"strconv"
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
// Run adds these four flags to each FlagSet and sets the flags that env.Args
// names. It changes nothing else of a FlagSet: a command that is wrong neither
// prints nor exits, whatever the set's own ErrorHandling says. Options are
// applied, so that a flag can come from a variable; UsageFunc is what --help
// prints. A flag of one of these names, or -h, of the command's own panics, as
// does an exit code that is not one of a command's own: its author sees that at
// the first start.
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
	e.flags, e.parsed = commonFlags{}, false // a test runs one Env again
	e.prepare(cmd)
	path, args, err := e.setFlags(cmd)
	if err != nil {
		return e.withUsageHint(err, path)
	}
	e.parsed = true
	selected := path[len(path)-1]
	if e.flags.help {
		return e.show(e.help(selected))
	}
	if e.flags.version {
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
		return e.show(e.help(selected))
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

// prepare gives every command of the tree the flags that all have. It panics
// where the program has made a mistake that its author sees at the first start.
func (e *Env) prepare(cmd *ffcli.Command) {
	for code := range e.ExitCodes {
		if code < firstOwnCode || code > lastOwnCode {
			panic(fmt.Sprintf("plugin: the exit code %d is not from %d to %d", code, firstOwnCode, lastOwnCode))
		}
	}
	if cmd.FlagSet == nil {
		cmd.FlagSet = flag.NewFlagSet(cmd.Name, flag.ContinueOnError)
	}
	if cmd.FlagSet.Lookup("h") != nil {
		panic("plugin: the command " + cmd.Name + " has a flag -h of its own")
	}
	for i, name := range commonNames {
		value := []*commonFlag{&e.flags.json, &e.flags.human, &e.flags.help, &e.flags.version}[i]
		switch f := cmd.FlagSet.Lookup(name); {
		case f == nil:
			cmd.FlagSet.Var(value, name, commonUsage[i])
		case isCommon(f):
			f.Value = value // of a tree that was run before, or shares its flags
		default:
			panic("plugin: the command " + cmd.Name + " has a flag --" + name + " of its own")
		}
	}
	for _, sub := range cmd.Subcommands {
		e.prepare(sub)
	}
}

// commonNames are the names of the flags that all commands have, and commonUsage
// what their help says.
var (
	commonNames = []string{"json", "human", "help", "version"}
	commonUsage = []string{"print JSON", "print text for people", "show this help", "show the version"}
)

// commonFlags are the values of the flags that all commands have.
type commonFlags struct{ json, human, help, version commonFlag }

type commonFlag bool

func (f *commonFlag) String() string   { return strconv.FormatBool(f != nil && bool(*f)) }
func (f *commonFlag) IsBoolFlag() bool { return true }
func (f *commonFlag) Set(text string) error {
	v, err := strconv.ParseBool(text)
	*f = commonFlag(v)
	return err
}

func isCommon(f *flag.Flag) bool {
	_, ok := f.Value.(*commonFlag)
	return ok
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
