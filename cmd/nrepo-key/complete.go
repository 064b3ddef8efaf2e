package main

import (
	"context"

	"github.com/nrepo-cli/nrepo/pkg/neuralrepo"
	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

// complete returns the ids and labels of the keys, for key revoke.
func complete(env *plugin.Env) func(context.Context, plugin.Word) []plugin.Candidate {
	return func(ctx context.Context, w plugin.Word) (found []plugin.Candidate) {
		if w.Command != "revoke" || w.Flag != "" || len(w.Args) > 0 {
			return nil
		}
		client, err := neuralrepo.New(env.Auth(), neuralrepo.Options{NoRetry: true})
		if err != nil {
			return nil
		}
		keys, err := client.APIKeys(ctx)
		if err != nil {
			return nil
		}
		for _, k := range keys {
			found = append(found, plugin.Candidate{Text: string(k.ID), Help: k.Label})
		}
		return found
	}
}
