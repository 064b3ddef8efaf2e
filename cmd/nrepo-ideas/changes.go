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

// verb is the verb for a change, in two forms.
type verb struct{ done, would string }

var (
	moved    = verb{"Moved", "Would move"}
	tagged   = verb{"Tagged", "Would tag"}
	updated  = verb{"Updated", "Would update"}
	linked   = verb{"Linked", "Would link"}
	unlinked = verb{"Unlinked", "Would unlink"}
	branched = verb{"Branched", "Would branch"}
	merged   = verb{"Merged", "Would merge"}
	archived = verb{"Archived", "Would archive"}
)

// change is one change that a command makes, printed as a line.
type change struct {
	ID     neuralrepo.ID `json:"id"`
	Number neuralrepo.ID `json:"number,omitempty"`
	Title  string        `json:"title"`
	Change string        `json:"change,omitempty"` // such as "captured → exploring"

	joined bool // Change continues the sentence, such as "blocks #3"
}

// changeOf returns a change of an idea itself.
func changeOf(idea neuralrepo.Idea, what string) change {
	return change{ID: idea.ID, Number: idea.Number, Title: idea.Title, Change: what}
}

// changeWith returns a change that involves another idea or a place.
func changeWith(idea neuralrepo.Idea, what string) change {
	return change{ID: idea.ID, Number: idea.Number, Title: idea.Title, Change: what, joined: true}
}

// unchanged is the Change of an idea that stays as it is.
const unchanged = "nothing changed"

// line returns the change as text for a person.
func (c change) line(what string) string {
	idea := named(neuralrepo.Idea{ID: c.ID, Number: c.Number, Title: c.Title})
	text := what + " " + idea
	switch {
	case c.Change == unchanged:
		text = "Nothing to change in " + idea
	case c.Change == "":
	case c.joined:
		text += " " + output.SafeLine(c.Change)
	default:
		text += ": " + output.SafeLine(c.Change)
	}
	return text + "\n"
}

// rehearse prints what a change would do: the lines of the real run with another verb.
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

// outcome is the result of changing one idea.
type outcome struct {
	change
	failed string // why the change was not made; "" if it was
}

// printOutcomes prints the changes that were made, or result as JSON, and reports each
// change that was not made. The exit code is 1 if there is one.
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
			of := ref(o.Number, o.ID)
			if o.joined {
				of += " " + o.Change
			}
			reasons = append(reasons, of+": "+o.failed)
		}
	}
	for _, reason := range reasons {
		env.Warn(reason)
	}
	return fmt.Errorf("%d of %d changes could not be made", failures, len(outcomes))
}

// endsAll reports whether all further requests would fail too: nobody is logged in, the
// rate limit is reached, or there is no network.
func endsAll(err error) bool {
	e := output.AsError(err)
	return e.Status < 500 && plugin.ExitCode(err) > plugin.ExitFailure || errors.Is(err, context.Canceled)
}

// after adds to an error how many changes were made before it.
func after(done, of int, noun string, err error) error {
	if done == 0 {
		return err
	}
	return fmt.Errorf("after %d of %s: %w", done, count(of, noun), err)
}

// bulkOutcomes matches the reply to a bulk change with the ideas of the request. An idea
// that the reply does not mention may not have been changed.
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
			list[i].failed = "the service reported no result for it"
		case r.Error != "" || r.Status == "error":
			list[i].failed = "the service refused: " + r.Error
		}
	}
	return list
}

// jsonArray returns one JSON result for the ideas: an object for one, an array for several.
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

// printBulk prints the reply to a change of several ideas. If a later request failed,
// it first prints the ideas of the requests before it.
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

// arrow returns a value before and after a change.
func arrow(before, after string) string {
	switch before {
	case "":
		return "→ " + after
	case after:
		return "already " + after
	}
	return before + " → " + after
}

// applied returns the idea as it is after a change.
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

// differences describes in one line what changed between two states of an idea.
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
		return unchanged
	}
	return strings.Join(parts, ", ")
}
