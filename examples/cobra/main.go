// Command nrepo-who shows the account. It is an example of a plugin that uses cobra for
// its command line. It uses nrepo's packages for the credential, the client and the
// output, but not pkg/plugin, so it chooses the format, the exit code and the form of
// an error itself.
package main

import (
	"context"
	"fmt"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"github.com/nrepo-cli/nrepo/pkg/authcfg"
	"github.com/nrepo-cli/nrepo/pkg/neuralrepo"
	"github.com/nrepo-cli/nrepo/pkg/output"
)

func main() {
	var store authcfg.Store
	err := command(&store).ExecuteContext(context.Background())
	if err != nil {
		output.WriteError(os.Stderr, format(&store), "nrepo who", err)
	}
	os.Exit(exitCode(err))
}

func command(store *authcfg.Store) *cobra.Command {
	c := &cobra.Command{
		Use:   "nrepo who",
		Short: "Show the account",
		// nrepo reads this summary in the program's file. The line feed and "@(#)" end the
		// summary, because other text may follow it in the file.
		Annotations:   map[string]string{"nrepo": "@(#)nrepo:summary=Show the account\n@(#)"},
		SilenceErrors: true, // main reports errors
		SilenceUsage:  true,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return wrongUse(fmt.Errorf("takes no arguments"))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return who(cmd.Context(), store) },
	}
	c.Flags().Bool("json", false, "print JSON")
	c.Flags().Bool("human", false, "print text")
	c.Flags().BoolP("help", "h", false, "show this help")
	c.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return wrongUse(err) })
	c.CompletionOptions.DisableDefaultCmd = true
	return c
}

func who(ctx context.Context, store *authcfg.Store) error {
	client, err := neuralrepo.New(store, neuralrepo.Options{UserAgent: "nrepo-who"})
	if err != nil {
		return err
	}
	user, err := client.Me(ctx)
	if err != nil {
		return err
	}
	if format(store) == output.JSON {
		return output.WriteJSON(os.Stdout, user)
	}
	_, err = fmt.Println(output.SafeLine(user.Email))
	return err
}

// format returns the output format: that of a flag, or of NEURALREPO_OUTPUT, or else
// the default of the login. A flag counts even if the command line is wrong.
func format(store *authcfg.Store) output.Format {
	switch {
	case slices.Contains(os.Args[1:], "--json"):
		return output.JSON
	case slices.Contains(os.Args[1:], "--human"):
		return output.Human
	}
	if f, err := output.ParseFormat(os.Getenv("NEURALREPO_OUTPUT")); err == nil {
		return f
	}
	return store.DefaultFormat()
}

func wrongUse(err error) error {
	return &output.Error{Code: output.CodeUsage, Err: err, Hint: "run `nrepo who --help` for its usage"}
}

// exitCode returns the exit code for an error, as in docs/plugin-contract.md.
func exitCode(err error) int {
	if err == nil {
		return 0
	}
	switch e := output.AsError(err); {
	case e.Code == output.CodeUsage:
		return 2
	case e.Code == output.CodeAuthRequired, e.Status == 401:
		return 4
	case e.Code == output.CodeNetwork, e.Status == 429, e.Status >= 500:
		return 5
	}
	return 1
}
