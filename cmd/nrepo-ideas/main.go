// Command nrepo-ideas lists, shows, changes and relates ideas. It is one program with
// many commands. It runs the command NAME if it is started through a link nrepo-NAME,
// or if NAME is its first argument.
package main

import (
	"os"

	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

func main() { os.Exit(program().Main()) }

func program() plugin.Program {
	const summary = plugin.SummaryMarker + "Install and list the idea commands" + plugin.CompleteMarker
	return plugin.Program{Name: "ideas", ShortHelp: summary, Commands: []plugin.Command{
		{Name: "search", Run: searchCommand},
		{Name: "log", Run: logCommand},
		{Name: "show", Run: showCommand},
		{Name: "edit", Run: editCommand},
		{Name: "move", Run: moveCommand},
		{Name: "tag", Run: tagCommand},
		{Name: "link", Run: linkCommand},
		{Name: "unlink", Run: unlinkCommand},
		{Name: "links", Run: linksCommand},
		{Name: "graph", Run: graphCommand},
		{Name: "diff", Run: diffCommand},
		{Name: "branch", Run: branchCommand},
		{Name: "merge", Run: mergeCommand},
		{Name: "rm", Run: rmCommand},
		{Name: "pull", Run: pullCommand},
		{Name: "status", Run: statusCommand},
		{Name: "duplicate", Run: duplicateCommand},
		{Name: "export", Run: exportCommand},
		{Name: "import", Run: importCommand},
	}}
}
