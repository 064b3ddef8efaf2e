package main

import (
	"cmp"
	"strings"

	"github.com/nrepo-cli/nrepo/cmd/nrepo/internal/lookup"
	"github.com/nrepo-cli/nrepo/internal/progfile"
)

// command is an entry of the lists, as in JSON.
type command struct {
	Name      string   `json:"name"`
	Summary   string   `json:"summary,omitempty"`
	Origin    string   `json:"origin,omitempty"` // see origin; "" when it is not installed
	Official  bool     `json:"official"`
	Installed bool     `json:"installed"`
	Path      string   `json:"path,omitempty"` // "" for a built-in
	Note      string   `json:"note,omitempty"` // what a user should know
	Module    string   `json:"module,omitempty"`
	Version   string   `json:"version,omitempty"`
	Contract  string   `json:"contract,omitempty"` // lowest version of the plugin contract that it needs
	Install   string   `json:"install,omitempty"`  // how to install an official command
	Shadowed  []string `json:"shadowed,omitempty"` // files that would run if the first did not exist

	group string // the heading in the list
}

// elsewhere reports whether an official name runs a file that is not in the directory of
// nrepo.
func (c command) elsewhere() bool { return c.Official && c.Origin == string(lookup.Path) }

// neverRun is a file that never runs as a command, and why.
type neverRun struct {
	Path   string `json:"path"`
	Reason string `json:"reason"`
}

// catalog is the list of commands: the official ones, installed or not, then the others
// by name, then the built-ins.
type catalog struct {
	Commands []command  `json:"commands"`
	Ignored  []neverRun `json:"ignored"`
}

// newCatalog lists the commands whose names have a prefix, at most this many that are not official.
// Nothing is executed. The reader reads summaries and, with versions, what -v shows; with nil, no
// file is opened.
func newCatalog(env *environment, l *lookup.Lookup, prefix string, most int, reader *progfile.Reader, versions bool) catalog {
	listing := lookup.List(l, prefix)
	c := catalog{
		// Growing a very long list would need memory for two copies.
		Commands: make([]command, 0, len(officials)+min(most, len(listing.Names))+len(env.builtins)),
		Ignored:  []neverRun{},
	}
	for _, f := range listing.Ignored {
		c.ignore(f)
	}
	for _, o := range officials {
		if strings.HasPrefix(o.name, prefix) {
			cmd := c.look(listing, command{Name: o.name, Summary: o.summary, Official: true, group: o.group}, reader, versions)
			if !cmd.Installed {
				cmd.Install = installHint(l, o)
			}
			c.Commands = append(c.Commands, cmd)
		}
	}
	for _, name := range listing.Names {
		switch {
		case env.builtin(name) != nil:
			for _, f := range listing.Files(name) {
				c.Ignored = append(c.Ignored, neverRun{f.Path, hiddenByBuiltin})
			}
		case most > 0 && findOfficial(name) == nil:
			if cmd := c.look(listing, command{Name: name, group: groupOther}, reader, versions); cmd.Installed {
				c.Commands = append(c.Commands, cmd)
				most--
			}
		}
	}
	for _, b := range env.builtins {
		c.Commands = append(c.Commands, command{Name: b.name, Summary: b.summary, Origin: "builtin", Installed: true, group: groupBuiltin})
	}
	return c
}

// look completes a command from the files of its name and records those that never run.
func (c *catalog) look(listing lookup.Listing, cmd command, reader *progfile.Reader, versions bool) command {
	for _, f := range listing.Files(cmd.Name) {
		switch {
		case f.Problem != lookup.None:
			c.ignore(f)
		case cmd.Installed:
			cmd.Shadowed = append(cmd.Shadowed, f.Path)
		default:
			var facts progfile.Facts
			switch {
			case !cmd.Official:
				facts = reader.Read(f.Path, f.Name, versions)
			case versions:
				facts = reader.ReadOfficial(f.Path)
			}
			cmd.Installed, cmd.Path, cmd.Origin, cmd.Note = true, f.Path, origin(f), note(f, facts.Contract)
			cmd.Summary, cmd.Module, cmd.Version, cmd.Contract = cmp.Or(cmd.Summary, facts.Summary), facts.Module, facts.Version, facts.Contract
		}
	}
	return cmd
}

func (c *catalog) ignore(f lookup.File) {
	reason, _ := problem(f)
	c.Ignored = append(c.Ignored, neverRun{f.Path, reason})
}

func (c catalog) only(holds func(command) bool) (some []command) {
	for _, cmd := range c.Commands {
		if holds(cmd) {
			some = append(some, cmd)
		}
	}
	return some
}
