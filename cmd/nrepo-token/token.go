package main

import (
	"context"
	"flag"

	"github.com/peterbourgon/ff/v3/ffcli"

	"github.com/nrepo-cli/nrepo/pkg/neuralrepo"
	"github.com/nrepo-cli/nrepo/pkg/output"
	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

func run(ctx context.Context, env *plugin.Env) error {
	env.DefaultFormat = output.Human // scripts expect only the credential
	fs := flag.NewFlagSet("token", flag.ContinueOnError)
	asHeader := fs.Bool("header", false, "print the whole HTTP header line")
	return env.Run(ctx, &ffcli.Command{
		Name:       "token",
		ShortUsage: "nrepo token [flags]",
		ShortHelp:  plugin.SummaryMarker + "Print the credential that commands use" + plugin.CompleteMarker,
		LongHelp: `
This is for programs that make HTTP requests themselves; most scripts should use
nrepo api instead. Send the credential only to the server shown by --json. An
expired session is renewed first. After a 401, run nrepo token again.

Examples:
  nrepo token --header
  nrepo token --header | curl -sH @- https://neuralrepo.com/api/v1/user/me
  nrepo token --json` + neuralrepo.Variables,
		FlagSet: fs,
		Exec: func(ctx context.Context, args []string) error {
			if len(args) > 0 {
				return plugin.Usagef("token takes no arguments")
			}
			return token(ctx, env, *asHeader)
		},
	})
}

func token(ctx context.Context, env *plugin.Env, asHeader bool) error {
	client, err := neuralrepo.New(env.Auth(), neuralrepo.Options{Notify: env.Progress})
	if err != nil {
		return err
	}
	cred, err := client.Fresh(ctx)
	if err != nil {
		return err
	}
	name, value := cred.Secret.Header()
	text := cred.Secret.Reveal()
	if asHeader {
		text = name + ": " + value
	}
	return env.Print(struct {
		Token  string `json:"token"`
		Header string `json:"header"`
		APIURL string `json:"api_url"`
		Source string `json:"source"`
	}{cred.Secret.Reveal(), name + ": " + value, cred.APIURL, string(cred.Source)}, text+"\n")
}
