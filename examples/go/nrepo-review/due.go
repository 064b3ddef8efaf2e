package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/nrepo-cli/nrepo/pkg/neuralrepo"
	"github.com/nrepo-cli/nrepo/pkg/output"
	"github.com/nrepo-cli/nrepo/pkg/plugin"
	"github.com/nrepo-cli/nrepo/pkg/progress"
)

// keptTag marks ideas that are no longer due.
const keptTag = "kept"

func connect(env *plugin.Env) (*neuralrepo.Client, error) {
	return neuralrepo.New(env.Auth(), neuralrepo.Options{UserAgent: "nrepo-review", Notify: env.Progress})
}

// due returns the ideas that are due, oldest first.
func due(ctx context.Context, env *plugin.Env, client *neuralrepo.Client, o options) ([]neuralrepo.Idea, error) {
	days, err := o.days, error(nil)
	if days < 0 {
		if days, err = storedDays(env); err != nil {
			return nil, err
		}
	}
	since := time.Now().AddDate(0, 0, -days)
	found := []neuralrepo.Idea{}
	for idea, err := range client.AllIdeas(ctx, neuralrepo.IdeaFilter{}) {
		if err != nil {
			return nil, err
		}
		open := idea.Status == "captured" || idea.Status == "exploring"
		if open && !slices.Contains(idea.Tags, keptTag) && !idea.UpdatedAt.Time.After(since) {
			found = append(found, idea)
		}
	}
	slices.SortStableFunc(found, func(a, b neuralrepo.Idea) int { return a.UpdatedAt.Time.Compare(b.UpdatedAt.Time) })
	return found, nil
}

func listDue(ctx context.Context, env *plugin.Env, o options) error {
	client, err := connect(env)
	if err != nil {
		return err
	}
	ideas, err := due(ctx, env, client, o)
	if err != nil {
		return err
	}
	var b strings.Builder // writing to it cannot fail
	table := output.NewTable(&b, env.TableOptions(), output.Column{Header: "Idea"}, output.Column{Header: "Last moved"}, output.Column{Header: "Title", Shrink: true})
	for _, idea := range ideas {
		table.Row(output.Cells("#"+string(idea.Number), idea.UpdatedAt.Date(), idea.Title)...)
	}
	table.Flush()
	return env.Print(ideas, b.String())
}

func keepIdeas(ctx context.Context, env *plugin.Env, refs []neuralrepo.Ref, o options) error {
	client, err := connect(env)
	if err != nil {
		return err
	}
	var ideas []neuralrepo.Idea
	for _, ref := range refs { // check all before changing any
		idea, err := client.IdeaByRef(ctx, ref)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(ideas, func(other neuralrepo.Idea) bool { return other.ID == idea.ID }) {
			ideas = append(ideas, idea)
		}
	}
	return change{env, client, o, "keep", "kept", neuralrepo.BulkUpdate{AddTags: []string{keptTag}}}.make(ctx, ideas)
}

func shelveDue(ctx context.Context, env *plugin.Env, o options) error {
	client, err := connect(env)
	if err != nil {
		return err
	}
	ideas, err := due(ctx, env, client, o)
	if err != nil {
		return err
	}
	if len(ideas) > 0 && !o.dryRun && !o.yes {
		if err := env.Confirm(ctx, fmt.Sprintf("Shelve %d ideas?", len(ideas))); err != nil {
			return err
		}
	}
	return change{env, client, o, "shelve", "shelved", neuralrepo.BulkUpdate{Status: "shelved"}}.make(ctx, ideas)
}

// change is a change that is made to several ideas.
type change struct {
	env        *plugin.Env
	client     *neuralrepo.Client
	options    options
	verb, past string
	update     neuralrepo.BulkUpdate
}

// chunk is how many ideas one request changes. It is small, so that the progress bar
// moves.
const chunk = 20

// result lists the ideas by what happened to them, as numbers.
type result struct {
	Changed []neuralrepo.ID `json:"changed"`
	Failed  []neuralrepo.ID `json:"failed"`
	Would   []neuralrepo.ID `json:"would_change,omitempty"` // with --dry-run
}

func (c change) make(ctx context.Context, ideas []neuralrepo.Idea) error {
	r := result{Changed: []neuralrepo.ID{}, Failed: []neuralrepo.ID{}}
	var b strings.Builder
	bar := c.env.Bar(progress.Options{What: "changing", Total: len(ideas)})
	defer bar.Done()
	for part := range slices.Chunk(ideas, chunk) {
		failed, err := c.send(ctx, part)
		if err != nil {
			return err
		}
		bar.Add(len(part))
		for _, idea := range part {
			row := fmt.Sprintf("#%s %s", output.SafeLine(string(idea.Number)), output.SafeLine(idea.Title))
			switch reason, isFailed := failed[idea.ID]; {
			case c.options.dryRun:
				r.Would = append(r.Would, idea.Number)
				fmt.Fprintf(&b, "would %s %s\n", c.verb, row)
			case isFailed:
				r.Failed = append(r.Failed, idea.Number)
				fmt.Fprintf(&b, "not %s %s: %s\n", c.past, row, output.SafeLine(reason))
			default:
				r.Changed = append(r.Changed, idea.Number)
				fmt.Fprintf(&b, "%s %s\n", c.past, row)
			}
		}
	}
	bar.Done()
	if err := c.env.Print(r, b.String()); err != nil {
		return err
	}
	if len(r.Failed) > 0 {
		return &plugin.ExitError{Code: plugin.ExitFailure} // the printed result names the ideas that failed
	}
	return nil
}

// send changes ideas in one request. For each idea that was not changed, it returns
// the reason.
func (c change) send(ctx context.Context, ideas []neuralrepo.Idea) (failed map[neuralrepo.ID]string, err error) {
	if c.options.dryRun {
		return nil, nil
	}
	ids := make([]neuralrepo.ID, len(ideas))
	for i, idea := range ideas {
		ids[i] = idea.ID
	}
	reply, err := c.client.UpdateIdeas(ctx, ids, c.update)
	failed = map[neuralrepo.ID]string{}
	for _, one := range reply.Results {
		if one.Status != "updated" {
			failed[one.ID] = one.Error
		}
	}
	return failed, err
}
