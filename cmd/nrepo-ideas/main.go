// Command nrepo-ideas works with ideas: it lists, shows, changes and relates them.
// It is one program of many commands, each reached by a link nrepo-NAME or as the
// first argument.
package main

import (
	"os"

	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

func main() { os.Exit(program().Main()) }

func program() plugin.Program {
	const summary = plugin.SummaryMarker + "Install and list the idea commands" + plugin.CompleteMarker
	return plugin.Program{Name: "ideas", ShortHelp: summary, Commands: []plugin.Command{
		{Name: "search", Run: search},
		{Name: "log", Run: log},
		{Name: "show", Run: show},
		{Name: "edit", Run: edit},
		{Name: "move", Run: move},
		{Name: "tag", Run: tag},
		{Name: "link", Run: link},
		{Name: "unlink", Run: unlink},
		{Name: "links", Run: links},
		{Name: "graph", Run: drawGraph},
		{Name: "diff", Run: diffIdeas},
		{Name: "branch", Run: branch},
		{Name: "merge", Run: merge},
		{Name: "rm", Run: rm},
		{Name: "pull", Run: pull},
		{Name: "status", Run: status},
		{Name: "duplicate", Run: duplicate},
		{Name: "export", Run: exportIdeas},
		{Name: "import", Run: importIdeas},
	}}
}
