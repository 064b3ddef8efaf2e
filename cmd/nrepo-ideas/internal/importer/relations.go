package importer

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/nrepo-cli/nrepo/pkg/neuralrepo"
)

// link creates the relations of an export between the imported ideas. The map shows which
// relations exist, including those of requests without an answer.
func (im *Import) link(ctx context.Context, f *File) error {
	for round := 1; ; round++ {
		err := im.linkOnce(ctx, f)
		if !neuralrepo.OutcomeUnknown(err) || round == maxRounds {
			return err
		}
	}
}

func (im *Import) linkOnce(ctx context.Context, f *File) error {
	wanted, err := f.relations()
	if err != nil || len(wanted) == 0 {
		return err
	}
	m, _, err := im.Client.MapEdges(ctx) // it has the relations that an interrupted run created
	if err != nil {
		return err
	}
	present := map[string]bool{}
	for e := range m.Edges() {
		present[name(neuralrepo.NewRelation{SourceID: e.SourceID, TargetID: e.TargetID, Type: e.Type})] = true
	}
	wanted = slices.DeleteFunc(wanted, func(r neuralrepo.NewRelation) bool { return present[name(r)] })
	var failed []string
	for part := range slices.Chunk(wanted, 100) {
		result, err := im.linkSome(ctx, part)
		if err != nil {
			return fmt.Errorf("the ideas were imported, but not all of their relations: %w", err)
		}
		for _, r := range result.Results {
			made := neuralrepo.NewRelation{SourceID: r.SourceID, TargetID: r.TargetID, Type: r.Type}
			if r.Error != "" {
				failed = append(failed, fmt.Sprintf("id:%s %s id:%s: %s", r.SourceID, r.Type, r.TargetID, r.Error))
				continue
			}
			if err := f.Journal.Linked(name(made)); err != nil {
				return err
			}
		}
	}
	if len(failed) > 0 {
		const most = 20
		return &RelationsError{failed[:min(most, len(failed))], len(failed)}
	}
	return nil
}

// linkSome creates some relations, and waits if the service asks for it.
func (im *Import) linkSome(ctx context.Context, part []neuralrepo.NewRelation) (neuralrepo.BulkResult[neuralrepo.LinkChange], error) {
	for try := 1; ; try++ {
		if err := im.gate.pass(ctx); err != nil {
			return neuralrepo.BulkResult[neuralrepo.LinkChange]{}, err
		}
		result, err := im.Client.LinkManyIdeas(context.WithoutCancel(ctx), part, false)
		if err == nil || neuralrepo.OutcomeUnknown(err) {
			return result, err
		}
		wait, again := pause(err, try)
		if !again {
			return result, err
		}
		if im.Waiting != nil {
			im.Waiting(wait)
		}
		im.gate.shut(wait)
	}
}

// RelationsError means that some relations could not be created.
type RelationsError struct {
	Named []string // the first twenty
	Count int
}

// Error names the relations.
func (e *RelationsError) Error() string {
	return fmt.Sprintf("%d relations could not be created: %s", e.Count, strings.Join(e.Named, "; "))
}

// IsRelations reports whether an import did everything except some relations.
func IsRelations(err error) bool {
	_, ok := errors.AsType[*RelationsError](err)
	return ok
}

func name(r neuralrepo.NewRelation) string {
	return string(r.SourceID) + " " + r.Type + " " + string(r.TargetID)
}

// relations returns the relations that are still to be created between records whose ideas
// exist, each once. "duplicate" is left out, because only the service can create it.
func (f *File) relations() ([]neuralrepo.NewRelation, error) {
	if !f.linked {
		return nil, nil
	}
	var list []neuralrepo.NewRelation
	seen := map[string]bool{}
	idOf := func(old string) neuralrepo.ID {
		if place, ok := f.places[old]; ok {
			return neuralrepo.ID(f.Journal.Get(f.keys[place]).ID)
		}
		return ""
	}
	for r, err := range f.records() {
		if err != nil {
			return nil, err
		}
		for _, rel := range r.Relations {
			n := neuralrepo.NewRelation{SourceID: idOf(rel.Source), TargetID: idOf(rel.Target), Type: rel.Type, Note: rel.Note}
			if n.Validate() != nil || seen[name(n)] || f.Journal.IsLinked(name(n)) {
				continue
			}
			seen[name(n)] = true
			list = append(list, n)
		}
	}
	return list, nil
}
