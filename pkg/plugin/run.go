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

	"github.com/peterbourgon/ff/v3"
	"github.com/peterbourgon/ff/v3/ffcli"

	"github.com/nrepo-cli/nrepo/internal/version"
)

// Run parses env.Args and runs cmd. In addition to what [ffcli.Command] does,
// every command and subcommand has --json, --human, --help and --version. Flags
// may come before or after arguments, up to "--". Names of subcommands must match
// exactly. An empty flag value is wrong use, except for the flags in MayBeEmpty.
// Errors never repeat a value. An argument that contains an API key is refused,
// because arguments are visible in the shell history and the process list.
//
// Run adds these four flags to each FlagSet and sets the flags in env.Args. It
// does not use the ErrorHandling of a FlagSet: wrong use neither prints nor exits.
// Options are applied, so that a flag can be set by a variable, and UsageFunc
// replaces the text of --help. Run panics if a command defines a flag with one of
// these names, or -h, or an exit code outside the range for commands, so that its
// author notices at once.
//
// --help and --version print to Stdout, and Run returns [flag.ErrHelp]. If Exec
// returns [flag.ErrHelp], Run prints the help. For wrong use, Run returns an
// *[output.Error] with the code usage.
func (e *Env) Run(ctx context.Context, cmd *ffcli.Command) error {
	e.fill()
	if e.summary != nil {
		*e.summary = summary(cmd)
		return nil
	}
	if len(e.Args) > 0 && e.Args[0] == completeEntry {
		return e.complete(ctx, cmd)
	}
	e.flags, e.parsed = commonFlags{}, false // tests run one Env several times
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
		return e.withUsageHint(e.noSubcommand(path, args), path)
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

// show prints the help or the version.
func (e *Env) show(text string) error {
	if _, err := io.WriteString(e.Stdout, text); err != nil {
		return err
	}
	return flag.ErrHelp
}

// prepare adds the common flags to every command of the tree. It panics if the
// program has a mistake that its author should notice at once.
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
			f.Value = value // the tree was run before, or its commands share flags
		default:
			panic("plugin: the command " + cmd.Name + " has a flag --" + name + " of its own")
		}
	}
	for _, sub := range cmd.Subcommands {
		e.prepare(sub)
	}
}

// commonNames are the names of the common flags, and commonUsage are their help
// texts.
var (
	commonNames = []string{"json", "human", "help", "version"}
	commonUsage = []string{"print JSON", "print text for people", "show this help", "show the version"}
)

// commonFlags are the values of the common flags.
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
