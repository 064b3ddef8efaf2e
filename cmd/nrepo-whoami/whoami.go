package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/peterbourgon/ff/v3/ffcli"

	"github.com/nrepo-cli/nrepo/pkg/authcfg"
	"github.com/nrepo-cli/nrepo/pkg/neuralrepo"
	"github.com/nrepo-cli/nrepo/pkg/output"
	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

func run(ctx context.Context, env *plugin.Env) error {
	return env.Run(ctx, &ffcli.Command{
		Name:       "whoami",
		ShortUsage: "nrepo whoami [flags]",
		ShortHelp:  plugin.SummaryMarker + "Show who is logged in" + plugin.CompleteMarker,
		LongHelp: `
It asks the service, so it also tells whether the credential still works.

Examples:
  nrepo whoami
  nrepo whoami --json
  nrepo whoami >/dev/null && echo logged in` + neuralrepo.Variables,
		Exec: func(ctx context.Context, args []string) error {
			if len(args) > 0 {
				return plugin.Usagef("whoami takes no arguments")
			}
			return whoami(ctx, env)
		},
	})
}

func whoami(ctx context.Context, env *plugin.Env) error {
	client, err := neuralrepo.New(env.Auth(), neuralrepo.Options{Notify: env.Progress})
	if err != nil {
		return err
	}
	user, err := client.Me(ctx)
	if err != nil {
		return err
	}
	cred := client.Credential()
	env.DefaultFormat = cred.Method.DefaultFormat() // or Print would read the config again
	result, err := withLogin(user, cred)
	if err != nil {
		return err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "Logged in as %s\n", output.SafeLine(user.EmailOrID()))
	for _, row := range [][2]string{
		{"Name", user.DisplayName},
		{"Plan", user.Plan},
		{"ID", string(user.ID)},
		{"Login", string(cred.Method)},
		{"Server", cred.APIURL},
		{"Source", source(env, cred)},
	} {
		if row[1] != "" {
			fmt.Fprintf(&b, "  %-8s %s\n", row[0]+":", output.SafeLine(row[1]))
		}
	}
	return env.Print(result, b.String())
}

// withLogin is the user object plus how the login was made and where it stands.
func withLogin(user neuralrepo.User, cred authcfg.Credential) (json.RawMessage, error) {
	return output.SetFields(user.Raw,
		output.Field{Name: "auth_method", Value: cred.Method},
		output.Field{Name: "api_url", Value: cred.APIURL},
		output.Field{Name: "source", Value: cred.Source},
	)
}

func source(env *plugin.Env, cred authcfg.Credential) string {
	path, err := env.Auth().Path()
	if cred.Source == authcfg.FromConfig {
		return path
	}
	if c, loadErr := env.Auth().Load(); err == nil && loadErr == nil && c.LoggedIn() {
		return "NEURALREPO_API_KEY, which comes before the login in " + path
	}
	return "NEURALREPO_API_KEY"
}
