package neuralrepo

import (
	"context"
	"iter"
	"net/http"
)

// pageSize is the most that the service sends at once.
const pageSize = 100

// maxStale pages in a row without anything new end a list: the server does not
// know offset. Fewer may come of ideas that are added meanwhile.
const maxStale = 10

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
		stale := 0            // pages in a row that brought nothing new
		f := f
		for f.Limit = pageSize; ; {
			page, err := c.Ideas(ctx, f)
			if err != nil {
				yield(Idea{}, err)
				return
			}
			known := len(seen)
			for _, idea := range page.Ideas {
				if !seen[idea.ID] {
					seen[idea.ID] = true
					if !yield(idea, nil) {
						return
					}
				}
			}
			if len(page.Ideas) == 0 || page.said && !page.HasMore {
				return
			}
			f.Offset += len(page.Ideas)
			if stale++; len(seen) > known {
				stale = 0
			}
			if stale == maxStale {
				yield(Idea{}, c.http.BadReply(http.MethodGet, "brings the same ideas again and again"))
				return
			}
		}
	}
}
