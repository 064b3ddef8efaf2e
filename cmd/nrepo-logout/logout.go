package main

import (
	"context"
	"errors"
	"flag"
	"fmt"

	"github.com/peterbourgon/ff/v3/ffcli"

	"github.com/nrepo-cli/nrepo/internal/oauth"
	"github.com/nrepo-cli/nrepo/pkg/authcfg"
	"github.com/nrepo-cli/nrepo/pkg/neuralrepo"
	"github.com/nrepo-cli/nrepo/pkg/output"
	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

func run(ctx context.Context, env *plugin.Env) error {
	env.DefaultFormat = output.Human // the login's default does not apply here
	fs := flag.NewFlagSet("logout", flag.ContinueOnError)
	revoke := fs.Bool("revoke", false, "also revoke the API key, for every program that uses it")
	return env.Run(ctx, &ffcli.Command{
		Name:       "logout",
		ShortUsage: "nrepo logout [flags]",
		ShortHelp:  plugin.SummaryMarker + "Log out and forget the stored credential" + plugin.CompleteMarker,
		LongHelp: `
If you logged in with a browser, logout also ends the session at the service, if
it can reach the service. The field "revoked" of the JSON result says whether
that succeeded. An API key remains valid unless you use --revoke.

Examples:
  nrepo logout
  nrepo logout --revoke
  nrepo logout --json` + neuralrepo.Variables,
		FlagSet: fs,
		Exec: func(ctx context.Context, args []string) error {
			if len(args) > 0 {
				return plugin.Usagef("logout takes no arguments")
			}
			ctx, stop := env.NotifyContext(ctx) // after the file is emptied, the session must still be ended
			defer stop()
			return logout(ctx, env, *revoke)
		},
	})
}

// result is what logout prints as JSON.
type result struct {
	Success bool `json:"success"`
	// Revoked reports whether the credential was also revoked at the service.
	Revoked bool `json:"revoked"`
}

func logout(ctx context.Context, env *plugin.Env, revoke bool) error {
	var key ending
	if revoke {
		var err error
		if key, err = findKey(ctx, env); err != nil {
			return err // keep the login, so that the user can find the key with `nrepo key list`
		}
	}
	previous, failed := env.Auth().Clear(ctx)
	if failed != nil && !previous.LoggedIn() {
		return failed
	}
	if err := removeCache(env); err != nil {
		env.Warn(fmt.Sprintf("the cached ideas could not be removed: %v", err))
	}
	revoked, err := end(ctx, env, previous, key)
	if err != nil {
		env.Warn(fmt.Sprintf("logged out here, but the login may still be valid at the service: %v", err))
	}
	if previous.APIKey.IsAPIKey() && !revoke {
		env.Warn("the API key remains valid; to revoke a key, use `nrepo key revoke`")
	}
	if env.Getenv("NEURALREPO_API_KEY") != "" {
		warnOfVariable(env, revoke && !previous.LoggedIn())
	}
	if failed != nil { // a file beside it may still contain a login
		return failed
	}
	text := "Logged out"
	if profile, err := env.Auth().Profile(); err == nil && profile != "" {
		text += " of the profile " + profile
	}
	return env.Print(result{true, revoked}, text+".\n")
}

// removeCache removes the cached ideas.
func removeCache(env *plugin.Env) error {
	dir, err := env.CacheDir("nrepo")
	if err != nil {
		return nil
	}
	return neuralrepo.RemoveCache(dir)
}

// warnOfVariable warns that NEURALREPO_API_KEY is set, because a logout does not
// revoke that key. asked reports whether the user may have wanted to.
func warnOfVariable(env *plugin.Env, asked bool) {
	if asked {
		env.Warn("nothing was revoked: the key in NEURALREPO_API_KEY is not a stored login; to revoke it, use `nrepo key list` and `nrepo key revoke`")
		return
	}
	env.Warn("NEURALREPO_API_KEY is set, so commands still use that key")
}

// end ends the previous login at the service, and reports whether that succeeded.
func end(ctx context.Context, env *plugin.Env, previous authcfg.Config, key ending) (bool, error) {
	switch {
	case previous.IsSession():
		err := oauth.EndSession(ctx, previous, oauth.Options{Notify: env.Progress})
		return err == nil, err
	case key.secret == "" || key.secret != previous.APIKey:
		return false, key.err
	}
	return key.revoke(ctx, env, previous)
}

func options(env *plugin.Env) neuralrepo.Options { return neuralrepo.Options{Notify: env.Progress} }

// isGone reports whether the service does not know the key.
func isGone(err error) bool {
	status, ok := errors.AsType[*neuralrepo.Error](err)
	return ok && (status.Status == 401 || status.Status == 404)
}
