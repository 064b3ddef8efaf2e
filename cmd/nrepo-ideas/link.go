package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/peterbourgon/ff/v3/ffcli"

	"github.com/nrepo-cli/nrepo/cmd/nrepo-ideas/internal/graph"
	"github.com/nrepo-cli/nrepo/pkg/neuralrepo"
	"github.com/nrepo-cli/nrepo/pkg/output"
	"github.com/nrepo-cli/nrepo/pkg/plugin"
)

func linkCommand(ctx context.Context, env *plugin.Env) error {
	relation := neuralrepo.NewRelation{}
	var force, batch, dryRun bool
	fs := flag.NewFlagSet("link", flag.ContinueOnError)
	fs.StringVar(&relation.Type, "type", "related", "the `TYPE`: related, parent, blocks, inspires or supersedes")
	fs.StringVar(&relation.Note, "note", "", "explain the relation in `TEXT`, at most 500 characters")
	fs.BoolVar(&force, "force", false, "create the relation even if it closes a cycle")
	fs.BoolVar(&batch, "batch", false, "read relations from stdin, as JSON")
	dryRunFlag(fs, &dryRun)
	env.Complete = completeIdeas(env, twoArguments)
	return env.Run(ctx, &ffcli.Command{
		Name: "link",
		ShortUsage: `nrepo link IDEA IDEA [flags]
nrepo link --batch [flags] < FILE`,
		ShortHelp: "@(#)nrepo:summary.link=Relate one idea to another" + plugin.CompleteMarker,
		LongHelp: ideaHelp + `

The relation goes from the first idea to the second: with --type blocks, the
first blocks the second. With --batch, stdin is a JSON array or one object per
line:
  {"source": 3, "target": "id:698", "type": "blocks", "note": "needs the login"}
Write source and target like IDEA. The field names of the API also work:
source_idea_id and target_idea_id, which are ids, and relation_type.

Examples:
  nrepo link 10 42 --type blocks --note "the dashboard needs the login"
  nrepo link --batch < relations.jsonl` + neuralrepo.Variables,
		FlagSet: fs,
		Exec: func(ctx context.Context, args []string) error {
			if batch {
				if len(args) > 0 {
					return plugin.Usagef("--batch reads its ideas from stdin and takes no arguments")
				}
				return runBatch(ctx, env, force, dryRun)
			}
			a, b, err := twoIdeas(args, "nrepo link 10 42 --type blocks")
			if err != nil {
				return err
			}
			check := relation
			check.SourceID, check.TargetID = "a", "b"
			if err := check.Validate(); err != nil {
				return plugin.Usagef("%w", err)
			}
			return runLink(ctx, env, a, b, relation, force, dryRun)
		},
	})
}

func runLink(ctx context.Context, env *plugin.Env, a, b neuralrepo.Ref, relation neuralrepo.NewRelation, force, dryRun bool) error {
	client, err := connect(env)
	if err != nil {
		return err
	}
	ideas, err := loadTwo(ctx, env, client, a, b, dryRun)
	if err != nil {
		return err
	}
	what := graph.Label(relation.Type, true) + " " + named(ideas[1])
	if dryRun {
		return rehearse(env, linked, changeWith(ideas[0], what))
	}
	relation.SourceID, relation.TargetID = ideas[0].ID, ideas[1].ID
	made, err := client.LinkIdeas(ctx, relation, force)
	if status, ok := errors.AsType[*neuralrepo.Error](err); ok && status.Status == http.StatusConflict && ordered(relation.Type) {
		return cycle(ctx, client, relation, err)
	}
	if err != nil {
		return err
	}
	return env.Print(made, changeWith(ideas[0], what).line(linked.done))
}

// ordered reports whether relations of a type must not form a cycle.
func ordered(relation string) bool {
	return slices.Contains([]string{"blocks", "supersedes", "parent"}, relation)
}

// cycle adds to the service's refusal the cycle that the new relation would close: the
// relations that lead from its target back to its source.
func cycle(ctx context.Context, client *neuralrepo.Client, relation neuralrepo.NewRelation, refused error) error {
	refusal := &output.Error{
		Code: "cycle_detected", Status: http.StatusConflict,
		Err:  refused,
		Hint: "use --force to create it anyway",
	}
	g, err := loadMap(ctx, client)
	if err != nil {
		return refusal // the refusal alone is enough; the cycle only helps
	}
	way, found := g.Path(string(relation.TargetID), string(relation.SourceID), []string{relation.Type})
	if !found {
		return refusal
	}
	if err := number(ctx, client, g, way); err != nil {
		return refusal
	}
	var names []string
	for node := range way.Nodes {
		names = append(names, ref(neuralrepo.ID(node.Number), neuralrepo.ID(node.ID)))
	}
	names = append([]string{names[len(names)-1]}, names...)
	refusal.Err = fmt.Errorf("it would close a cycle: %s", strings.Join(names, " → "))
	return refusal
}

// batchLink is a relation of a batch.
type batchLink struct {
	Source       any    `json:"source"`
	Target       any    `json:"target"`
	SourceID     any    `json:"source_idea_id"`
	TargetID     any    `json:"target_idea_id"`
	Type         string `json:"type"`
	RelationType string `json:"relation_type"`
	Note         string `json:"note"`
}

const maxBatch = 16 << 20 // bytes

func runBatch(ctx context.Context, env *plugin.Env, force, dryRun bool) error {
	doc, err := env.ReadInput(ctx, "-", maxBatch)
	if err != nil {
		return err
	}
	batch, err := readBatch(doc)
	if err != nil {
		return err
	}
	var refs []neuralrepo.Ref // source and target of each relation, one after the other
	relations := make([]neuralrepo.NewRelation, len(batch))
	for i, l := range batch {
		source, err := endOf(i, l.Source, l.SourceID, "source")
		if err != nil {
			return err
		}
		target, err := endOf(i, l.Target, l.TargetID, "target")
		if err != nil {
			return err
		}
		refs = append(refs, source, target)
		relations[i] = neuralrepo.NewRelation{SourceID: "a", TargetID: "b", Type: l.Type, Note: l.Note}
		if l.Type == "" {
			relations[i].Type = l.RelationType
		}
		if err := relations[i].Validate(); err != nil {
			return plugin.Usagef("relation %d: %w", i+1, err)
		}
	}
	client, err := connect(env)
	if err != nil {
		return err
	}
	ids, err := client.Resolve(ctx, refs...)
	if err != nil {
		return err
	}
	changes := make([]change, len(relations))
	for i := range relations {
		relations[i].SourceID, relations[i].TargetID = ids[2*i], ids[2*i+1]
		source, target := refs[2*i], refs[2*i+1]
		changes[i] = change{ID: ids[2*i], Number: source.Number, joined: true, Change: graph.Label(orRelated(relations[i].Type), true) + " " + target.String()}
	}
	if dryRun {
		return rehearse(env, linked, changes...)
	}
	result, err := client.LinkManyIdeas(ctx, relations, force)
	if err != nil && len(result.Results) == 0 {
		return err
	}
	outcomes := make([]outcome, len(changes))
	for i := range changes {
		outcomes[i] = outcome{changes[i], "the service reported no result for it"}
		if i < len(result.Results) {
			outcomes[i].failed = result.Results[i].Error
		}
	}
	if printed := printOutcomes(env, linked, result, outcomes); err == nil {
		err = printed
	}
	return err
}

func orRelated(relation string) string {
	if relation == "" {
		return "related"
	}
	return relation
}

// readBatch reads a JSON array of objects, or a sequence of objects.
func readBatch(doc []byte) (batch []batchLink, err error) {
	dec := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(doc, []byte("\uFEFF"))))
	dec.UseNumber()
	if bytes.HasPrefix(bytes.TrimSpace(doc), []byte("[")) {
		err = dec.Decode(&batch)
	} else {
		for {
			var l batchLink
			if err = dec.Decode(&l); err != nil {
				break
			}
			batch = append(batch, l)
		}
		if errors.Is(err, io.EOF) {
			err = nil
		}
	}
	switch {
	case err != nil:
		return nil, plugin.Usagef("stdin is neither a JSON array nor JSON lines: %w", err)
	case len(batch) == 0:
		return nil, plugin.Usagef("stdin contains no relations")
	}
	return batch, nil
}

// endOf parses one end of a relation: a reference to an idea, or an id.
func endOf(i int, idea, id any, name string) (neuralrepo.Ref, error) {
	text := ""
	switch {
	case idea != nil:
		text = fmt.Sprint(idea)
	case id != nil:
		text = "id:" + fmt.Sprint(id)
	default:
		return neuralrepo.Ref{}, plugin.Usagef("relation %d has no %s", i+1, name)
	}
	ref, err := neuralrepo.ParseRef(text)
	if err != nil {
		return ref, plugin.Usagef("relation %d: %w", i+1, err)
	}
	return ref, nil
}
