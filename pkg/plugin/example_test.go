package plugin_test

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/peterbourgon/ff/v3/ffcli"

	"github.com/nrepo-cli/nrepo/pkg/output"
	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

// This is a whole command. Built as nrepo-hello in a directory on PATH, it is "nrepo
// hello".
func ExampleMain() {
	run := func(ctx context.Context, env *plugin.Env) error {
		return env.Run(ctx, &ffcli.Command{
			Name:       "hello",
			ShortUsage: "nrepo hello [flags]",
			ShortHelp:  plugin.SummaryMarker + "Say hello" + plugin.CompleteMarker,
			Exec: func(ctx context.Context, args []string) error {
				return env.Print(map[string]string{"hello": "world"}, "Hello, world.\n")
			},
		})
	}
	os.Exit(plugin.Main("hello", run))
}

// This program has several commands. Built as nrepo-zoo in a directory on PATH, it is
// "nrepo zoo". "nrepo zoo --install" adds "nrepo feed" and "nrepo pet".
func ExampleProgram() {
	animal := func(name, shortHelp string) plugin.Command {
		return plugin.Command{Name: name, Run: func(ctx context.Context, env *plugin.Env) error {
			return env.Run(ctx, &ffcli.Command{
				Name:       name,
				ShortUsage: "nrepo " + name + " <animal> [flags]",
				ShortHelp:  shortHelp,
				Exec: func(ctx context.Context, args []string) error {
					return env.Print(map[string]string{name: args[0]}, "Done.\n")
				},
			})
		}}
	}
	os.Exit(plugin.Program{
		Name:      "zoo",
		ShortHelp: "@(#)nrepo:summary.zoo=" + "Look after animals" + plugin.CompleteMarker,
		Commands: []plugin.Command{
			animal("feed", "@(#)nrepo:summary.feed="+"Feed an animal"+plugin.CompleteMarker),
			animal("pet", "@(#)nrepo:summary.pet="+"Pet an animal"+plugin.CompleteMarker),
		},
	}.Main())
}

// This command writes a list row by row. On a terminal, the list opens in a pager.
func ExampleEnv_Page() {
	list := func(ctx context.Context, env *plugin.Env, titles []string) error {
		defer env.Page(ctx)()
		table := output.NewTable(env.Stdout, env.TableOptions(), output.Column{Header: "Title", Shrink: true})
		for _, title := range titles {
			if err := table.Row(output.Cells(title)...); err != nil {
				return err // for example, the user quit the pager
			}
		}
		return table.Flush()
	}
	env := &plugin.Env{Name: "nrepo titles", Stdout: os.Stdout}
	list(context.Background(), env, []string{"Bus stops", "Ferries"}) // no terminal, no pager
	// Output:
	// Title
	// Bus stops
	// Ferries
}

// This command asks before it removes something, except with --yes.
func ExampleEnv_Confirm() {
	remove := func(ctx context.Context, env *plugin.Env, yes bool) error {
		if !yes {
			if err := env.Confirm(ctx, "Remove 3 ideas?"); err != nil {
				return err
			}
		}
		return env.Print(map[string]int{"removed": 3}, "Removed 3 ideas.\n")
	}
	env := &plugin.Env{Name: "nrepo tidy", Stdin: strings.NewReader("y\n"), Stdout: os.Stdout, Stderr: os.Stdout}
	fmt.Println(env.Report(remove(context.Background(), env, false))) // stdin is not a terminal
	fmt.Println(env.Report(remove(context.Background(), env, true)))
	// Output:
	// nrepo tidy: cannot ask "Remove 3 ideas?": stdin and stderr must be a terminal
	// 2
	// Removed 3 ideas.
	// 0
}

// A test creates its own Env to run a command.
func ExampleEnv_Run() {
	env := &plugin.Env{
		Name:   "nrepo greet",
		Args:   []string{"Ada", "--json"},
		Stdin:  strings.NewReader(""),
		Stdout: os.Stdout,
		Stderr: os.Stdout,
		Getenv: func(name string) string {
			return map[string]string{"NEURALREPO_OUTPUT": "human"}[name]
		},
	}
	err := env.Run(context.Background(), &ffcli.Command{
		Name:       "greet",
		ShortUsage: "nrepo greet <name> [flags]",
		ShortHelp:  "Greet somebody",
		Exec: func(ctx context.Context, args []string) error {
			if len(args) != 1 {
				return plugin.Usagef("needs one name")
			}
			return env.Print(map[string]string{"name": args[0]}, "Hello, "+args[0]+".\n")
		},
	})
	env.Report(err)

	env.Args = nil
	env.Report(env.Run(context.Background(), &ffcli.Command{
		Name: "greet",
		Exec: func(context.Context, []string) error { return plugin.Usagef("needs one name") },
	}))
	// Output:
	// {
	//   "name": "Ada"
	// }
	// nrepo greet: needs one name
	// hint: run `nrepo greet --help` for its usage
}
