package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"unicode/utf8"

	"github.com/peterbourgon/ff/v3/ffcli"

	"github.com/nrepo-cli/nrepo/pkg/authcfg"
	"github.com/nrepo-cli/nrepo/pkg/neuralrepo"
	"github.com/nrepo-cli/nrepo/pkg/output"
	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

func run(ctx context.Context, env *plugin.Env) error {
	env.Complete = complete(env)
	return env.Run(ctx, &ffcli.Command{
		Name: "key",
		ShortUsage: `nrepo key list [flags]
nrepo key create <label> [flags]
nrepo key revoke <key-id> [flags]`,
		ShortHelp: plugin.SummaryMarker + "List, create and revoke API keys" + plugin.CompleteMarker,
		LongHelp: `
Examples:
  nrepo key list
  nrepo key create github-actions
  nrepo key revoke 2` + neuralrepo.Variables,
		Subcommands: []*ffcli.Command{
			{
				Name:       "list",
				ShortUsage: "nrepo key list [flags]",
				ShortHelp:  "List the API keys",
				LongHelp: `
Examples:
  nrepo key list
  nrepo key list --json`,
				Exec: func(ctx context.Context, args []string) error {
					if len(args) > 0 {
						return plugin.Usagef("key list takes no arguments")
					}
					return list(ctx, env)
				},
			},
			{
				Name:       "create",
				ShortUsage: "nrepo key create <label> [flags]",
				ShortHelp:  "Create an API key and show it once",
				LongHelp: `
Examples:
  nrepo key create github-actions
  nrepo key create ci --json`,
				Exec: func(ctx context.Context, args []string) error {
					label, err := one(args, "one label", "nrepo key create github-actions")
					if err != nil {
						return err
					}
					return create(ctx, env, label)
				},
			},
			{
				Name:       "revoke",
				ShortUsage: "nrepo key revoke <key-id> [flags]",
				ShortHelp:  "Revoke an API key permanently",
				LongHelp: `
nrepo key list shows the id in its first column. If you are logged in with this
key, you are logged out.

Examples:
  nrepo key revoke 2
  nrepo key revoke 2 --json`,
				Exec: func(ctx context.Context, args []string) error {
					id, err := one(args, "one key id", "nrepo key revoke 2")
					if err != nil {
						return err
					}
					return revoke(ctx, env, neuralrepo.ID(id))
				},
			},
		},
	})
}

// one returns the only argument.
func one(args []string, what, example string) (string, error) {
	if len(args) != 1 || strings.TrimSpace(args[0]) == "" {
		return "", plugin.Usagef("needs %s, as in `%s`", what, example)
	}
	return args[0], nil
}

func connect(env *plugin.Env) (*neuralrepo.Client, error) {
	client, err := neuralrepo.New(env.Auth(), neuralrepo.Options{Notify: env.Progress})
	if err == nil {
		env.DefaultFormat = client.Credential().Method.DefaultFormat() // or Print would read the config again
	}
	return client, err
}

func list(ctx context.Context, env *plugin.Env) error {
	client, err := connect(env)
	if err != nil {
		return err
	}
	keys, err := client.APIKeys(ctx)
	if err != nil {
		return err
	}
	var b strings.Builder
	if len(keys) == 0 {
		b.WriteString("No API keys. Create one with `nrepo key create <label>`.\n")
	} else {
		table := output.NewTable(&b, env.TableOptions(), output.Column{Header: "ID"}, output.Column{Header: "Label", Shrink: true},
			output.Column{Header: "Created (UTC)"}, output.Column{Header: "Last used (UTC)"})
		for _, k := range keys {
			table.Row(output.Cells(string(k.ID), k.Label, k.CreatedAt.Date(), k.LastUsedAt.Date())...)
		}
		table.Flush()
	}
	return env.Print(map[string]any{"api_keys": keys}, b.String())
}

// maxLabel is the service's limit, in characters.
const maxLabel = 100

func create(ctx context.Context, env *plugin.Env, label string) error {
	if !utf8.ValidString(label) || utf8.RuneCountInString(label) > maxLabel {
		return plugin.Usagef("a label must be UTF-8 text of 1 to %d characters", maxLabel)
	}
	client, err := connect(env)
	if err != nil {
		return err
	}
	k, err := client.CreateAPIKey(ctx, label)
	if err != nil {
		return err
	}
	err = env.Print(k, fmt.Sprintf("Created API key \"%s\"\nKey: %s (save this — it will not be shown again)\n",
		output.Shorten(k.Label), output.SafeLine(k.Key.Reveal())))
	if err != nil {
		if lost, ok := errors.AsType[*fs.PathError](err); ok {
			err = lost.Err
		}
		return &output.Error{
			Err:  fmt.Errorf("the key was created, but not shown: %w", err),
			Hint: "revoke it with `" + authcfg.Command(client.Credential().Profile, "key revoke "+string(k.ID)) + "`",
		}
	}
	return nil
}
