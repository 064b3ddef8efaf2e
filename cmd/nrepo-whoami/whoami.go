package main

import (
	"context"
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
whoami asks the service, so it also shows whether the login still works. It
shows where the login comes from (a file or a variable), the profile, the proxy,
and the certificate files.

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
	env.DefaultFormat = cred.Method.DefaultFormat() // otherwise Print would read the config again
	at := whereabouts{cred, client.Route(), env.Auth()}
	result, err := output.SetFields(user.Raw, at.fields()...)
	if err != nil {
		return err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "Logged in as %s\n", output.Shorten(user.EmailOrID()))
	for _, row := range append([][2]string{
		{"Name", output.Shorten(user.DisplayName)},
		{"Plan", output.Shorten(user.Plan)},
		{"ID", output.Shorten(string(user.ID))},
	}, at.rows()...) {
		if row[1] != "" {
			fmt.Fprintf(&b, "  %-9s %s\n", row[0]+":", output.SafeLine(row[1]))
		}
	}
	return env.Print(result, b.String())
}

// whereabouts is how the user logged in, where the login is stored, and how its
// server is reached.
type whereabouts struct {
	cred  authcfg.Credential
	route neuralrepo.Route
	store *authcfg.Store
}

// fields returns the fields to add to the user object, without empty ones.
func (w whereabouts) fields() []output.Field {
	path, err := w.store.Path()
	if err != nil || w.cred.Source != authcfg.FromConfig {
		path = ""
	}
	fields := []output.Field{
		{Name: "auth_method", Value: w.cred.Method},
		{Name: "api_url", Value: w.cred.APIURL},
	}
	for _, optional := range [][2]string{
		{"profile", w.cred.Profile},
		{"path", path},
		{"proxy", w.route.Proxy},
		{"cert_file", w.route.CertFile},
		{"cert_dir", w.route.CertDir},
	} {
		if optional[1] != "" {
			fields = append(fields, output.Field{Name: optional[0], Value: optional[1]})
		}
	}
	return append(fields, output.Field{Name: "source", Value: w.cred.Source})
}

// rows returns the same for people, with the words of `nrepo login --list`.
func (w whereabouts) rows() [][2]string {
	rows := [][2]string{
		{"Login", string(w.cred.Method)},
		{"Profile", w.cred.Profile},
		{"Server", w.cred.APIURL},
		{"Proxy", w.route.Proxy},
		{"Trusts", strings.Trim(w.route.CertFile+", "+w.route.CertDir, ", ")},
	}
	path, err := w.store.Path()
	if w.cred.Source == authcfg.FromConfig {
		return append(rows, [2]string{"File", path})
	}
	variable := "NEURALREPO_API_KEY"
	if c, loadErr := w.store.Load(); err == nil && loadErr == nil && c.LoggedIn() {
		variable += ", which overrides the login in " + path
	}
	return append(rows, [2]string{"Variable", variable})
}
