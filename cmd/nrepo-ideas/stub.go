package main

import (
	"context"

	"github.com/nrepo-cli/nrepo/pkg/neuralrepo"
	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

func numbersOf(ctx context.Context, client *neuralrepo.Client, ids []neuralrepo.ID) (map[neuralrepo.ID]neuralrepo.ID, error) {
	m := map[neuralrepo.ID]neuralrepo.ID{}
	for idea, err := range client.AllIdeas(ctx, neuralrepo.IdeaFilter{}) {
		if err != nil {
			return m, err
		}
		m[idea.ID] = idea.Number
	}
	return m, nil
}

type cacheStub struct{}

func (cacheStub) Ideas() []neuralrepo.Idea { return nil }
func (cacheStub) Tags() []string           { return nil }
func cached(*plugin.Env) cacheStub         { return cacheStub{} }
