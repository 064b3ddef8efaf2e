package main

import (
	"iter"
	"strings"

	"github.com/nrepo-cli/nrepo/cmd/nrepo/internal/lookup"
	"github.com/nrepo-cli/nrepo/internal/progfile"
)

// entry is a command in the lists of help, commands, version and completion.
type entry struct {
	name     string
	summary  string
	group    string      // of the help screen; "" for a command that is not official
	install  string      // how to install it, "" when it is
	file     lookup.File // the file that runs; its path is "" for a built-in
	shadowed []lookup.File
	facts    progfile.Facts
}

func (e entry) installed() bool { return e.install == "" }

// neverRun is a file that no command stands for, and why.
type neverRun struct{ Path, Reason string }

// catalog is what there is, each group sorted as it is shown.
type catalog struct {
	official []entry // also those that are not installed
	other    []entry
	builtin  []entry
	ignored  []neverRun
}

// all goes through the groups in order.
func (c catalog) all() iter.Seq[entry] {
	return func(yield func(entry) bool) {
		for _, group := range [][]entry{c.official, c.other, c.builtin} {
			for _, e := range group {
				if !yield(e) {
					return
				}
			}
		}
	}
}

// detail says how much a catalog tells of each command.
type detail struct {
	prefix   string           // begins the names
	others   int              // at most so many commands that are not official
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
	c.other = make([]entry, 0, min(d.others, len(listing.Names))) // while a very long list grows it is there twice
	for _, name := range listing.Names {
		official := findOfficial(name) != nil
		if !official && len(c.other) == d.others {
			continue
		}
		cmd := listing.Command(name)
		if env.builtin(name) != nil {
			for _, f := range cmd.Files {
				c.ignored = append(c.ignored, neverRun{f.Path, hiddenByBuiltin})
			}
			continue
		}
		e := c.entry(cmd, progfile.Wanted{Summary: !official, Version: d.versions}, d.reader)
		switch {
		case e.file.Path == "": // none of its files runs
		case official:
			installed[e.name] = e
		default:
			c.other = append(c.other, e)
		}
	}
	for _, o := range officials {
		e, ok := installed[o.name]
		if e.name, e.summary, e.group = o.name, o.summary, o.group; !ok {
			e.install = installHint(l, o)
		}
		if strings.HasPrefix(o.name, d.prefix) {
			c.official = append(c.official, e)
		}
	}
	for _, b := range env.builtins {
		c.builtin = append(c.builtin, entry{name: b.name, summary: b.summary})
	}
	return c
}

// entry makes the entry of a command and notes those of its files that never run.
func (c *catalog) entry(cmd lookup.Command, want progfile.Wanted, reader *progfile.Reader) entry {
	e := entry{name: cmd.Name}
	for _, f := range cmd.Files {
		switch {
		case f.Problem != lookup.None:
			c.ignore(f)
		case e.file.Path == "":
			e.file = f
		default:
			e.shadowed = append(e.shadowed, f)
		}
	}
	if e.file.Path != "" {
		e.facts = reader.Read(e.file.Path, e.name, want)
		e.summary = e.facts.Summary
	}
	return e
}

func (c *catalog) ignore(f lookup.File) {
	reason, _ := problem(f)
	c.ignored = append(c.ignored, neverRun{f.Path, reason})
}

// note is what a user should know of a command; it may be "".
func (e entry) note() string {
	if reserved(e.name) {
		return "name is reserved for a future official command"
	}
	if e.facts.Contract > contractVersion || len(e.facts.Contract) > len(contractVersion) {
		return "needs version " + e.facts.Contract + " of the plugin contract, but this nrepo has version " + contractVersion
	}
	return note(e.file)
}

// title is that of the group in which a command is listed.
func (e entry) title() string {
	switch {
	case e.group != "":
		return e.group
	case e.installed() && e.file.Path == "":
		return "built in"
	}
	return "other commands"
}
