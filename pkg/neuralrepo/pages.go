package neuralrepo

import (
	"context"
	"iter"
)

// pageSize is the most that the service sends at once.
const pageSize = 100

// AllIdeas goes through all ideas that f lets through, page by page, each idea
// once though others be added meanwhile: GET /ideas. f.Limit is not used;
// f.Offset is where to begin. After an error, which comes with a zero Idea,
// there is nothing more.
//
//	for idea, err := range client.AllIdeas(ctx, neuralrepo.IdeaFilter{}) {
//		if err != nil {
//			return err
//		}
//		…
//	}
func (c *Client) AllIdeas(ctx context.Context, f IdeaFilter) iter.Seq2[Idea, error] {
	return func(yield func(Idea, error) bool) {
		seen := map[ID]bool{} // a new idea moves the others on to the next page
		f := f
		for f.Limit = pageSize; ; f.Offset += pageSize {
			page, err := c.Ideas(ctx, f)
			if err != nil {
				yield(Idea{}, err)
				return
			}
			known := len(seen)
			for _, idea := range page {
				if !seen[idea.ID] {
					seen[idea.ID] = true
					if !yield(idea, nil) {
						return
					}
				}
			}
			if len(page) < pageSize || len(seen) == known { // a server may not know offset
				return
			}
		}
	}
}
