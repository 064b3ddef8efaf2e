package main

import (
	"context"

	"github.com/nrepo-cli/nrepo/cmd/nrepo-ideas/internal/graph"
	"github.com/nrepo-cli/nrepo/pkg/neuralrepo"
)

// loadMap returns all ideas and relations of the user.
func loadMap(ctx context.Context, client *neuralrepo.Client) (*graph.Graph, error) {
	m, err := client.Map(ctx)
	if err != nil {
		return nil, err
	}
	return graph.New(packed{m}), nil
}

// number sets the numbers of the ideas in a view, because the map has only ids. Numbers
// that would take many requests remain unknown.
func number(ctx context.Context, client *neuralrepo.Client, g *graph.Graph, view graph.View) error {
	var ids []neuralrepo.ID
	for node := range view.Nodes {
		if node.Number == "" {
			ids = append(ids, neuralrepo.ID(node.ID))
		}
	}
	numbers, err := client.Numbers(ctx, ids)
	for id, n := range numbers {
		g.SetNumber(string(id), string(n))
	}
	return err
}

// packed adapts a map for [graph.New].
type packed struct{ *neuralrepo.Map }

func (p packed) Node(i int) graph.Node {
	n := p.Map.Node(i)
	return graph.Node{ID: string(n.ID), Title: n.Title, Status: n.Status, Tags: n.Tags}
}

func (p packed) Edge(i int) graph.Edge {
	e := p.Map.Edge(i)
	return graph.Edge{ID: string(e.ID), Source: string(e.SourceID), Target: string(e.TargetID), Type: e.Type, Note: e.Note}
}
