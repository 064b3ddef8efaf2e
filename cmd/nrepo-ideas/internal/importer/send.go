package importer

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"

	"github.com/nrepo-cli/nrepo/cmd/nrepo-ideas/internal/journal"
	"github.com/nrepo-cli/nrepo/pkg/neuralrepo"
)

// maxRounds is how often records without an answer are looked up and sent again.
const maxRounds = 4

// send sends all records and then their relations.
func (im *Import) send(ctx context.Context) error {
	for _, f := range im.Files {
		if err := im.sendIdeas(ctx, f); err != nil {
			return err
		}
	}
	for _, f := range im.Files {
		if err := im.link(ctx, f); err != nil {
			return err
		}
	}
	return nil
}

// sendIdeas sends the records that are to be sent. One whose parent is in the same file
// waits for it; parents come first. So what got no answer, in this run or an earlier
// one, is looked up before anything else is sent.
func (im *Import) sendIdeas(ctx context.Context, f *File) error {
	for rounds, last := 0, false; ; {
		if err := im.lookUp(ctx, f); err != nil || rounds == maxRounds {
			return err
		}
		done, err := im.pass(ctx, f, last)
		switch {
		case err != nil:
			return err
		case done.unknown > 0:
			rounds++
		case done.waiting == 0:
			return nil
		default:
			last = done.sent == 0 // they wait for each other, or for one that failed
		}
	}
}

// job is a record on its way.
type job struct {
	keyedRecord
	parent neuralrepo.ID
}

// passed is what became of records: they were sent, and some of these got no answer, or
// they wait for a parent.
type passed struct{ sent, unknown, waiting int }

// pass goes through a file once; with last no record waits for a parent.
func (im *Import) pass(ctx context.Context, f *File, last bool) (done passed, err error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	jobs := make(chan job)
	var wg sync.WaitGroup
	var mu sync.Mutex // of f.known and done.unknown
	for range max(1, im.Jobs) {
		wg.Go(func() {
			for j := range jobs {
				status, why, stop := im.create(ctx, f, j)
				mu.Lock()
				if why != nil {
					f.known[j.key] = state{status, why}
				} else {
					delete(f.known, j.key)
				}
				if status == Unknown {
					done.unknown++
				}
				mu.Unlock()
				if stop != nil {
					cancel(stop)
				}
				if im.Step != nil {
					im.Step()
				}
			}
		})
	}
	for r, readErr := range f.records() {
		if readErr != nil {
			cancel(readErr)
			break
		}
		mu.Lock()
		status := im.decide(f, r)
		mu.Unlock()
		if status != "" {
			continue
		}
		parent, ready := f.parentOf(r)
		if !ready && !last {
			done.waiting++
			continue
		}
		select {
		case jobs <- job{r, parent}:
			done.sent++
		case <-ctx.Done():
		}
		if ctx.Err() != nil {
			break
		}
	}
	close(jobs)
	wg.Wait()
	return done, context.Cause(ctx)
}

// parentOf returns the id that the parent of a record has got, and false where it is in
// the file and has none yet.
func (f *File) parentOf(r keyedRecord) (neuralrepo.ID, bool) {
	place, inFile := f.places[r.ParentID]
	if r.ParentID == "" || !inFile || f.keys[place] == r.key {
		return "", true
	}
	entry := f.Journal.Get(f.keys[place])
	return neuralrepo.ID(entry.ID), entry.Exists()
}

// create sends one record. why is why that failed; stop is what ends the import.
func (im *Import) create(ctx context.Context, f *File, j job) (status string, why, stop error) {
	n := j.NewIdea()
	n.ParentID = j.parent
	for try := 1; ; try++ {
		if err := im.gate.pass(ctx); err != nil {
			return "", nil, err
		}
		if err := f.Journal.Sent(j.key); err != nil {
			return "", nil, fmt.Errorf("the journal cannot be written, so nothing more is sent: %w", err)
		}
		// What is on its way is waited for: to give it up would only lose its answer.
		idea, err := im.Client.CreateIdea(context.WithoutCancel(ctx), n)
		if err == nil {
			if err := f.Journal.Done(j.key, j.Origin(), string(idea.ID), string(idea.Number), journal.Made); err != nil {
				return Unknown, err, fmt.Errorf("the journal cannot be written, so nothing more is sent: %w", err)
			}
			return Created, nil, nil
		}
		reply := (*neuralrepo.Error)(nil)
		answered := errors.As(err, &reply)
		if neuralrepo.OutcomeUnknown(err) || answered && reply.Status >= 500 {
			return Unknown, err, nil
		}
		if err := f.Journal.NotSent(j.key); err != nil {
			return "", nil, err
		}
		if wait, again := pause(err, try); again {
			if im.Waiting != nil {
				im.Waiting(wait)
			}
			im.gate.shut(wait)
			continue
		}
		switch {
		case !answered, reply.Status == http.StatusTooManyRequests, reply.Status == http.StatusUnauthorized, reply.Status == http.StatusForbidden:
			return "", err, err // the next one would meet the same
		}
		return Failed, err, nil
	}
}
