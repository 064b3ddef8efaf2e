package main

import (
	"cmp"
	"math"
	"strings"

	"github.com/nrepo-cli/nrepo/internal/progfile"
	"github.com/nrepo-cli/nrepo/internal/termtext"
)

func doCommands(env *environment, o options) error {
	c := newCatalog(env, newLookup(env), "", math.MaxInt, progfile.NewReader(), o.verbose || o.json)
	if o.json {
		return show(env, document(c, "  "))
	}
	return show(env, commandsText(c, o.verbose, env.columns()))
}

func commandsText(c catalog, verbose bool, screen int) string {
	var b strings.Builder
	width := nameWidth(c.Commands)
	for i, cmd := range c.Commands {
		if i == 0 || cmd.group != c.Commands[i-1].group {
			if i > 0 {
				b.WriteByte('\n')
			}
			b.WriteString(cmd.group + ":\n")
		}
		writeCommands(&b, []command{cmd}, width, screen)
		if verbose {
			for _, line := range details(cmd) {
				b.WriteString(strings.Repeat(" ", width+4) + line + "\n")
			}
		}
	}
	if verbose && len(c.Ignored) > 0 {
		b.WriteString("\nignored files:\n")
		for _, f := range c.Ignored {
			b.WriteString("  " + termtext.Line(f.Path) + " " + f.Reason + "\n")
		}
	}
	return b.String()
}

// details returns the lines that -v adds to a command.
func details(cmd command) (lines []string) {
	switch {
	case !cmd.Installed:
		return []string{cmd.Install}
	case cmd.Path == "": // a built-in
		return nil
	}
	place := map[string]string{"exec-path": "in " + varExecPath, "path": "in PATH"}[cmd.Origin]
	lines = []string{termtext.Line(cmd.Path) + ", " + cmp.Or(place, "next to nrepo")}
	if told := strings.TrimSpace(cmd.Module + " " + cmd.Version); told != "" {
		lines = append(lines, told)
	}
	if cmd.Note != "" {
		lines = append(lines, "note: "+cmd.Note)
	}
	for _, path := range cmd.Shadowed {
		lines = append(lines, "shadowed: "+termtext.Line(path))
	}
	return lines
}
