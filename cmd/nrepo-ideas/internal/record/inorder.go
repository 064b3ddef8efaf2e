package record

import (
	"iter"
	"sync"
)

// inOrder calls work for each item, in goroutines of its own, while the results for earlier
// items are used. It returns the results in the order of the items.
func inOrder[Item, Result any](items iter.Seq[Item], work func(Item) Result) iter.Seq[Result] {
	return func(yield func(Result) bool) {
		results, stop := make(chan chan Result, 2), make(chan struct{}) // two are enough to keep two processors busy
		var running sync.WaitGroup
		defer running.Wait()
		defer close(stop)
		running.Go(func() {
			defer close(results)
			for item := range items {
				result := make(chan Result, 1)
				select {
				case results <- result:
				case <-stop:
					return
				}
				running.Go(func() { result <- work(item) })
			}
		})
		for result := range results {
			if !yield(<-result) {
				return
			}
		}
	}
}
