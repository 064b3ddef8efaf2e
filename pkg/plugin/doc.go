// Package plugin runs a command of nrepo. The official commands use it, and so can
// any nrepo-* program in Go:
//
//	func main() { os.Exit(plugin.Main("hello", run)) }
//
//	func run(ctx context.Context, env *plugin.Env) error {
//		return env.Run(ctx, &ffcli.Command{
//			Name:       "hello",
//			ShortUsage: "nrepo hello [flags]",
//			ShortHelp:  plugin.SummaryMarker + "Say hello" + plugin.CompleteMarker,
//			Exec: func(ctx context.Context, args []string) error {
//				return env.Print(map[string]string{"hello": "world"}, "Hello, world.\n")
//			},
//		})
//	}
//
// This command accepts --json and --human before and after its arguments, uses
// NEURALREPO_OUTPUT and the default format of the login, prints its help with
// --help, reports every error once, in the requested format, and exits with the
// codes below.
package plugin
