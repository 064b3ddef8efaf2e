package neuralrepo

import (
	"context"
	"iter"
	"net/http"
	"slices"
	"strconv"

	"github.com/nrepo-cli/nrepo/internal/apihttp"
)

const (
	pageSize = 100 // the service's limit
	maxStale = 10  // pages in a row without a new idea
)

// AllIdeas returns all ideas that match f, newest first. It requests them page by
// page: GET /ideas. Each idea appears once, and no idea that exists the whole time
// is missing, even if others are added or archived meanwhile. f.Limit is the
// maximum number of ideas, 0 for all; f.Offset is the number of ideas to skip.
// From the third page on, up to four pages are requested at a time, and up to six
// before their ideas are needed. A list that never ends is an error. An error comes
// with a zero Idea and ends the sequence.
//
//	for idea, err := range client.AllIdeas(ctx, neuralrepo.IdeaFilter{}) {
//		if err != nil {
//			return err
//		}
//		…
//	}
func (c *Client) AllIdeas(ctx context.Context, f IdeaFilter) iter.Seq2[Idea, error] {
	return func(yield func(Idea, error) bool) {
		found := c.note()
		whole := false
		defer func() { c.save(found, whole) }()
		ctx, cancel := context.WithCancel(ctx)
		w := &walk{f: f, next: f.Offset, size: pageSize, seen: map[ID]struct{}{}}
		w.asker.ask = func(f IdeaFilter) (IdeaPage, error) { return c.ideaPage(ctx, f) }
		defer w.asker.all.Wait()
		defer cancel() // after the first error, no other page is requested
		for !w.ended {
			fresh, err := w.page()
			if err != nil {
				yield(Idea{}, err)
				return
			}
			if w.stale >= maxStale {
				yield(Idea{}, c.http.BadReply(http.MethodGet, "repeats the same ideas"))
				return
			}
			for _, idea := range fresh {
				found.add(idea)
				if !yield(idea, nil) {
					return
				}
			}
		}
		whole = f.Status == "" && f.Tag == "" && f.Offset == 0 && (f.Limit <= 0 || w.left() > 0)
	}
}

// walk reads a list that may change meanwhile. If ideas are added, others move to later pages
// and appear twice; if ideas are archived, others move to earlier pages and would be missed.
// So each page is requested from one row before its start, and must begin with a known idea.
type walk struct {
	f    IdeaFilter
	next int // offset of the next page
	size int // rows to request
	back int // rows to go back if the list has moved; doubled each time

	// Two kinds of pages are not requested from one row back: the page after one
	// with a single row, and the page after one that may be the last.
	lone, probe bool

	seen        map[ID]struct{}
	rows, most  int // rows of the previous page, and of the longest one
	first, last ID  // of the previous page
	furthest    ID  // the last row of the list so far
	pages       int // pages with new ideas
	stale       int // pages in a row without new ideas
	ended       bool

	asker asker
	ahead []*future // the next pages
}

// page returns the new ideas of the next page, and moves to the page after it.
func (w *walk) page() ([]Idea, error) {
	limit, page, err := w.take()
	if f := apihttp.AsFailure(err); f != nil && f.TooLarge && limit > 1 {
		w.size = limit / 2
		w.forget()
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	rows := len(page.Ideas)
	behind := rows == 0 && w.probe // the expected end
	if w.next > w.f.Offset && !w.lone && !behind && (rows == 0 || !w.saw(page.Ideas[0].ID)) {
		w.first, w.last, w.probe = "", "", false
		w.back = max(2*w.back, w.rows/2, 1)
		w.next = max(w.f.Offset, w.next-w.back)
		w.forget()
		return nil, nil
	}
	w.back = 0
	fresh := w.fresh(page.Ideas)
	switch {
	case len(fresh) > 0:
		w.stale = 0
		w.pages++
	case rows == 0 || page.Ideas[0].ID == w.first && page.Ideas[rows-1].ID == w.last:
		w.stale += maxStale/3 + 1 // the server probably ignores offset
	default:
		w.stale++
	}
	switch {
	case page.said:
		w.ended = !page.HasMore
	default: // no row, or only the known one: the list has ended
		w.ended = rows == 0 || rows == 1 && len(fresh) == 0
	}
	w.ended = w.ended || w.f.Limit > 0 && w.left() == 0
	w.lone = rows < 2
	w.probe = !page.said && !w.lone && len(fresh) == 0 && (page.Ideas[rows-1].ID == w.furthest || rows < w.most)
	w.next += rows
	if !w.lone && !w.probe {
		w.next--
	}
	w.askAhead(page)
	if len(fresh) > 0 {
		w.furthest = page.Ideas[rows-1].ID
	}
	w.most = max(w.most, rows)
	if w.rows = rows; rows > 0 {
		w.first, w.last = page.Ideas[0].ID, page.Ideas[rows-1].ID
	}
	return fresh, nil
}

func (w *walk) saw(id ID) bool {
	_, seen := w.seen[id]
	return seen
}

// fresh returns the ideas that were not seen before, up to the limit.
func (w *walk) fresh(ideas []Idea) []Idea {
	fresh := make([]Idea, 0, len(ideas))
	for _, idea := range ideas {
		if !w.saw(idea.ID) && (w.f.Limit <= 0 || w.left() > 0) {
			w.seen[idea.ID] = struct{}{}
			fresh = append(fresh, idea)
		}
	}
	return fresh
}

// take returns the next page, which may have been requested already, and its limit.
func (w *walk) take() (limit int, page IdeaPage, err error) {
	if len(w.ahead) > 0 && w.ahead[0].filter.Offset != w.next {
		w.forget()
	}
	if len(w.ahead) == 0 {
		w.want(w.next, 0)
	}
	first := w.ahead[0]
	w.ahead = w.ahead[1:]
	<-first.done
	if first.dropped {
		w.forget()
		return w.take()
	}
	return first.filter.Limit, first.page, first.err
}

// forget forgets the pages that were requested ahead.
func (w *walk) forget() {
	w.asker.drop()
	w.ahead = nil
}

func (w *walk) want(offset, full int) {
	f := w.f
	f.Offset, f.Limit = offset, w.size
	if left := w.left(); left > 0 {
		f.Limit = min(w.size, left)
		if w.pages > 0 {
			f.Limit = min(w.size, left+10) // a few more, for ideas that were seen before
		}
	}
	w.ahead = append(w.ahead, w.asker.want(f, full))
}

// left returns how many more ideas are wanted; 0 for all.
func (w *walk) left() int {
	if w.f.Limit <= 0 {
		return 0
	}
	return w.f.Limit - len(w.seen)
}

// askAhead requests the next few pages in advance, from the second page on, if the last two
// pages were equally long. It requests no pages that it knows not to exist.
func (w *walk) askAhead(page IdeaPage) {
	rows := len(page.Ideas)
	if w.ended || w.pages < 2 || rows != w.rows || rows < 2 || slices.ContainsFunc(w.ahead, (*future).isLast) {
		return
	}
	size := 1
	for _, idea := range page.Ideas {
		size += len(idea.Raw)
	}
	many := min(maxAhead, max(1, aheadOf/size))
	if left := w.left(); left > 0 {
		many = min(many, left/rows) // only whole pages: the last one may be shorter
	}
	if number, err := strconv.Atoi(string(page.Ideas[rows-1].Number)); err == nil && number > 0 {
		many = min(many, (number-1+rows-2)/(rows-1)) // older ideas have lower numbers
	}
	for len(w.ahead) < many {
		w.want(w.next+len(w.ahead)*(rows-1), rows)
	}
}
