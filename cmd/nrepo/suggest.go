package main

import (
	"strings"

	"github.com/nrepo-cli/nrepo/cmd/nrepo/internal/lookup"
	"github.com/nrepo-cli/nrepo/internal/nearest"
	"github.com/nrepo-cli/nrepo/internal/termtext"
)

// unknown is the error for a name that no file has.
func unknown(env *environment, l *lookup.Lookup, name string) error {
	if o := findOfficial(name); o != nil {
		return notFound(termtext.Quote(name)+" is an official command that is not installed", o.install())
	}
	var names []string
	for _, b := range env.builtins {
		names = append(names, b.name)
	}
	for _, o := range officials() {
		names = append(names, o.name)
	}
	for _, c := range l.List("").Commands {
		if _, ok := c.Runs(); ok {
			names = append(names, c.Name)
		}
	}
	hint := "nrepo commands lists what there is"
	if near := nearest.Names(name, names); len(near) > 0 {
		for i := range near {
			near[i] = termtext.Quote(near[i])
		}
		hint = "did you mean " + strings.Join(near, " or ") + "?"
	}
	return notFound("no such command: "+termtext.Quote(name), hint)
}
