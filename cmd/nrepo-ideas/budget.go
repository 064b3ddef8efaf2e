package main

import (
	"context"
	"fmt"

	"github.com/nrepo-cli/nrepo/pkg/neuralrepo"
	"github.com/nrepo-cli/nrepo/pkg/output"
	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

// quietRequests is how many requests an import makes without announcing them.
const quietRequests = 20

// tellBudget reports before the first change how many requests the import needs and how
// many the plan allows in a day.
func tellBudget(ctx context.Context, env *plugin.Env, client *neuralrepo.Client, requests int) error {
	if requests <= quietRequests {
		return nil
	}
	user, err := client.Me(ctx)
	if err != nil {
		return err
	}
	limit := 100
	if user.Plan != "free" {
		limit = 10_000
	}
	format, err := env.Format()
	switch {
	case err != nil:
		return err
	case requests > limit:
		env.Warn(fmt.Sprintf("%d requests are needed, but the %s plan allows %d per day: the import stops at the limit, and the same command continues the next day", requests, user.Plan, limit))
	case format == output.Human:
		fmt.Fprintf(env.Stderr, "%s: %d requests are needed; the %s plan allows %d a day\n", env.Name, requests, output.Shorten(user.Plan), limit)
	}
	return nil
}
