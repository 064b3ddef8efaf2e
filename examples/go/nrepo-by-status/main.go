// Command nrepo-by-status counts ideas by their status. It is an example of several
// commands in one program: "nrepo by-status --install" creates the links
// nrepo-captured and nrepo-shipped for the commands "nrepo captured" and "nrepo
// shipped".
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/peterbourgon/ff/v3/ffcli"

	"github.com/nrepo-cli/nrepo/pkg/neuralrepo"
	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

func main() {
	os.Exit(plugin.Program{
		Name:      "by-status",
		ShortHelp: "@(#)nrepo:summary.by-status=" + "Count ideas by their status" + plugin.CompleteMarker,
		Commands: []plugin.Command{
			count("captured", "@(#)nrepo:summary.captured="+"Count the ideas that are captured"+plugin.CompleteMarker),
			count("shipped", "@(#)nrepo:summary.shipped="+"Count the ideas that are shipped"+plugin.CompleteMarker),
		},
	}.Main())
}

// count returns the command for a status. shortHelp must be a constant, so that the
// program's file contains the marker as text.
func count(status, shortHelp string) plugin.Command {
	return plugin.Command{Name: status, Run: func(ctx context.Context, env *plugin.Env) error {
		return env.Run(ctx, &ffcli.Command{
			Name:       status,
			ShortUsage: "nrepo " + status + " [flags]",
			ShortHelp:  shortHelp,
			Exec: func(ctx context.Context, args []string) error {
				if len(args) > 0 {
					return plugin.Usagef("%s takes no arguments", status)
				}
				client, err := neuralrepo.New(env.Auth(), neuralrepo.Options{Notify: env.Progress})
				if err != nil {
					return err
				}
				n := 0
				for _, err := range client.AllIdeas(ctx, neuralrepo.IdeaFilter{Status: status}) {
					if err != nil {
						return err
					}
					n++
				}
				return env.Print(n, fmt.Sprintln(n))
			},
		})
	}}
}
