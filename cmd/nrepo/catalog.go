package main

import (
	"github.com/nrepo-cli/nrepo/cmd/nrepo/internal/lookup"
	"github.com/nrepo-cli/nrepo/cmd/nrepo/internal/progfile"
)

// entry is a command in the lists of help, commands, version and completion.
type entry struct {
	name      string
	summary   string
	official  bool
	installed bool
	file      lookup.File // the file that runs; its path is "" for a built-in
	shadowed  []lookup.File
	facts     progfile.Facts
}

// ignored is a file that never runs.
type ignored struct{ Path, Reason string }

// catalog is what there is, each group sorted as it is shown.
type catalog struct {
	official []entry // also those that are not installed
	other    []entry
	builtin  []entry
	ignored  []ignored
}

// detail says how much a catalog tells of each command.
type detail struct {
	prefix   string           // begins the names
	versions bool             // whether to look for versions, of official commands too
	reader   *progfile.Reader // reads what a file says of itself
}

// newCatalog lists what the lookup finds. Nothing is executed; a third-party
// file is opened to read its summary, an official one only for its version.
func newCatalog(env *environment, l *lookup.Lookup, d detail) catalog {
	var c catalog
	listing := l.List(d.prefix)
	for _, f := range listing.Ignored {
		c.ignore(f)
	}
	installed := make(map[string]entry)
	for _, cmd := range listing.Commands {
		if env.builtin(cmd.Name) != nil {
			for _, f := range cmd.Files {
				c.ignored = append(c.ignored, ignored{f.Path, hiddenByBuiltin})
			}
			continue
		}
		e, ok := c.entry(cmd, d)
		switch {
		case ok && e.official:
			installed[e.name] = e
		case ok:
			c.other = append(c.other, e)
		}
	}
	for _, o := range officials() {
		e := installed[o.name]
		e.name, e.summary, e.official = o.name, o.summary, true
		c.official = append(c.official, e)
	}
	for _, b := range env.builtins {
		c.builtin = append(c.builtin, entry{name: b.name, summary: b.summary, installed: true})
	}
	return c
}

// entry makes the entry of a command, if one of its files runs, and notes those
// that never do.
func (c *catalog) entry(cmd lookup.Command, d detail) (entry, bool) {
	file, ok := cmd.Runs()
	e := entry{name: cmd.Name, installed: true, file: file, official: findOfficial(cmd.Name) != nil}
	for i, f := range cmd.Files {
		if f.Problem != lookup.None {
			c.ignore(f)
		} else if i > 0 {
			e.shadowed = append(e.shadowed, f)
		}
	}
	if !ok {
		return e, false
	}
	e.facts = d.reader.Read(file.Path, e.name, progfile.Wanted{Summary: !e.official, Version: d.versions})
	e.summary = e.facts.Summary
	return e, true
}

func (c *catalog) ignore(f lookup.File) {
	reason, _ := problem(f)
	c.ignored = append(c.ignored, ignored{f.Path, reason})
}
