package api

import (
	"net/http"
	"strings"

	"github.com/nrepo-cli/nrepo/internal/sandbox/reply"
	"github.com/nrepo-cli/nrepo/internal/sandbox/store"
)

// providers are the AI providers and how their keys begin
// (https://docs.neuralrepo.com/integrations/byok).
var providers = map[string]string{"anthropic": "sk-ant-", "openai": "sk-", "openrouter": "sk-or-"}

func provider(r *http.Request) (string, error) {
	name := r.PathValue("provider")
	if providers[name] == "" {
		return "", store.NotFoundError("Provider")
	}
	return name, nil
}

func (a *API) putProviderKey(r *http.Request, who store.Caller) (result, error) {
	name, err := provider(r)
	if err != nil {
		return result{}, err
	}
	in, err := readFields(r, false)
	if err != nil {
		return result{}, err
	}
	key, err := in.text("api_key", 1, 500)
	if err != nil {
		return result{}, err
	}
	if !strings.HasPrefix(or(key, ""), providers[name]) {
		return result{}, reply.BadRequest("Api key must begin with %s", providers[name])
	}
	if err := a.Store.SetProviderKey(who.User.ID, name); err != nil {
		return result{}, err
	}
	return success()
}

func (a *API) deleteProviderKey(r *http.Request, who store.Caller) (result, error) {
	name, err := provider(r)
	if err != nil {
		return result{}, err
	}
	if err := a.Store.DropProviderKey(who.User.ID, name); err != nil {
		return result{}, err
	}
	return a.deleted()
}

func (a *API) testProviderKey(r *http.Request, who store.Caller) (result, error) {
	name, err := provider(r)
	if err != nil {
		return result{}, err
	}
	has := map[string]bool{"anthropic": who.User.HasAnthropicKey, "openai": who.User.HasOpenAIKey, "openrouter": who.User.HasOpenRouterKey}
	if !has[name] {
		return result{}, store.NotFoundError("Provider key")
	}
	return success()
}

// developIdea requires a key for an AI provider. It uses no model and returns the idea
// unchanged.
func (a *API) developIdea(r *http.Request, who store.Caller) (result, error) {
	id, err := pathID(r, "id")
	if err != nil {
		return result{}, err
	}
	idea, err := a.Store.Idea(who.User.ID, id)
	if err != nil {
		return result{}, err
	}
	if !who.User.HasProviderKey() {
		return result{}, reply.Forbidden("Add a key for an AI provider to develop ideas")
	}
	return ok(a.full(idea, false))
}

// listMCPTokens returns no tokens, because the sandbox has no MCP.
func (a *API) listMCPTokens(*http.Request, store.Caller) (result, error) {
	return ok(map[string][]string{"tokens": {}})
}
