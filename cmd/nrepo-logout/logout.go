package main

import (
	"context"

	"github.com/peterbourgon/ff/v3/ffcli"

	"github.com/nrepo-cli/nrepo/pkg/authcfg"
	"github.com/nrepo-cli/nrepo/pkg/output"
	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

func run(ctx context.Context, env *plugin.Env) error {
	env.DefaultFormat = output.Human // the login's default does not apply here
	return env.Run(ctx, &ffcli.Command{
		Name:       "logout",
		ShortUsage: "nrepo logout [flags]",
		ShortHelp:  "Log out and forget the stored credential",
		LongHelp: `
An API key stays valid at the service; end it with "nrepo key revoke".

Examples:
  nrepo logout
  nrepo logout --json`,
		Exec: func(ctx context.Context, args []string) error {
			if len(args) > 0 {
				return plugin.Usagef("logout takes no arguments")
			}
			return logout(ctx, env)
		},
	})
}

func logout(ctx context.Context, env *plugin.Env) error {
	previous, err := env.Auth().Clear(ctx)
	if err != nil {
		return err
	}
	if previous.LoggedIn() && previous.AuthMethod == authcfg.APIKey {
		env.Warn("the API key stays valid; `nrepo key revoke` ends one")
	}
	if env.Getenv("NEURALREPO_API_KEY") != "" {
		env.Warn("NEURALREPO_API_KEY is set, so commands still use that key")
	}
	return env.Print(map[string]bool{"success": true}, "Logged out.\n")
}
