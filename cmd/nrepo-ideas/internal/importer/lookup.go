package importer

import (
	"context"
	"crypto/sha256"
	"strconv"

	"github.com/nrepo-cli/nrepo/cmd/nrepo-ideas/internal/journal"
	"github.com/nrepo-cli/nrepo/cmd/nrepo-ideas/internal/record"
	"github.com/nrepo-cli/nrepo/pkg/neuralrepo"
)

// text identifies an idea by title and body only: the service may add tags and relations.
func text(title, body string) record.Key {
	sum := sha256.Sum256([]byte(title + "\x00" + body))
	return record.Key(sum[:16])
}

// olderRows is how many ideas in a row from before the import end a walk that begins with
// the newest idea. It is more than one because ideas of the same second may be in any
// order.
const olderRows = 100

// lookUp finds out which of the records without an answer have become ideas. It reads the
// newest ideas, up to those from before the import, because the search may not find them
// yet. Records that have not become ideas can be sent again.
func (im *Import) lookUp(ctx context.Context, f *File) error {
	if f.Journal.Unknown() == 0 {
		return nil
	}
	wanted := map[record.Key]int{} // the texts of the records without an answer
	for r, err := range f.records() {
		if err != nil {
			return err
		}
		if f.Journal.Get(r.key).State == journal.Unknown {
			wanted[text(r.Title, r.Body)]++
		}
	}
	if len(wanted) == 0 { // the file no longer contains these records
		return nil
	}
	taken := taken(im.Files...)
	found := map[record.Key][]neuralrepo.Idea{}
	older := 0
	for idea, err := range im.Client.AllIdeas(ctx, neuralrepo.IdeaFilter{}) {
		if err != nil {
			return err
		}
		if f.Journal.Newest != "" && !newer(string(idea.ID), f.Journal.Newest) {
			if older++; older == olderRows {
				break
			}
			continue
		}
		older = 0
		if key := text(idea.Title, idea.Body); wanted[key] > 0 && !taken[string(idea.ID)] {
			found[key] = append(found[key], neuralrepo.Idea{ID: idea.ID, Number: idea.Number})
		}
	}
	for r, err := range f.records() {
		if err != nil {
			return err
		}
		if f.Journal.Get(r.key).State != journal.Unknown {
			continue
		}
		key := text(r.Title, r.Body)
		if list := found[key]; len(list) > 0 {
			found[key] = list[1:]
			delete(f.known, r.key)
			err = f.Journal.Done(r.key, r.Origin(), string(list[0].ID), string(list[0].Number), journal.Made)
			if im.Step != nil {
				im.Step()
			}
		} else {
			f.known[r.key] = state{why: f.known[r.key].why}
			err = f.Journal.NotSent(r.key)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// taken returns the ids of ideas that already belong to records.
func taken(files ...*File) map[string]bool {
	ids := map[string]bool{}
	for _, f := range files {
		for _, key := range f.keys {
			if entry := f.Journal.Get(key); entry.Exists() {
				ids[entry.ID] = true
			}
		}
	}
	return ids
}

// newer reports whether an idea was created after another one. Ids that are not numbers
// have no order; then every idea except the other one itself counts as newer.
func newer(id, than string) bool {
	a, errA := strconv.ParseUint(id, 10, 64)
	b, errB := strconv.ParseUint(than, 10, 64)
	if errA != nil || errB != nil {
		return id != than
	}
	return a > b
}

// MaxCompared is how many ideas Compare reads at most.
const MaxCompared = 2000

// Compare marks records as done if there is an idea with the same title and body. It is
// for the first import of a file, because its ideas may have been imported in another way.
// If there are more ideas than MaxCompared, it marks none and returns false.
func (im *Import) Compare(ctx context.Context, f *File) (bool, error) {
	taken := taken(f)
	found := map[record.Key][]neuralrepo.Idea{}
	n := 0
	for idea, err := range im.Client.AllIdeas(ctx, neuralrepo.IdeaFilter{}) {
		if err != nil {
			return false, err
		}
		if n++; n > MaxCompared {
			return false, nil
		}
		if taken[string(idea.ID)] {
			continue
		}
		key := text(idea.Title, idea.Body)
		found[key] = append(found[key], neuralrepo.Idea{ID: idea.ID, Number: idea.Number})
	}
	for r, err := range f.records() {
		if err != nil {
			return false, err
		}
		key := text(r.Title, r.Body)
		if list := found[key]; len(list) > 0 && f.Journal.Get(r.key).State == journal.New {
			found[key] = list[1:]
			if err := f.Journal.Done(r.key, r.Origin(), string(list[0].ID), string(list[0].Number), journal.Done); err != nil {
				return false, err
			}
		}
	}
	return true, f.Journal.Compared()
}
