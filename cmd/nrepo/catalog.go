package main

import "cmp"

// entry is a command in the lists of help, commands, version and completion.
type entry struct {
	name     string
	summary  string
	origin   origin // "" when it is not installed
	official bool
	file     candidate // the file that runs; its path is "" for a built-in
	shadowed []candidate
	facts    facts
}

func (e entry) installed() bool { return e.origin != "" }

// catalog is what there is, each group sorted as it is shown.
type catalog struct {
	official []entry // also those that are not installed
	other    []entry
	builtin  []entry
	ignored  []candidate // files that never run, with the reason
}

// newCatalog lists what the resolver finds. Nothing is executed; a third-party
// file is opened to read its summary, an official one only for its module.
func newCatalog(r *resolver, modules bool) catalog {
	var c catalog
	l := r.list()
	c.ignored = l.ignored
	in := newInspector()
	installed := make(map[string]entry)
	for _, cmd := range l.commands {
		file, ok := cmd.runs()
		if !ok {
			c.ignored = append(c.ignored, cmd.files...)
			continue
		}
		e := entry{name: cmd.name, origin: file.origin, file: file, official: findOfficial(cmd.name) != nil}
		for _, f := range cmd.files[1:] {
			if f.problem == "" {
				e.shadowed = append(e.shadowed, f)
			} else {
				c.ignored = append(c.ignored, f)
			}
		}
		if want := (wanted{summary: !e.official, module: modules, linked: modules && e.official}); want != (wanted{}) {
			e.facts = in.file(e.file.path, want)
			e.facts.version = cmp.Or(e.facts.linked, e.facts.version)
		}
		if e.official {
			installed[e.name] = e
		} else {
			e.summary = e.facts.summary
			c.other = append(c.other, e)
		}
	}
	for _, o := range officials() {
		e := installed[o.name]
		e.name, e.summary, e.official = o.name, o.summary, true
		c.official = append(c.official, e)
	}
	for _, b := range builtins() {
		c.builtin = append(c.builtin, entry{name: b.name, summary: b.summary, origin: originBuiltin})
	}
	return c
}
