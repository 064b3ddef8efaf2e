package neuralrepo

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/nrepo-cli/nrepo/internal/apihttp/apihttptest"
)

// shelf is a service with a list of ideas that changes, newest first.
type shelf struct {
	cap    int  // maximum number of rows in a page
	said   bool // whether replies have the field has_more
	plain  bool // whether ideas have no number
	change func(asked int, ids []int) []int

	mu    sync.Mutex
	ids   []int
	asked []string // "offset/limit"
	now   int      // number of running requests
	most  int      // largest value of now
	wait  time.Duration
	body  int  // length of the body of each idea
	tags  int  // number of tags of each idea
	over  bool // the walk is over: late requests for pages ahead do not count
}

func (s *shelf) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	offset, _ := strconv.Atoi(r.URL.Query().Get("offset"))
	limit, _ := strconv.Atoi(r.URL.Query().Get("limit"))
	s.mu.Lock()
	if s.over {
		s.mu.Unlock()
		return
	}
	s.asked = append(s.asked, fmt.Sprintf("%d/%d", offset, limit))
	if s.change != nil {
		s.ids = s.change(len(s.asked), s.ids)
	}
	s.now++
	s.most = max(s.most, s.now)
	page := s.ids[min(offset, len(s.ids)):]
	more := len(page) > min(limit, s.cap)
	page = page[:min(limit, s.cap, len(page))]
	items := make([]string, len(page))
	for i, id := range page {
		number := strconv.Itoa(id)
		if s.plain {
			number = "null"
		}
		items[i] = fmt.Sprintf(`{"id":%d,"number":%s,"body":"%s","tags":[%s""]}`, id, number, strings.Repeat("x", s.body), strings.Repeat(`"",`, s.tags))
	}
	s.mu.Unlock()
	time.Sleep(s.wait)
	s.mu.Lock()
	s.now--
	s.mu.Unlock()
	if s.said {
		fmt.Fprintf(w, `{"has_more":%v,"ideas":[%s]}`, more, strings.Join(items, ","))
		return
	}
	fmt.Fprintf(w, `[%s]`, strings.Join(items, ","))
}

// end stops recording requests, so that the test can read them.
func (s *shelf) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.over = true
}

// newest returns the ids n to 1.
func newest(n int) []int {
	ids := make([]int, n)
	for i := range ids {
		ids[i] = n - i
	}
	return ids
}

// walkAll reads the whole list.
func walkAll(t *testing.T, s *shelf, f IdeaFilter) (got []int, err error) {
	t.Helper()
	defer s.end()
	apiURL, _ := apihttptest.Serve(t, s.ServeHTTP)
	for idea, err := range newClient(apiURL, apiKey).AllIdeas(t.Context(), f) {
		if err != nil {
			return got, err
		}
		id, _ := strconv.Atoi(string(idea.ID))
		got = append(got, id)
	}
	return got, nil
}

// The list is complete and in order for every page size.
func TestAllIdeasIsNeverShort(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 2, 49, 50, 51, 99, 100, 101, 199, 240, 700} {
		for _, most := range []int{1, 20, 50, 100} {
			if most == 1 && n > 51 {
				continue
			}
			for _, said := range []bool{true, false} {
				s := &shelf{cap: most, said: said, ids: newest(n)}
				got, err := walkAll(t, s, IdeaFilter{})
				if err != nil || !slices.Equal(got, newest(n)) {
					t.Errorf("%d ideas, %d a page, has_more %v: %d, %v", n, most, said, len(got), err)
				}
			}
		}
	}
}

func TestAllIdeasLimit(t *testing.T) {
	t.Parallel()
	for _, limit := range []int{1, 20, 99, 100, 101, 150, 250, 600, 900} {
		for _, said := range []bool{true, false} {
			added := func(_ int, ids []int) []int { return slices.Concat([]int{ids[0] + 1}, ids) }
			s := &shelf{cap: 100, said: said, ids: newest(700), change: added}
			got, err := walkAll(t, s, IdeaFilter{Limit: limit, Offset: 10})
			if err != nil || len(got) != min(limit, 691) {
				t.Errorf("limit %d: %d, %v", limit, len(got), err)
			}
			if most := limit/99 + 7; limit < 700 && len(s.asked) > most {
				t.Errorf("limit %d: %d requests: %v", limit, len(s.asked), s.asked)
			}
		}
	}
}

// While ideas are added and archived at random, each idea that exists the whole time
// appears, and none appears twice.
func TestAllIdeasWhileTheListMoves(t *testing.T) {
	t.Parallel()
	for seed := range uint64(40) {
		random := rand.New(rand.NewPCG(seed, 1))
		n := random.IntN(900)
		stayed := map[int]bool{}
		for id := range n {
			stayed[id+1] = true
		}
		top := n
		s := &shelf{cap: []int{20, 50, 100}[random.IntN(3)], said: seed%2 == 0, ids: newest(n)}
		s.change = func(_ int, ids []int) []int {
			if random.IntN(3) > 0 {
				return ids
			}
			for range random.IntN(4) {
				top++
				ids = slices.Concat([]int{top}, ids)
			}
			for range random.IntN(6) {
				if len(ids) > 0 {
					at := random.IntN(len(ids))
					delete(stayed, ids[at])
					ids = slices.Delete(slices.Clone(ids), at, at+1)
				}
			}
			return ids
		}
		got, err := walkAll(t, s, IdeaFilter{})
		if err != nil {
			t.Errorf("seed %d: %d of %d, %v: %v", seed, len(got), n, err, s.asked)
			continue
		}
		came := map[int]bool{}
		for _, id := range got {
			if came[id] {
				t.Errorf("seed %d: %d appeared twice", seed, id)
			}
			came[id] = true
		}
		for id := range stayed {
			if !came[id] {
				t.Errorf("seed %d: %d was left out", seed, id)
			}
		}
	}
}

// A list that never ends is stopped after a few requests.
func TestAllIdeasStops(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		handler http.HandlerFunc
		ideas   int
		most    int
	}{
		"the same page":             {apihttptest.Reply(200, `{"ideas":[{"id":1},{"id":2}],"has_more":true}`), 2, 4},
		"the same bare page":        {apihttptest.Reply(200, `[{"id":1},{"id":2}]`), 2, 4},
		"nothing, but more to come": {apihttptest.Reply(200, `{"ideas":[],"has_more":true}`), 0, 4},
		"one, but more to come":     {apihttptest.Reply(200, `{"ideas":[{"id":1}],"has_more":true}`), 1, 5},
	} {
		apiURL, got := apihttptest.Serve(t, tt.handler)
		ideas, last := 0, error(nil)
		for _, err := range newClient(apiURL, apiKey).AllIdeas(t.Context(), IdeaFilter{}) {
			if last = err; err == nil {
				ideas++
			}
		}
		if ideas != tt.ideas || apihttptest.Outcome(last) != "network_error" || len(got.All()) > tt.most {
			t.Errorf("%s: %d ideas, %v, %d requests", name, ideas, last, len(got.All()))
		}
	}
}

// A page that was wanted but not requested is requested when it is needed.
func TestDroppedPage(t *testing.T) {
	t.Parallel()
	w := &walk{size: 100}
	w.asker.ask = func(IdeaFilter) (IdeaPage, error) { return IdeaPage{Ideas: []Idea{{ID: "1"}}}, nil }
	w.ahead = []*future{{done: make(chan struct{})}}
	w.asker.queue = w.ahead
	w.asker.drop()
	if _, page, err := w.take(); len(page.Ideas) != 1 || err != nil {
		t.Errorf("%v, %v", page.Ideas, err)
	}
	w.asker.all.Wait()
}

// Pages are requested ahead only after the second page, at most four at a time. None is
// requested after the end if ideas have numbers, and otherwise at most three.
func TestAllIdeasAhead(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		plain, said bool
		most        int
	}{{false, true, 51}, {false, false, 52}, {true, true, 54}, {true, false, 55}} {
		s := &shelf{cap: 100, said: tt.said, plain: tt.plain, ids: newest(5000), wait: 20 * time.Millisecond}
		inMemory(t, s.ServeHTTP, func(t *testing.T, c *Client, got *apihttptest.Log) {
			start, third, count := time.Now(), time.Duration(0), 0
			s.change = func(asked int, ids []int) []int {
				if asked == 3 {
					third = time.Since(start)
				}
				return ids
			}
			for _, err := range c.AllIdeas(t.Context(), IdeaFilter{}) {
				if err != nil {
					t.Fatal(err)
				}
				count++
			}
			s.end()
			if took := time.Since(start); count != 5000 || s.most != 4 || third < 2*s.wait || took > 16*s.wait {
				t.Errorf("%+v: %d ideas in %v, %d at a time, the third page after %v", tt, count, took, s.most, third)
			}
			if requests := len(got.All()); requests > tt.most {
				t.Errorf("%+v: %d requests", tt, requests)
			}
		})
	}
	few := &shelf{cap: 100, said: true, ids: newest(150)}
	if got, err := walkAll(t, few, IdeaFilter{}); len(got) != 150 || err != nil || len(few.asked) != 2 {
		t.Errorf("%d ideas, %v, requests %v", len(got), err, few.asked)
	}
}

// If the reader stops early, no further pages are requested.
func TestAllIdeasLeft(t *testing.T) {
	t.Parallel()
	s := &shelf{cap: 100, said: true, ids: newest(5000), wait: time.Second}
	inMemory(t, s.ServeHTTP, func(t *testing.T, c *Client, got *apihttptest.Log) {
		count := 0
		for range c.AllIdeas(t.Context(), IdeaFilter{}) {
			if count++; count == 350 {
				break
			}
		}
		synctest.Wait() // running requests have arrived
		requests := len(got.All())
		time.Sleep(time.Minute)
		if now := len(got.All()); now != requests || requests > 4+maxAhead {
			t.Errorf("%d requests, then %d", requests, now)
		}
	})
}

// If a page exceeds the limits of a reply, in bytes or values, it is requested in halves.
func TestLargePages(t *testing.T) {
	t.Parallel()
	s := &shelf{cap: 100, ids: newest(120), tags: 1500}
	got, err := walkAll(t, s, IdeaFilter{})
	if err != nil || !slices.Equal(got, newest(120)) || !strings.HasPrefix(strings.Join(s.asked, " "), "0/100 0/50 49/50 ") {
		t.Errorf("%d, %v, %v", len(got), err, s.asked)
	}
	s = &shelf{cap: 100, ids: newest(3), body: 6 << 20}
	if got, err := walkAll(t, s, IdeaFilter{Limit: 3}); len(s.asked) != 4 || err != nil || len(got) != 3 {
		t.Errorf("%d, %v, %v", len(got), err, s.asked)
	}
	s = &shelf{cap: 100, ids: newest(2), tags: 100_000}
	if _, err := walkAll(t, s, IdeaFilter{}); apihttptest.Outcome(err) != "network_error" || !strings.Contains(err.Error(), "more than 100000 values") {
		t.Errorf("%v", err)
	}
}

// FuzzIdeaPage checks that a page is decoded as by encoding/json.
func FuzzIdeaPage(f *testing.F) {
	for _, body := range []string{
		`[]`, `[{"id":1}]`, `{"ideas":[{"id":1},{"id":"a"}],"has_more":true}`, `{"has_more":0,"x":[{"ideas":[]}],"ideas":null}`,
		`{"ideas":[{}]}`, `{"ideas":{}}`, `{"total":1}`, `null`, `[null]`, `[{"id":1}`, `{"ideas":[]}}`, `{"ideas":[]]`, "\xff", `{"ideas":[],"ideas":[{"id":2}]}`,
	} {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		var page IdeaPage
		if page.read(strings.NewReader(body)) != nil {
			return
		}
		var list []Idea
		object := struct{ Ideas *[]Idea }{&list}
		if json.Unmarshal([]byte(body), &list) != nil && json.Unmarshal([]byte(body), &object) != nil {
			t.Errorf("%q is taken for %d ideas", body, len(page.Ideas))
		}
		for _, idea := range page.Ideas {
			if idea.ID == "" && idea.Number == "" || !json.Valid(idea.Raw) {
				t.Errorf("%q: %+v", body, idea)
			}
		}
	})
}
