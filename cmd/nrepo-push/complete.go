package main

import (
	"context"
	"strings"

	"github.com/nrepo-cli/nrepo/pkg/neuralrepo"
	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

// complete returns statuses, and cached tags and ideas. It contacts no server,
// because the free plan allows only 100 requests per day.
func complete(env *plugin.Env) func(context.Context, plugin.Word) []plugin.Candidate {
	return func(_ context.Context, w plugin.Word) (found []plugin.Candidate) {
		switch w.Flag {
		case "status":
			for _, status := range neuralrepo.Statuses() {
				found = append(found, plugin.Candidate{Text: status})
			}
		case "tag":
			lead := w.Prefix[:strings.LastIndex(w.Prefix, ",")+1] // the earlier tags of a list such as a,b
			for _, tag := range cache(env).Tags() {
				found = append(found, plugin.Candidate{Text: lead + tag})
			}
		case "parent":
			lead := ""
			if strings.HasPrefix(w.Prefix, "#") {
				lead = "#"
			}
			for idea := range cache(env).Ideas() {
				found = append(found, plugin.Candidate{Text: lead + string(idea.Number), Help: idea.Title})
			}
		}
		return found
	}
}

// cache returns the cached ideas, or an empty cache if nobody is logged in.
func cache(env *plugin.Env) neuralrepo.Cache {
	account, err := env.Auth().Credential()
	if err != nil {
		return neuralrepo.Cache{}
	}
	return neuralrepo.ReadCache(cacheDir(env), account)
}

// cacheDir returns "" if there is no directory, which is not an error.
func cacheDir(env *plugin.Env) string {
	dir, err := env.CacheDir("nrepo")
	if err != nil {
		return ""
	}
	return dir
}
