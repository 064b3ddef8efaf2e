package main

import (
	"cmp"
	"embed"
	"strings"
)

//go:embed usage completions
var texts embed.FS

// page is what `nrepo help NAME` prints of a built-in, or of the topic environment; ""
// for another name.
func page(name string) string {
	text, _ := texts.ReadFile("usage/" + name + ".txt")
	return string(text)
}

func knows(b *builtin, flag string) bool { return strings.Contains(b.flags, flag) }

// runBuiltin parses a built-in's arguments, in which flags may stand anywhere before
// --, and runs it. A wrong argument is reported when all are read: in the format
// that one behind it asks for.
func runBuiltin(env *environment, b *builtin, args []string) error {
	var o options
	var wrong error
	see := "see nrepo " + b.name + " --help"
	for i, arg := range args {
		if arg == "--" {
			o.args = append(o.args, args[i+1:]...)
			break
		}
		var err error
		switch {
		case !strings.HasPrefix(arg, "-") || arg == "-":
			o.args = append(o.args, arg)
		case arg == "--help" || arg == "-h":
			return show(env, page(b.name))
		case arg == "--json" || arg == "--human":
			err = env.setFormat(arg)
		case (arg == "-a" || arg == "--all") && knows(b, "-a"):
			o.all = true
		case (arg == "-v" || arg == "--verbose") && knows(b, "-v"):
			o.verbose = true
		default:
			err = usageError(b.name+" has no flag "+showFlag(arg), see)
		}
		wrong = cmp.Or(wrong, err)
	}
	takesJSON := knows(b, "--json")
	switch {
	case wrong != nil:
		return wrong
	case env.format == "json" && !takesJSON && b.name != "help":
		return usageError(b.name+" prints text only", "leave --json out")
	case b.maxArgs >= 0 && len(o.args) > b.maxArgs:
		return usageError(b.name+" takes no argument "+showArg(o.args[b.maxArgs]), see)
	case takesJSON:
		o.json, wrong = env.wantsJSON()
	}
	if wrong != nil {
		return wrong
	}
	return b.do(env, o)
}
