package main

import (
	"math"
	"strings"

	"github.com/nrepo-cli/nrepo/cmd/nrepo/internal/lookup"
	"github.com/nrepo-cli/nrepo/internal/progfile"
)

func commandsBuiltin() *builtin {
	return &builtin{"commands", "List available commands", "-v --json", 0, doCommands}
}

func doCommands(env *environment, o options) error {
	l, err := newLookup(env)
	if err != nil {
		return err
	}
	c := newCatalog(env, l, detail{others: math.MaxInt, versions: o.verbose || o.json, reader: progfile.NewReader()})
	if o.json {
		return show(env, commandsJSON(c))
	}
	return show(env, commandsText(c, o.verbose, screenWidth(env)))
}

func commandsText(c catalog, verbose bool, screen int) string {
	var b strings.Builder
	width := nameWidth(c.official, c.other, c.builtin)
	title := ""
	for e := range c.all() {
		if t := e.title(); t != title {
			if title != "" {
				b.WriteByte('\n')
			}
			title = t
			b.WriteString(title + ":\n")
		}
		writeEntries(&b, []entry{e}, width, screen)
		if verbose {
			writeDetails(&b, e, strings.Repeat(" ", width+4))
		}
	}
	if verbose && len(c.ignored) > 0 {
		b.WriteString("\nignored files:\n")
		for _, f := range c.ignored {
			b.WriteString("  " + shown(f.Path) + " " + f.Reason + "\n")
		}
	}
	return b.String()
}

// writeDetails writes what -v adds to an entry.
func writeDetails(b *strings.Builder, e entry, indent string) {
	if e.file.Path == "" {
		if !e.installed() {
			b.WriteString(indent + e.install + "\n")
		}
		return
	}
	from := map[lookup.Origin]string{lookup.Beside: "next to nrepo", lookup.ExecPath: "in " + varExecPath, lookup.Path: "in PATH"}
	b.WriteString(indent + shown(e.file.Path) + ", " + from[e.file.Origin] + "\n")
	if told := strings.TrimSpace(e.facts.Module + " " + e.facts.Version); told != "" {
		b.WriteString(indent + told + "\n")
	}
	if note := e.note(); note != "" {
		b.WriteString(indent + "note: " + note + "\n")
	}
	for _, f := range e.shadowed {
		b.WriteString(indent + "shadowed: " + shown(f.Path) + "\n")
	}
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
	Contract  string   `json:"contract,omitempty"` // lowest version of the plugin contract that it needs
	Install   string   `json:"install,omitempty"`  // of an official command that is not installed
	Shadowed  []string `json:"shadowed,omitempty"` // files that would run without the first
}

type ignoredJSON struct {
	Path   string `json:"path"`
	Reason string `json:"reason"`
}

func commandsJSON(c catalog) string {
	commands, files := []commandJSON{}, []ignoredJSON{}
	for e := range c.all() {
		o := commandJSON{
			Name: e.name, Summary: e.summary, Official: e.group != "", Installed: e.installed(),
			Path: e.file.Path, Note: e.note(), Module: e.facts.Module, Version: e.facts.Version, Contract: e.facts.Contract, Install: e.install,
		}
		if e.installed() {
			o.Origin = origin(e.file)
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
