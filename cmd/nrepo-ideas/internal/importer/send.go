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
	for round := 1; ; round++ {
		if err := im.sendIdeas(ctx); err != nil {
			return err
		}
		lost := false
		for _, f := range im.Files {
			f.forget(Unknown)
			left, err := im.lookUp(ctx, f)
			if err != nil {
				return err
			}
			lost = lost || left
		}
		if !lost || round == maxRounds {
			break
		}
	}
	for _, f := range im.Files {
		if err := im.link(ctx, f); err != nil {
			return err
		}
	}
	return nil
}

// forget undoes what was decided as state.
func (f *File) forget(state string) {
	for key, s := range f.known {
		if s == state {
			delete(f.known, key)
			delete(f.why, key)
		}
	}
}

// sendIdeas sends the records that are to be sent. One whose parent is in the same file
// waits for it; parents come first.
func (im *Import) sendIdeas(ctx context.Context) error {
	for _, f := range im.Files {
		for last := false; ; {
			sent, waiting, err := im.pass(ctx, f, last)
			if err != nil {
				return err
			}
			if waiting == 0 {
				break
			}
			last = sent == 0 // they wait for each other, or for one that failed
		}
	}
	return nil
}

// job is a record on its way.
type job struct {
	keyedRecord
	parent neuralrepo.ID
}

// pass goes through a file once. It returns how many records were sent and how many
// wait for a parent; with last none waits.
func (im *Import) pass(ctx context.Context, f *File, last bool) (sent, waiting int, err error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	jobs := make(chan job)
	var wg sync.WaitGroup
	var mu sync.Mutex // of f.known and f.why
	for range max(1, im.Jobs) {
		wg.Go(func() {
			for j := range jobs {
				state, why, stop := im.create(ctx, f, j)
				mu.Lock()
				if state != "" {
					f.known[j.key] = state
				}
				if why != nil {
					f.why[j.key] = why
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
	for r, readErr := range keyed(f.Source) {
		if readErr != nil {
			cancel(fmt.Errorf("the file was changed meanwhile: %w", readErr))
			break
		}
		mu.Lock()
		state := im.decide(f, r)
		mu.Unlock()
		if state != "" {
			continue
		}
		parent, ready := f.parentOf(r)
		if !ready && !last {
			waiting++
			continue
		}
		select {
		case jobs <- job{r, parent}:
			sent++
		case <-ctx.Done():
		}
		if ctx.Err() != nil {
			break
		}
	}
	close(jobs)
	wg.Wait()
	return sent, waiting, context.Cause(ctx)
}

// parentOf returns the id that the parent of a record has got, and false where it is in
// the file and has none yet.
func (f *File) parentOf(r keyedRecord) (neuralrepo.ID, bool) {
	key, inFile := f.ids[r.ParentID]
	if r.ParentID == "" || !inFile || key == r.key {
		return "", true
	}
	entry := f.Journal.Get(key)
	return neuralrepo.ID(entry.ID), entry.State == journal.Done
}

// create sends one record. stop is what ends the import.
func (im *Import) create(ctx context.Context, f *File, j job) (state string, why, stop error) {
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
			if err := f.Journal.Done(j.key, j.Origin(), string(idea.ID), string(idea.Number)); err != nil {
				return Unknown, err, fmt.Errorf("the journal cannot be written, so nothing more is sent: %w", err)
			}
			return Created, nil, nil
		}
		status := (*neuralrepo.Error)(nil)
		answered := errors.As(err, &status)
		if neuralrepo.OutcomeUnknown(err) || answered && status.Status >= 500 {
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
		case !answered, status.Status == http.StatusTooManyRequests, status.Status == http.StatusUnauthorized, status.Status == http.StatusForbidden:
			return "", err, err // the next one would meet the same
		}
		return Failed, err, nil
	}
}
