package main

import (
	"context"
	"fmt"

	"github.com/nrepo-cli/nrepo/pkg/neuralrepo"
	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

// complete offers the statuses, and the tags that there are.
func complete(env *plugin.Env) func(context.Context, plugin.Word) []plugin.Candidate {
	return func(ctx context.Context, w plugin.Word) (found []plugin.Candidate) {
		switch w.Flag {
		case "status":
			for _, status := range neuralrepo.Statuses() {
				found = append(found, plugin.Candidate{Text: status})
			}
		case "tag":
			client, err := neuralrepo.New(env.Auth(), neuralrepo.Options{NoRetry: true})
			if err != nil {
				return nil
			}
			tags, err := client.Tags(ctx)
			if err != nil {
				return nil
			}
			for _, t := range tags {
				found = append(found, plugin.Candidate{Text: t.Name, Help: ideas(t.IdeaCount)})
			}
		}
		return found
	}
}

func ideas(n int) string {
	if n == 1 {
		return "1 idea"
	}
	return fmt.Sprintf("%d ideas", n)
}
