package plugin

import (
	"flag"
	"slices"
	"strings"

	"github.com/peterbourgon/ff/v3/ffcli"

	"github.com/nrepo-cli/nrepo/internal/nearest"
	"github.com/nrepo-cli/nrepo/pkg/output"
)

// withUsageHint adds a hint to run --help. path is the command and its subcommand.
func (e *Env) withUsageHint(err error, path []*ffcli.Command) error {
	if err == nil || output.AsError(err).Code != output.CodeUsage {
		return err
	}
	return withHint(err, "run `"+e.typed(path)+" --help` for its usage")
}

// typed returns a command as users type it.
func (e *Env) typed(path []*ffcli.Command) string {
	name := e.Name
	for _, c := range path[1:] {
		name += " " + c.Name
	}
	return name
}

// unknownFlag returns the error for arg, which starts with a dash. It suggests a
// similar flag, or -- if arg may not be a flag.
func unknownFlag(fs *flag.FlagSet, arg string) error {
	name, _, _ := strings.Cut(strings.TrimLeft(arg, "-"), "=")
	err := Usagef("unknown flag")
	switch {
	case secretLike(name):
	case isWord(name):
		err = Usagef("unknown flag %s", dashed(name))
	default:
		err = Usagef("unknown flag \"%s\"", output.Shorten(arg))
	}
	var names []string
	fs.VisitAll(func(f *flag.Flag) {
		if len(f.Name) > 1 { // any letter is similar to any other
			names = append(names, f.Name)
		}
	})
	if near := meant(strings.ToLower(name), names); near != "" {
		return withHint(err, "did you mean "+dashed(near)+"?")
	}
	if !isWord(name) {
		return withHint(err, "put -- before an argument that begins with a dash")
	}
	return err
}

// noSubcommand returns the error for a command that needs a subcommand, if args do
// not start with one.
func (e *Env) noSubcommand(path []*ffcli.Command, args []string) error {
	var names []string
	for _, sub := range path[len(path)-1].Subcommands {
		names = append(names, sub.Name)
	}
	list := strings.Join(names, ", ")
	if len(args) == 0 {
		return Usagef("a subcommand is missing; use one of: %s", list)
	}
	err := Usagef("unknown subcommand; use one of: %s", list)
	if !secretLike(args[0]) {
		err = Usagef("unknown subcommand \"%s\"; use one of: %s", output.Shorten(args[0]), list)
	}
	if near := meant(strings.ToLower(args[0]), names); near != "" {
		err = withHint(err, "did you mean `"+e.typed(path)+" "+near+"`?")
	}
	return err
}

// meant returns the name that was probably meant by wrong: it differs in a few
// letters, starts with wrong, or is the usual name in other programs.
func meant(wrong string, names []string) string {
	if len(wrong) < 2 {
		return ""
	}
	if near := nearest.Names(wrong, names); len(near) > 0 {
		return near[0]
	}
	for _, n := range names {
		if strings.HasPrefix(n, wrong) {
			return n
		}
	}
	for _, same := range synonyms {
		for _, n := range names {
			if slices.Contains(same, wrong) && slices.Contains(same, n) {
				return n
			}
		}
	}
	return ""
}

// synonyms are names that programs use for the same subcommand.
var synonyms = [][]string{
	{"list", "ls"},
	{"create", "new", "add", "make"},
	{"revoke", "remove", "rm", "delete", "del"},
	{"show", "view", "get"},
	{"edit", "update", "change", "set"},
}

// isWord reports whether s looks like the name of a flag.
func isWord(s string) bool {
	return s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_") == ""
}

// secretLike reports whether s could be a secret, which messages must not repeat:
// one of its words is long, or mixes letters and digits.
func secretLike(s string) bool {
	return s == "" || slices.ContainsFunc(strings.Fields(s), func(word string) bool {
		plain := isWord(word) || strings.Trim(word, "0123456789.,:") == ""
		return len(word) > 24 || len(word) > 4 && !plain
	})
}
