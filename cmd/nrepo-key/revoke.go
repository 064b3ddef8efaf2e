package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/nrepo-cli/nrepo/pkg/authcfg"
	"github.com/nrepo-cli/nrepo/pkg/neuralrepo"
	"github.com/nrepo-cli/nrepo/pkg/output"
	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

func revoke(ctx context.Context, env *plugin.Env, id neuralrepo.ID) error {
	if id == "." || id == ".." { // in a URL, these would change the path
		return plugin.Usagef("that is not an id")
	}
	client, err := connect(env)
	if err != nil {
		return err
	}
	// The list shows which key it is. If the list is refused, the key is revoked
	// anyway.
	keys, err := client.APIKeys(ctx)
	if _, refused := errors.AsType[*neuralrepo.Error](err); err != nil && !refused {
		return err
	}
	cred := client.Credential()
	if err := client.RevokeAPIKey(ctx, id); err != nil {
		return withID(err, keys, id, cred.Profile)
	}
	label := ""
	for _, k := range keys {
		if k.ID == id && k.Label != "" {
			label = fmt.Sprintf(" \"%s\"", output.Shorten(k.Label))
		}
	}
	err = env.Print(struct {
		Success bool   `json:"success"`
		Revoked string `json:"revoked"`
	}{true, string(id)}, fmt.Sprintf("Revoked API key #%s%s\n", output.Shorten(string(id)), label))
	if neuralrepo.FindAPIKey(keys, cred.Secret) == id {
		env.Warn(ended(cred))
	}
	return err
}

// ended returns a warning if the user was logged in with the revoked key.
func ended(cred authcfg.Credential) string {
	if cred.Source == authcfg.FromEnv {
		return "that was the key in NEURALREPO_API_KEY, which no longer works: set it to another key"
	}
	return "that was the key you were logged in with: run `" + authcfg.Command(cred.Profile, "login") + "`"
}

// withID adds a hint on where to find the id, if the key does not exist.
func withID(err error, keys []neuralrepo.APIKey, typed neuralrepo.ID, profile string) error {
	e := *output.AsError(err)
	if e.Status != http.StatusNotFound {
		return err
	}
	var ids []string
	for _, k := range keys {
		if strings.EqualFold(k.Label, string(typed)) {
			ids = append(ids, string(k.ID))
		}
	}
	e.Hint = "the id is the first column of `" + authcfg.Command(profile, "key list") + "`"
	if len(ids) > 0 {
		e.Hint = "that is a label; the id is " + strings.Join(ids, " or ") + ": `" + authcfg.Command(profile, "key revoke "+ids[0]) + "`"
	}
	return &e
}
