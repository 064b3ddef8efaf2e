package main

import (
	"runtime"
	"sync"
	"sync/atomic"
)

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
	var running []entry
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
		running = append(running, e)
	}
	inspectAll(running, modules)
	installed := make(map[string]entry)
	for _, e := range running {
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

// inspectAll reads the facts of the entries, a few files at once: a person's
// folder of large Go programs would else be felt as a delay.
func inspectAll(entries []entry, modules bool) {
	const most = 4
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(runtime.NumCPU(), most, len(entries)) {
		workers.Go(func() {
			in := newInspector()
			for i := next.Add(1) - 1; i < int64(len(entries)); i = next.Add(1) - 1 {
				e := &entries[i]
				if want := (wanted{summary: !e.official, module: modules}); want != (wanted{}) {
					e.facts = in.file(e.file.path, want)
				}
			}
		})
	}
	workers.Wait()
}
