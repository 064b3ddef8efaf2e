package main

import (
	"slices"
	"strings"

	"github.com/nrepo-cli/nrepo/cmd/nrepo/internal/lookup"
	"github.com/nrepo-cli/nrepo/cmd/nrepo/internal/progfile"
)

func commandsBuiltin() *builtin {
	return &builtin{"commands", "List the commands there are", "-v --json", 0, doCommands}
}

func doCommands(env *environment, o options) error {
	l, err := newLookup(env)
	if err != nil {
		return err
	}
	c := newCatalog(env, l, detail{versions: o.verbose || o.json, reader: progfile.NewReader()})
	if o.json {
		return env.print(commandsJSON(c))
	}
	var b strings.Builder
	width := nameWidth(c.official, c.other, c.builtin)
	for i, group := range []struct {
		title   string
		entries []entry
	}{{"official commands:", c.official}, {"other commands:", c.other}, {"built in:", c.builtin}} {
		if len(group.entries) == 0 {
			continue
		}
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(group.title + "\n")
		if !o.verbose {
			writeEntries(&b, group.entries, width)
			continue
		}
		for _, e := range group.entries {
			writeEntries(&b, []entry{e}, width)
			writeDetails(&b, e, strings.Repeat(" ", width+4))
		}
	}
	if o.verbose && len(c.ignored) > 0 {
		b.WriteString("\nignored files:\n")
		for _, f := range c.ignored {
			b.WriteString("  " + shown(f.Path) + " " + f.Reason + "\n")
		}
	}
	return env.print(b.String())
}

// writeDetails writes what -v adds to an entry.
func writeDetails(b *strings.Builder, e entry, indent string) {
	switch {
	case !e.installed:
		b.WriteString(indent + findOfficial(e.name).install() + "\n")
		return
	case e.file.Path == "":
		return
	}
	from := map[lookup.Origin]string{lookup.Beside: "next to nrepo", lookup.ExecPath: "in " + varExecPath, lookup.Path: "in PATH"}
	b.WriteString(indent + shown(e.file.Path) + ", " + from[e.file.Origin] + "\n")
	if told := strings.TrimSpace(e.facts.Module + " " + e.facts.Version); told != "" {
		b.WriteString(indent + told + "\n")
	}
	if note := entryNote(e); note != "" {
		b.WriteString(indent + "note: " + note + "\n")
	}
	for _, f := range e.shadowed {
		b.WriteString(indent + "shadowed: " + shown(f.Path) + "\n")
	}
}

// entryNote is what a user should know of an installed command; it may be "".
func entryNote(e entry) string {
	if keptBack(e.name) {
		return "name kept back for a later official command"
	}
	return note(e.file)
}

type commandJSON struct {
	Name      string   `json:"name"`
	Summary   string   `json:"summary,omitempty"`
	Origin    string   `json:"origin,omitempty"` // "" when it is not installed
	Official  bool     `json:"official"`
	Installed bool     `json:"installed"`
	Path      string   `json:"path,omitempty"` // "" for a built-in
	Note      string   `json:"note,omitempty"` // what a user should know
	Module    string   `json:"module,omitempty"`
	Version   string   `json:"version,omitempty"`
	Install   string   `json:"install,omitempty"`  // of an official command that is not installed
	Shadowed  []string `json:"shadowed,omitempty"` // files that would run without the first
}

type ignoredJSON struct {
	Path   string `json:"path"`
	Reason string `json:"reason"`
}

func commandsJSON(c catalog) string {
	commands, files := []commandJSON{}, []ignoredJSON{}
	for _, e := range slices.Concat(c.official, c.other, c.builtin) {
		o := commandJSON{
			Name: e.name, Summary: e.summary, Official: e.official, Installed: e.installed,
			Path: e.file.Path, Note: entryNote(e), Module: e.facts.Module, Version: e.facts.Version,
		}
		if e.installed {
			o.Origin = origin(e.file)
		} else {
			o.Install = findOfficial(e.name).install()
		}
		for _, f := range e.shadowed {
			o.Shadowed = append(o.Shadowed, f.Path)
		}
		commands = append(commands, o)
	}
	for _, f := range c.ignored {
		files = append(files, ignoredJSON(f))
	}
	return document(struct {
		Commands []commandJSON `json:"commands"`
		Ignored  []ignoredJSON `json:"ignored"`
	}{commands, files})
}
