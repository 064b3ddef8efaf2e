package importer

import (
	"context"
	"crypto/sha256"
	"strconv"

	"github.com/nrepo-cli/nrepo/cmd/nrepo-ideas/internal/journal"
	"github.com/nrepo-cli/nrepo/cmd/nrepo-ideas/internal/record"
	"github.com/nrepo-cli/nrepo/pkg/neuralrepo"
)

// text names an idea by title and body alone: the service may add tags and relations.
func text(title, body string) record.Key {
	sum := sha256.Sum256([]byte(title + "\x00" + body))
	return record.Key(sum[:16])
}

// lookUp finds out what came of the records that were sent and got no answer, by
// walking the newest ideas down to those that were there before the import began.
// Search would not do: it lags behind. It reports whether some were never made and are
// to be sent again.
func (im *Import) lookUp(ctx context.Context, f *File) (again bool, err error) {
	wanted := map[record.Key]int{} // texts of records without an answer
	for r, err := range keyed(f.Source) {
		if err != nil {
			return false, err
		}
		if f.Journal.Get(r.key).State == journal.Unknown {
			wanted[text(r.Title, r.Body)]++
		}
	}
	if len(wanted) == 0 {
		return false, nil
	}
	taken := map[string]bool{}
	for r, err := range keyed(f.Source) {
		if err != nil {
			return false, err
		}
		if entry := f.Journal.Get(r.key); entry.State == journal.Done {
			taken[entry.ID] = true
		}
	}
	found := map[record.Key][]neuralrepo.Idea{}
	for idea, err := range im.Client.AllIdeas(ctx, neuralrepo.IdeaFilter{}) {
		if err != nil {
			return false, err
		}
		if f.Journal.Newest != "" && !newer(string(idea.ID), f.Journal.Newest) {
			break
		}
		if key := text(idea.Title, idea.Body); wanted[key] > 0 && !taken[string(idea.ID)] {
			found[key] = append(found[key], neuralrepo.Idea{ID: idea.ID, Number: idea.Number})
		}
	}
	for r, err := range keyed(f.Source) {
		if err != nil {
			return again, err
		}
		if f.Journal.Get(r.key).State != journal.Unknown {
			continue
		}
		key := text(r.Title, r.Body)
		if list := found[key]; len(list) > 0 {
			found[key] = list[1:]
			err = f.Journal.Done(r.key, r.Origin(), string(list[0].ID), string(list[0].Number))
			f.known[r.key] = Created
		} else {
			err, again = f.Journal.NotSent(r.key), true
		}
		if err != nil {
			return again, err
		}
	}
	return again, nil
}

// newer reports whether an idea was made after another one. Ids that are no numbers
// have no order: then only the other one itself is not newer.
func newer(id, than string) bool {
	a, errA := strconv.ParseUint(id, 10, 64)
	b, errB := strconv.ParseUint(than, 10, 64)
	if errA != nil || errB != nil {
		return id != than
	}
	return a > b
}

// MaxCompared is how many ideas an import without a journal compares its records with.
const MaxCompared = 2000

// Compare takes records for done whose title and body an idea already has. It is for
// the first import of a file, which may be the second one of its ideas. It returns
// false, and takes none, where there are more ideas than MaxCompared.
func (im *Import) Compare(ctx context.Context, f *File) (bool, error) {
	found := map[record.Key][]neuralrepo.Idea{}
	n := 0
	for idea, err := range im.Client.AllIdeas(ctx, neuralrepo.IdeaFilter{}) {
		if err != nil {
			return false, err
		}
		if n++; n > MaxCompared {
			return false, nil
		}
		key := text(idea.Title, idea.Body)
		found[key] = append(found[key], neuralrepo.Idea{ID: idea.ID, Number: idea.Number})
	}
	for r, err := range keyed(f.Source) {
		if err != nil {
			return false, err
		}
		key := text(r.Title, r.Body)
		if list := found[key]; len(list) > 0 {
			found[key] = list[1:]
			if err := f.Journal.Done(r.key, r.Origin(), string(list[0].ID), string(list[0].Number)); err != nil {
				return false, err
			}
		}
	}
	return true, nil
}
