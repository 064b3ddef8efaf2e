package main

import (
	"context"
	"errors"
	"flag"
	"fmt"

	"github.com/peterbourgon/ff/v3/ffcli"

	"github.com/nrepo-cli/nrepo/pkg/authcfg"
	"github.com/nrepo-cli/nrepo/pkg/neuralrepo"
	"github.com/nrepo-cli/nrepo/pkg/output"
	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

func run(ctx context.Context, env *plugin.Env) error {
	env.DefaultFormat = output.Human // the login's default does not apply here
	fs := flag.NewFlagSet("login", flag.ContinueOnError)
	apiKey := fs.Bool("api-key", false, "log in with an API key, asked for or read from stdin")
	return env.Run(ctx, &ffcli.Command{
		Name:       "login",
		ShortUsage: "nrepo login --api-key [flags]",
		ShortHelp:  "Log in with an API key",
		LongHelp: `
The key is asked for on a terminal, else one line of stdin is read; it is never
an argument. The service confirms it before it is stored. After this login
results are JSON unless --human is given.

NEURALREPO_API_URL names the server to log in at, NEURALREPO_CONFIG the file to
store the login in. A job without a home needs no login at all: it can have its
key in NEURALREPO_API_KEY.

Examples:
  nrepo login --api-key
  echo "$KEY" | nrepo login --api-key`,
		FlagSet: fs,
		Exec: func(ctx context.Context, args []string) error {
			if len(args) > 0 {
				return plugin.Usagef("login takes no arguments; a key is read from stdin")
			}
			if !*apiKey {
				return plugin.Usagef("say how to log in: `nrepo login --api-key`")
			}
			return loginWithKey(ctx, env)
		},
	})
}

func loginWithKey(ctx context.Context, env *plugin.Env) error {
	server, err := env.Auth().Server()
	if err != nil {
		return err
	}
	key, err := readKey(ctx, env)
	if err != nil {
		return err
	}
	return finish(ctx, env, authcfg.Config{APIURL: server, APIKey: key, AuthMethod: authcfg.APIKey})
}

// finish has the service confirm a login, stores it, and says who it is. A
// login that fails leaves the stored one as it was.
func finish(ctx context.Context, env *plugin.Env, login authcfg.Config) error {
	client := neuralrepo.New(authcfg.Credential{Secret: login.APIKey, APIURL: login.APIURL}, neuralrepo.Options{Notify: env.Progress})
	user, err := client.Me(ctx)
	if err != nil {
		if status := (*neuralrepo.Error)(nil); errors.As(err, &status) && status.Status == 401 {
			return &output.Error{Code: output.HTTPCode(401), Status: 401, Err: err, Hint: "check the key: this one is not, or no longer, valid"}
		}
		return err
	}
	login.UserID = string(user.ID)
	result, err := output.SetField(user.Raw, "auth_method", login.AuthMethod)
	if err != nil {
		return err
	}
	if _, err := env.Auth().Save(ctx, login); err != nil {
		return err
	}
	if env.Getenv("NEURALREPO_API_KEY") != "" {
		env.Warn("NEURALREPO_API_KEY is set and comes before this login")
	}
	return env.Print(result, fmt.Sprintf("Logged in as %s\n", output.Line(user.Name())))
}
