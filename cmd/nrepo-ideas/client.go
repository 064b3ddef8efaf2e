package main

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"github.com/nrepo-cli/nrepo/pkg/authcfg"
	"github.com/nrepo-cli/nrepo/pkg/neuralrepo"
	"github.com/nrepo-cli/nrepo/pkg/output"
	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

// directory is the name of our directory in the system's directories for state and
// caches.
const directory = "nrepo"

// connect returns a client of the service. It has no cache if the directory cannot be
// created.
func connect(env *plugin.Env) (*neuralrepo.Client, error) {
	cache, _ := env.CacheDir(directory)
	client, err := neuralrepo.New(env.Auth(), neuralrepo.Options{Notify: env.Progress, CacheDir: cache})
	if err == nil {
		env.DefaultFormat = client.Credential().Method.DefaultFormat() // or Format would read the config again
	}
	return client, err
}

// command returns a command for a person to run with the login of a client.
func command(client *neuralrepo.Client, rest string) string {
	return authcfg.Command(client.Credential().Profile, rest)
}

// connectFor returns a client and the format of the result.
func connectFor(env *plugin.Env) (*neuralrepo.Client, output.Format, error) {
	client, err := connect(env)
	if err != nil {
		return nil, "", err
	}
	format, err := env.Format()
	return client, format, err
}

// cached returns the account's cache, or an empty one if nobody is logged in.
func cached(env *plugin.Env) neuralrepo.Cache {
	dir, _ := env.CacheDir(directory)
	account, err := env.Auth().Credential()
	if err != nil {
		return neuralrepo.Cache{}
	}
	return neuralrepo.ReadCache(dir, account)
}

// load returns the current state of the ideas, each once, in the order of refs. It makes
// one request for a single idea. For several it reads the map; fields that the map does
// not have are then empty. It is an error if one of the ideas does not exist.
func load(ctx context.Context, client *neuralrepo.Client, refs []neuralrepo.Ref) ([]neuralrepo.Idea, error) {
	if len(refs) == 1 {
		idea, err := client.IdeaByRef(ctx, refs[0])
		return []neuralrepo.Idea{idea}, err
	}
	ids, err := client.Resolve(ctx, refs...)
	if err != nil {
		return nil, err
	}
	m, err := client.Map(ctx)
	if err != nil {
		return nil, err
	}
	found := map[neuralrepo.ID]neuralrepo.Idea{}
	for node := range m.Nodes() {
		if slices.Contains(ids, node.ID) {
			found[node.ID] = neuralrepo.Idea{ID: node.ID, Title: node.Title, Status: node.Status, Tags: node.Tags}
		}
	}
	numbers := map[neuralrepo.ID]neuralrepo.ID{}
	var elsewhere []neuralrepo.Ref // perhaps archived
	var unnumbered []neuralrepo.ID
	for i, id := range ids {
		if numbers[id] = cmp.Or(numbers[id], refs[i].Number); numbers[id] == "" {
			unnumbered = append(unnumbered, id)
		}
		if _, onMap := found[id]; !onMap {
			elsewhere = append(elsewhere, neuralrepo.Ref{ID: id})
		}
	}
	archived, err := client.IdeasByRef(ctx, elsewhere...)
	if err != nil {
		return nil, err
	}
	for _, idea := range archived {
		found[idea.ID] = idea
	}
	more, _ := client.Numbers(ctx, unnumbered) // after an error, ids are shown instead
	maps.Copy(numbers, more)
	var ideas []neuralrepo.Idea
	seen := map[neuralrepo.ID]bool{}
	for _, id := range ids {
		if !seen[id] {
			seen[id] = true
			idea := found[id]
			idea.ID = id
			idea.Number = cmp.Or(idea.Number, numbers[id])
			ideas = append(ideas, idea)
		}
	}
	return ideas, nil
}

// idsOf returns the ids of ideas.
func idsOf(ideas []neuralrepo.Idea) []neuralrepo.ID {
	ids := make([]neuralrepo.ID, len(ideas))
	for i, idea := range ideas {
		ids[i] = idea.ID
	}
	return ids
}

// loadForChange returns the ideas to be changed. A person is shown numbers and titles;
// for JSON the ids are enough.
func loadForChange(ctx context.Context, env *plugin.Env, client *neuralrepo.Client, refs []neuralrepo.Ref, dryRun bool) ([]neuralrepo.Idea, error) {
	format, err := env.Format()
	if err != nil {
		return nil, err
	}
	byID := func(r neuralrepo.Ref) bool { return r.ID != "" }
	if format == output.Human || dryRun || len(refs) == 1 || slices.ContainsFunc(refs, byID) {
		return load(ctx, client, refs)
	}
	ids, err := client.Resolve(ctx, refs...)
	if err != nil {
		return nil, err
	}
	var ideas []neuralrepo.Idea
	for i, id := range ids {
		if !slices.ContainsFunc(ideas, func(idea neuralrepo.Idea) bool { return idea.ID == id }) {
			ideas = append(ideas, neuralrepo.Idea{ID: id, Number: refs[i].Number})
		}
	}
	return ideas, nil
}

// loadTwo is loadForChange for two ideas, which must be different.
func loadTwo(ctx context.Context, env *plugin.Env, client *neuralrepo.Client, a, b neuralrepo.Ref, dryRun bool) ([]neuralrepo.Idea, error) {
	ideas, err := loadForChange(ctx, env, client, []neuralrepo.Ref{a, b}, dryRun)
	if err == nil && len(ideas) < 2 {
		err = plugin.Usagef("%s and %s are the same idea", a, b)
	}
	return ideas, err
}

// describe requests number, title and status of the related ideas, if the reply about
// an idea did not contain them.
func describe(ctx context.Context, client *neuralrepo.Client, idea *neuralrepo.Idea) error {
	bare := func(r neuralrepo.Relation) bool { return r.Other.Title == "" || r.Other.Status == "" }
	if !slices.ContainsFunc(idea.Relations, bare) {
		return nil
	}
	all, err := client.Relations(ctx, idea.ID)
	if err != nil {
		return err
	}
	idea.Relations = append(all.Outgoing, all.Incoming...)
	return client.DescribeRelated(ctx, idea.Relations)
}
