package main

import "strings"

const commandsHelp = `usage: nrepo commands [-v] [--json | --human]

List the commands there are. No command is run for that: the summary of a
third-party command is read from its file.

flags:
  -v, --verbose   also show each command's file, the module and version of Go
                  programs, shadowed files, and ignored ones with the reason
  --json          print JSON, with all that -v shows
  --human         print text

examples:
  nrepo commands
  nrepo commands -v
  nrepo commands --json
`

// doCommands lists the commands. The JSON shape is
//
//	{
//	  "commands": [{
//	    "name": "push",
//	    "summary": "Capture an idea",        // left out when unknown
//	    "origin": "official",                // builtin, official, beside, exec-path or path;
//	                                         // left out when not installed
//	    "official": true,
//	    "installed": true,
//	    "path": "/usr/bin/nrepo-push",       // left out for a built-in and when not installed
//	    "note": "…",                         // what a user should know, if anything
//	    "module": "example.com/m",           // of a Go program
//	    "version": "v1.2.3",
//	    "install": "go install …",           // of an official command not installed
//	    "shadowed": ["/opt/bin/nrepo-push"]  // files that would run without the first
//	  }],
//	  "ignored": [{"path": "/usr/bin/nrepo-a.sh", "reason": "…"}]
//	}
func doCommands(env *environment, o options) error {
	r, err := newResolver(env)
	if err != nil {
		return err
	}
	c := newCatalog(r, o.verbose || o.json)
	if o.json {
		return env.print(commandsJSON(c).document())
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
			b.WriteString("  " + shown(f.path) + " " + f.problem + "\n")
		}
	}
	return env.print(b.String())
}

// writeDetails writes what -v adds to an entry.
func writeDetails(b *strings.Builder, e entry, indent string) {
	if e.origin == originBuiltin {
		return
	}
	if !e.installed() {
		b.WriteString(indent + findOfficial(e.name).install() + "\n")
		return
	}
	from := string(e.origin)
	switch e.origin {
	case originBeside, originOfficial:
		from = "next to nrepo"
	case originExecPath:
		from = "in " + varExecPath
	case originPath:
		from = "in PATH"
	}
	b.WriteString(indent + shown(e.file.path) + ", " + from + "\n")
	if e.facts.module != "" {
		b.WriteString(indent + e.facts.module + " " + e.facts.version + "\n")
	}
	if note := entryNote(e); note != "" {
		b.WriteString(indent + "note: " + note + "\n")
	}
	for _, f := range e.shadowed {
		b.WriteString(indent + "shadowed: " + shown(f.path) + "\n")
	}
}

// entryNote is what a user should know of an installed command; it may be "".
func entryNote(e entry) string {
	if keptBack(e.name) {
		return "name kept back for a later official command"
	}
	return e.file.note()
}

func commandsJSON(c catalog) object {
	commands, ignored := []object{}, []object{}
	for _, group := range [][]entry{c.official, c.other, c.builtin} {
		for _, e := range group {
			o := object{{"name", e.name}}
			o.add("summary", e.summary)
			o.add("origin", string(e.origin))
			o.add("official", e.official)
			o.add("installed", e.installed())
			o.add("path", e.file.path)
			o.add("note", entryNote(e))
			o.add("module", e.facts.module)
			o.add("version", e.facts.version)
			if !e.installed() {
				o.add("install", findOfficial(e.name).install())
			}
			var shadowed []string
			for _, f := range e.shadowed {
				shadowed = append(shadowed, f.path)
			}
			o.add("shadowed", shadowed)
			commands = append(commands, o)
		}
	}
	for _, f := range c.ignored {
		ignored = append(ignored, object{{"path", f.path}, {"reason", f.problem}})
	}
	return object{{"commands", commands}, {"ignored", ignored}}
}
