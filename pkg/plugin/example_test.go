package plugin_test

import (
	"context"
	"os"
	"strings"

	"github.com/peterbourgon/ff/v3/ffcli"

	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

// A whole command. Built as nrepo-hello and put on the PATH, it is
// "nrepo hello".
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

// A test runs a command in an Env of its own making.
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
