package main

import (
	"cmp"
	"context"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/nrepo-cli/nrepo/pkg/neuralrepo"
)

// selection says which ideas to list, and in which order.
type selection struct {
	filter       neuralrepo.IdeaFilter
	since, until time.Time
	sort         string // created, updated or title
}

// ideas returns the selected ideas in order; limit is how many are wanted, 0 for all.
func (s selection) ideas(ctx context.Context, client *neuralrepo.Client, limit int) iter.Seq2[neuralrepo.Idea, error] {
	filter := s.filter
	if limit > 0 && s.sort == "created" && s.since.IsZero() && s.until.IsZero() {
		filter.Limit = limit + 1 // to know whether there are more
	}
	list := s.between(client.AllIdeas(ctx, filter))
	if s.sort == "created" {
		return list
	}
	return func(yield func(neuralrepo.Idea, error) bool) {
		var all []neuralrepo.Idea
		for idea, err := range list {
			if err != nil {
				yield(idea, err)
				return
			}
			all = append(all, idea)
		}
		slices.SortStableFunc(all, func(a, b neuralrepo.Idea) int {
			if s.sort == "title" {
				return cmp.Compare(strings.ToLower(a.Title), strings.ToLower(b.Title))
			}
			return b.UpdatedAt.Time.Compare(a.UpdatedAt.Time)
		})
		for _, idea := range all {
			if !yield(idea, nil) {
				return
			}
		}
	}
}

// older is how many ideas older than --since must follow each other to end a list, newest
// first. It is more than one because ideas of the same second may be in any order.
const older = 100

// between leaves out ideas older than since, and those not older than until.
func (s selection) between(list iter.Seq2[neuralrepo.Idea, error]) iter.Seq2[neuralrepo.Idea, error] {
	return func(yield func(neuralrepo.Idea, error) bool) {
		before := 0
		for idea, err := range list {
			at := idea.CreatedAt.Time
			if s.sort == "updated" {
				at = idea.UpdatedAt.Time
			}
			if err == nil && !s.since.IsZero() && at.Before(s.since) {
				if before++; before == older && s.sort == "created" {
					return
				}
				continue
			}
			before = 0
			if err == nil && !s.until.IsZero() && !at.Before(s.until) {
				continue
			}
			if !yield(idea, err) {
				return
			}
		}
	}
}
