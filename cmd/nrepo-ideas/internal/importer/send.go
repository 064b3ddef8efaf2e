package importer

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"

	"github.com/nrepo-cli/nrepo/cmd/nrepo-ideas/internal/journal"
	"github.com/nrepo-cli/nrepo/cmd/nrepo-ideas/internal/record"
	"github.com/nrepo-cli/nrepo/pkg/neuralrepo"
)

// maxRounds is how many times records without an answer are looked up and sent again.
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

// sendIdeas sends the pending records. A record whose parent is in the same file waits for
// the parent. So records without an answer, from this run or an earlier one, are looked up
// before anything else is sent.
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
			last = done.sent == 0 // the others wait for each other, or for a record that failed
		}
	}
}

// job is a record that is being sent.
type job struct {
	keyedRecord
	parent neuralrepo.ID
}

// passed counts the records of a pass: those that were sent, those of them without an
// answer, and those that wait for a parent.
type passed struct{ sent, unknown, waiting int }

// pass goes through a file once. With last, no record waits for a parent. Several records
// are written to the journal together, while the records before them are being sent.
func (im *Import) pass(ctx context.Context, f *File, last bool) (done passed, err error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	together := 1
	if im.Jobs > 1 {
		together = 16 * im.Jobs
	}
	jobs := make(chan job, together-1)
	var wg sync.WaitGroup
	var mu sync.Mutex // guards f.known and done.unknown
	var row failures
	for range im.Jobs {
		wg.Go(func() {
			for j := range jobs {
				status, why, stop := im.create(ctx, f, j)
				if stop == nil {
					stop = row.count(status, why, im.Jobs)
				}
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
				if im.Step != nil && status != Unknown {
					im.Step()
				}
			}
		})
	}
	var ready []job
	send := func() {
		keys := make([]record.Key, len(ready))
		for i, j := range ready {
			keys[i] = j.key
		}
		if err := f.Journal.Sent(keys...); err != nil {
			cancel(journalError(err))
			return
		}
		for _, j := range ready {
			jobs <- j
		}
		done.sent += len(ready)
		ready = ready[:0]
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
		parent, isThere := f.parentOf(r)
		if !isThere && !last {
			done.waiting++
			continue
		}
		if ready = append(ready, job{r, parent}); len(ready) == together {
			send()
		}
		if ctx.Err() != nil {
			break
		}
	}
	if ctx.Err() == nil && len(ready) > 0 {
		send()
	}
	close(jobs)
	wg.Wait()
	return done, context.Cause(ctx)
}

func journalError(err error) error {
	return fmt.Errorf("the journal cannot be written, so nothing more is sent: %w", err)
}

// mostFailures is how many records in a row may end without a known result, not counting
// those that other jobs are sending.
const mostFailures = 5

// failures counts the records in a row without a known result.
type failures struct {
	mu  sync.Mutex
	row int
}

// count returns the error that ends the import if there are too many.
func (f *failures) count(status string, why error, jobs int) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.row++; status != Unknown {
		f.row = 0
	}
	if f.row < mostFailures+jobs-1 {
		return nil
	}
	return why
}

// parentOf returns the new id of a record's parent, and false if the parent is in the file
// and has none yet.
func (f *File) parentOf(r keyedRecord) (neuralrepo.ID, bool) {
	place, inFile := f.places[r.ParentID]
	if r.ParentID == "" || !inFile || f.keys[place] == r.key {
		return "", true
	}
	entry := f.Journal.Get(f.keys[place])
	return neuralrepo.ID(entry.ID), entry.Exists()
}

// create sends a record that is already in the journal. why is the reason if it failed;
// stop is an error that ends the import.
func (im *Import) create(ctx context.Context, f *File, j job) (status string, why, stop error) {
	n := j.NewIdea()
	n.ParentID = j.parent
	var err error
	for try := 1; ; try++ {
		if stop = im.gate.pass(ctx); stop != nil {
			break
		}
		// Wait for a request that was sent. Cancelling it would only lose the answer.
		var id, number neuralrepo.ID
		if id, number, err = im.Client.AddIdea(context.WithoutCancel(ctx), n); err == nil {
			if err := f.Journal.Done(j.key, j.Origin(), string(id), string(number), journal.Made); err != nil {
				return Created, nil, journalError(err)
			}
			return Created, nil, nil
		}
		if mayExist(err) {
			return Unknown, err, nil
		}
		wait, again := pause(err, try)
		if !again {
			break
		}
		if im.Waiting != nil {
			im.Waiting(wait)
		}
		im.gate.shut(wait)
	}
	if failed := f.Journal.NotSent(j.key); failed != nil {
		return "", err, journalError(failed)
	}
	if err == nil || stop != nil {
		return "", err, stop
	}
	if isForAll(err) {
		return "", err, err
	}
	return Failed, err, nil
}

// mayExist reports whether an idea may have been created despite an error.
func mayExist(err error) bool {
	reply, ok := errors.AsType[*neuralrepo.Error](err)
	return neuralrepo.OutcomeUnknown(err) || ok && reply.Status >= 500
}

// isForAll reports whether the next record would get the same error, because the service
// does not refuse this record in particular.
func isForAll(err error) bool {
	reply, ok := errors.AsType[*neuralrepo.Error](err)
	if !ok {
		return true
	}
	switch reply.Status {
	case http.StatusUnauthorized, http.StatusPaymentRequired, http.StatusForbidden, http.StatusNotFound, http.StatusMethodNotAllowed,
		http.StatusProxyAuthRequired, http.StatusGone, http.StatusTooManyRequests, http.StatusNetworkAuthenticationRequired:
		return true
	}
	return reply.Status < 400
}
