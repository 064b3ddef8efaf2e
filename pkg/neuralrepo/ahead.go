package neuralrepo

import "sync"

const (
	maxAsked = 4 // requests at a time
	maxAhead = 6
	aheadOf  = 1 << 20 // bytes of these pages in memory
)

// future is a page that is wanted.
type future struct {
	filter IdeaFilter
	full   int           // number of rows, unless it is the last page; 0 if not known
	done   chan struct{} // closed when the other fields are set

	page    IdeaPage
	err     error
	dropped bool // it was not requested
}

// isLast reports whether the page has arrived and no page seems to follow.
func (f *future) isLast() bool {
	select {
	case <-f.done:
		return f.err != nil || f.page.said && !f.page.HasMore || len(f.page.Ideas) < f.full
	default:
		return false
	}
}

// asker requests pages in the order in which they are wanted, a few at a time. It does not
// wait for anybody to take a page before it requests the next one.
type asker struct {
	ask func(IdeaFilter) (IdeaPage, error)

	mu      sync.Mutex
	queue   []*future // not yet requested
	running int       // number of requests
	all     sync.WaitGroup
}

// want requests a page as soon as there are few enough other requests.
func (a *asker) want(filter IdeaFilter, full int) *future {
	f := &future{filter: filter, full: full, done: make(chan struct{})}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.queue = append(a.queue, f)
	if a.running < maxAsked {
		a.running++
		a.all.Go(a.run)
	}
	return f
}

// run requests pages until the queue is empty.
func (a *asker) run() {
	for f := a.next(); f != nil; f = a.next() {
		f.page, f.err = a.ask(f.filter)
		close(f.done)
		if f.isLast() {
			a.drop()
		}
	}
}

func (a *asker) next() *future {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.queue) == 0 {
		a.running--
		return nil
	}
	f := a.queue[0]
	a.queue = a.queue[1:]
	return f
}

// drop forgets the pages that were not requested yet.
func (a *asker) drop() {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, f := range a.queue {
		f.dropped = true
		close(f.done)
	}
	a.queue = nil
}
