package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nrepo-cli/nrepo/pkg/authcfg"
	"github.com/nrepo-cli/nrepo/pkg/neuralrepo"
	"github.com/nrepo-cli/nrepo/pkg/output"
	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

// revokeLimit is how long a logout waits for the service.
const revokeLimit = 5 * time.Second

// ending is the API key to revoke. The zero value means none.
type ending struct {
	secret authcfg.Secret
	id     neuralrepo.ID
	err    error // why id is not known
}

// findKey returns the id of the stored API key, from the file or from the list of
// keys. If several keys match, it returns an error.
func findKey(ctx context.Context, env *plugin.Env) (ending, error) {
	stored, err := env.Auth().Load()
	if err != nil || !stored.APIKey.IsAPIKey() {
		return ending{}, nil // Clear returns a better error about the file
	}
	k := ending{secret: stored.APIKey, id: neuralrepo.ID(stored.KeyID)}
	if k.id != "" {
		return k, nil
	}
	ctx, cancel := context.WithTimeoutCause(ctx, revokeLimit, errSlow)
	defer cancel()
	keys, err := client(env, stored).APIKeys(ctx)
	if err != nil {
		k.err = err
		return k, nil
	}
	if k.id = neuralrepo.FindAPIKey(keys, stored.APIKey); k.id == "" {
		return k, &output.Error{
			Err:  errors.New("cannot tell which of your API keys is the stored one, so nothing was done"),
			Hint: "find its id with `nrepo key list`, revoke it with `nrepo key revoke <key-id>`, then run `nrepo logout`",
		}
	}
	return k, nil
}

var errSlow = &output.Error{Code: output.CodeNetwork, Err: fmt.Errorf("no answer within %v", revokeLimit)}

func client(env *plugin.Env, login authcfg.Config) *neuralrepo.Client {
	return neuralrepo.NewWithCredential(authcfg.Credential{Secret: login.APIKey, APIURL: login.APIURL}, options(env))
}

// revoke revokes the key, with the key itself as the credential.
func (k ending) revoke(ctx context.Context, env *plugin.Env, login authcfg.Config) (bool, error) {
	if k.id == "" {
		return isGone(k.err), ignoreGone(k.err)
	}
	ctx, cancel := context.WithTimeoutCause(ctx, revokeLimit, errSlow)
	defer cancel()
	err := client(env, login).RevokeAPIKey(ctx, k.id)
	return err == nil || isGone(err), ignoreGone(err)
}

func ignoreGone(err error) error {
	if isGone(err) {
		return nil
	}
	return err
}
