package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/nrepo-cli/nrepo/pkg/neuralrepo"
	"github.com/nrepo-cli/nrepo/pkg/output"
	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

// verb is a change in its two forms.
type verb struct{ done, would string }

var (
	moved    = verb{"Moved", "Would move"}
	tagged   = verb{"Tagged", "Would tag"}
	edited   = verb{"Edited", "Would edit"}
	linked   = verb{"Linked", "Would link"}
	unlinked = verb{"Unlinked", "Would unlink"}
	branched = verb{"Branched", "Would branch"}
	merged   = verb{"Merged", "Would merge"}
	archived = verb{"Archived", "Would archive"}
)

// change is one line of what a command changes.
type change struct {
	ID     neuralrepo.ID `json:"id"`
	Number neuralrepo.ID `json:"number,omitempty"`
	Title  string        `json:"title"`
	Change string        `json:"change,omitempty"` // such as "captured → exploring"

	joined bool // Change goes on with the sentence, such as "blocks #3"
}

// changeOf is a change of an idea itself.
func changeOf(idea neuralrepo.Idea, what string) change {
	return change{ID: idea.ID, Number: idea.Number, Title: idea.Title, Change: what}
}

// changeWith is a change that another idea or a place is part of.
func changeWith(idea neuralrepo.Idea, what string) change {
	return change{ID: idea.ID, Number: idea.Number, Title: idea.Title, Change: what, joined: true}
}

// line is a change as a person reads it.
func (c change) line(what string) string {
	text := what + " " + named(neuralrepo.Idea{ID: c.ID, Number: c.Number, Title: c.Title})
	switch {
	case c.Change == "":
	case c.joined:
		text += " " + output.SafeLine(c.Change)
	default:
		text += ": " + output.SafeLine(c.Change)
	}
	return text + "\n"
}

// rehearse prints what a change would do: the lines of the real run but for the verb.
func rehearse(env *plugin.Env, v verb, changes ...change) error {
	var human strings.Builder
	for _, c := range changes {
		human.WriteString(c.line(v.would))
	}
	return env.Print(struct {
		DryRun  bool     `json:"dry_run"`
		Changes []change `json:"changes"`
	}{true, changes}, human.String())
}

// outcome is what became of a change of one idea.
type outcome struct {
	change
	failed string // why it was not made; "" where it was
}

// printOutcomes prints the changes that were made, result in JSON, and names each
// that was not. The exit code is 1 if there is one of those.
func printOutcomes(env *plugin.Env, v verb, result any, outcomes []outcome) error {
	var human strings.Builder
	failures := 0
	for _, o := range outcomes {
		if o.failed == "" {
			human.WriteString(o.line(v.done))
			continue
		}
		failures++
	}
	if err := env.Print(result, human.String()); err != nil || failures == 0 {
		return err
	}
	var reasons []string
	for _, o := range outcomes {
		if o.failed != "" {
			reasons = append(reasons, fmt.Sprintf("%s: %s", ref(o.Number, o.ID), o.failed))
		}
	}
	for _, reason := range reasons {
		env.Warn(reason)
	}
	return fmt.Errorf("%d of %d ideas could not be changed", failures, len(outcomes))
}

// endsAll reports whether a failure is that of all requests to come: nobody is logged
// in, the rate limit is reached, or there is no network.
func endsAll(err error) bool {
	e := output.AsError(err)
	return e.Status < 500 && plugin.ExitCode(err) > plugin.ExitFailure || errors.Is(err, context.Canceled)
}

// after says how many of several were done before something failed.
func after(done, of int, noun string, err error) error {
	if done == 0 {
		return err
	}
	return fmt.Errorf("after %d of %s: %w", done, count(of, noun), err)
}

// bulkOutcomes matches the reply to a change of several ideas to what was asked for.
// An idea that the reply does not mention is not known to be changed.
func bulkOutcomes(ideas []neuralrepo.Idea, result neuralrepo.BulkResult[neuralrepo.BulkChange], what func(neuralrepo.Idea) string) []outcome {
	replies := map[neuralrepo.ID]neuralrepo.BulkChange{}
	for _, r := range result.Results {
		replies[r.ID] = r
	}
	list := make([]outcome, len(ideas))
	for i, idea := range ideas {
		list[i].change = changeOf(idea, what(idea))
		switch r, told := replies[idea.ID]; {
		case !told:
			list[i].failed = "the service did not say what became of it"
		case r.Error != "" || r.Status == "error":
			list[i].failed = "the service refused: " + r.Error
		}
	}
	return list
}

// jsonArray is ideas as one result: the object of one, an array of several.
func jsonArray(several bool, ideas []neuralrepo.Idea) any {
	if several {
		list := make([]json.RawMessage, len(ideas))
		for i, idea := range ideas {
			list[i] = idea.Raw
		}
		return list
	}
	return ideas[0]
}

func changesOf(ideas []neuralrepo.Idea, what func(neuralrepo.Idea) string) []change {
	list := make([]change, len(ideas))
	for i, idea := range ideas {
		list[i] = changeOf(idea, what(idea))
	}
	return list
}

// printBulk prints the reply to a change of several ideas. Where a later request
// failed, the ideas of those before it are told first.
func printBulk(env *plugin.Env, v verb, ideas []neuralrepo.Idea, result neuralrepo.BulkResult[neuralrepo.BulkChange], failed error, what func(neuralrepo.Idea) string) error {
	if failed != nil && len(result.Results) == 0 {
		return failed
	}
	err := printOutcomes(env, v, result, bulkOutcomes(ideas, result, what))
	if failed != nil {
		return failed
	}
	return err
}

// arrow is a value before and after a change.
func arrow(before, after string) string {
	switch before {
	case "":
		return "→ " + after
	case after:
		return "is " + after + " already"
	}
	return before + " → " + after
}

// applied is an idea as it is after a change.
func applied(idea neuralrepo.Idea, update neuralrepo.IdeaUpdate, tags neuralrepo.BulkUpdate) neuralrepo.Idea {
	set := func(field, value *string) {
		if value != nil {
			*field = *value
		}
	}
	set(&idea.Title, update.Title)
	set(&idea.Body, update.Body)
	set(&idea.Status, update.Status)
	if update.Tags != nil {
		idea.Tags = *update.Tags
	}
	kept := []string{}
	for _, t := range append(slices.Clone(idea.Tags), tags.AddTags...) {
		if !slices.Contains(tags.RemoveTags, t) && !slices.Contains(kept, t) {
			kept = append(kept, t)
		}
	}
	idea.Tags = kept
	return idea
}

// differences says in a line what changed between two states of an idea.
func differences(before, after neuralrepo.Idea) string {
	var parts []string
	if before.Title != after.Title {
		parts = append(parts, fmt.Sprintf("title %q", shortTitle(after.Title)))
	}
	if before.Status != after.Status {
		parts = append(parts, "status "+arrow(before.Status, after.Status))
	}
	var tags []string
	for _, t := range after.Tags {
		if !slices.Contains(before.Tags, t) {
			tags = append(tags, "+"+t)
		}
	}
	for _, t := range before.Tags {
		if !slices.Contains(after.Tags, t) {
			tags = append(tags, "-"+t)
		}
	}
	if tags != nil {
		parts = append(parts, "tags "+strings.Join(tags, " "))
	}
	if before.Body != after.Body {
		parts = append(parts, fmt.Sprintf("body %d → %d characters", utf8.RuneCountInString(before.Body), utf8.RuneCountInString(after.Body)))
	}
	if parts == nil {
		return "nothing changed"
	}
	return strings.Join(parts, ", ")
}
