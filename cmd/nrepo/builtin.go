package main

import (
	"embed"
	"strings"
)

//go:embed usage
var pages embed.FS

// page is what `nrepo help NAME` prints of a built-in, or of the topic environment.
func page(name string) string {
	text, _ := pages.ReadFile("usage/" + name + ".txt")
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
	takesJSON := knows(b, "--json") || b.name == "help"
	for i, arg := range args {
		if arg == "--" {
			o.args = append(o.args, args[i+1:]...)
			break
		}
		env.globals.json = env.globals.json || arg == "--json"
		env.globals.human = env.globals.human || arg == "--human"
		switch {
		case !strings.HasPrefix(arg, "-") || arg == "-":
			o.args = append(o.args, arg)
		case arg == "--help" || arg == "-h":
			return show(env, page(b.name))
		case (arg == "-a" || arg == "--all") && knows(b, "-a"):
			o.all = true
		case (arg == "-v" || arg == "--verbose") && knows(b, "-v"):
			o.verbose = true
		case arg == "--human", arg == "--json" && takesJSON:
		case wrong == nil:
			wrong = usageError(b.name+" has no flag "+showFlag(arg), see)
		}
	}
	if wrong == nil && env.globals.json && !takesJSON {
		wrong = usageError(b.name+" prints text only", "leave --json out")
	}
	if wrong != nil {
		return wrong
	}
	if b.maxArgs >= 0 && len(o.args) > b.maxArgs {
		return usageError(b.name+" takes no argument "+showArg(o.args[b.maxArgs]), see)
	}
	err := env.globals.check()
	if err == nil && knows(b, "--json") {
		o.json, err = env.wantsJSON()
	}
	if err != nil {
		return err
	}
	return b.do(env, o)
}
