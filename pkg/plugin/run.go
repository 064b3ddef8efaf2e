package plugin

import (
	"context"
	"flag"
	"io"
	"strings"

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
// [flag.ErrHelp]. Wrong use is an *output.Error with the code usage.
func (e *Env) Run(ctx context.Context, cmd *ffcli.Command) error {
	e.prepare(cmd)
	words, selected, err := e.setFlags(cmd)
	if err != nil {
		return e.withUsageHint(err, words)
	}
	if e.help {
		return e.show(help(selected))
	}
	if e.version {
		return e.show(strings.ReplaceAll(e.Name, " ", "-") + " " + version.String() + "\n")
	}
	if _, err := e.Format(); err != nil {
		return err
	}
	if selected.Exec == nil {
		return e.withUsageHint(noSubcommand(selected, words), nil)
	}
	if err := cmd.Parse(words); err != nil { // a variable, where cmd.Options reads any
		return Usagef("%w", err)
	}
	return e.withUsageHint(cmd.Run(ctx), words)
}

// withUsageHint tells after wrong use where the right one is explained. words
// begins with the subcommand that was meant, if there is one.
func (e *Env) withUsageHint(err error, words []string) error {
	if err == nil || output.AsError(err).Code != output.CodeUsage {
		return err
	}
	name := e.Name
	for _, word := range words {
		if word == "--" {
			break
		}
		name += " " + word
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

// setFlags goes through env.Args once: it sets every flag on the command it
// belongs to, and returns the words that are left in a form that the flag
// package, which stops at the first of them, cannot misread, and the command
// that they select.
func (e *Env) setFlags(cmd *ffcli.Command) (words []string, selected *ffcli.Command, err error) {
	selected = cmd
	for _, arg := range e.Args {
		if authcfg.ContainsAPIKey(arg) {
			return nil, nil, withHint(Usagef("an API key must not be an argument"),
				"it is in your shell's history now: revoke it with `nrepo key revoke`, and give the new one on stdin")
		}
	}
	var operands []string
	for args := e.Args; len(args) > 0; {
		arg := args[0]
		args = args[1:]
		switch {
		case arg == "--":
			operands = append(operands, args...)
			args = nil
		case len(arg) > 1 && arg[0] == '-':
			if args, err = setFlag(selected.FlagSet, arg, args); err != nil {
				return words, nil, err
			}
		case len(operands) == 0 && subcommand(selected, arg) != nil:
			selected = subcommand(selected, arg)
			words = append(words, arg)
		default:
			operands = append(operands, arg)
		}
	}
	return append(append(words, "--"), operands...), selected, nil
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
			return nil, Usagef("unknown flag --%s", name)
		}
		return nil, Usagef("unknown flag") // it could be anything, a secret too
	}
	if b, ok := f.Value.(interface{ IsBoolFlag() bool }); ok && b.IsBoolFlag() {
		if !hasValue {
			value = "true"
		}
		if fs.Set(name, value) != nil {
			return nil, Usagef("--%s takes no value", name)
		}
		return rest, nil
	}
	if !hasValue {
		if len(rest) == 0 {
			return nil, Usagef("--%s needs a value", name)
		}
		value, rest = rest[0], rest[1:]
	}
	if err := fs.Set(name, value); err != nil {
		return nil, Usagef("bad value for --%s: %w", name, err)
	}
	return rest, nil
}

// looksLikeFlag reports whether an unknown flag may be repeated: a short word
// of letters and dashes.
func looksLikeFlag(name string) bool {
	return len(name) <= 24 && strings.Trim(name, "abcdefghijklmnopqrstuvwxyz-") == ""
}

func noSubcommand(cmd *ffcli.Command, words []string) error {
	var names []string
	for _, sub := range cmd.Subcommands {
		names = append(names, sub.Name)
	}
	if words[len(words)-1] == "--" {
		return Usagef("a subcommand is missing: %s", strings.Join(names, ", "))
	}
	return Usagef("unknown subcommand; there are: %s", strings.Join(names, ", "))
}
