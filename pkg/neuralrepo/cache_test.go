package neuralrepo

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nrepo-cli/nrepo/internal/apihttp/apihttptest"
	"github.com/nrepo-cli/nrepo/pkg/authcfg"
)

// caching returns a client with a cache in a new directory.
func caching(t *testing.T, handler http.HandlerFunc) (*Client, *apihttptest.Log) {
	apiURL, got := apihttptest.Serve(t, handler)
	c := newClient(apiURL, apiKey)
	c.opts.CacheDir = filepath.Join(t.TempDir(), "nrepo")
	return c, got
}

// cachedIdeas returns a line "NUMBER ID STATUS TITLE" for each cached idea.
func cachedIdeas(c *Client) (lines []string) {
	for i := range c.cache().Ideas() {
		lines = append(lines, fmt.Sprintf("%s %s %s %s", i.Number, i.ID, i.Status, i.Title))
	}
	return lines
}

func TestCache(t *testing.T) {
	t.Parallel()
	replies := map[string]string{
		"GET /ideas": `{"ideas":[{"id":700,"number":3,"title":"Three\tand \u001b[2J","status":"captured","tags":["bus","a b"]},
			{"id":699,"number":2,"title":"Two","status":"shipped","tags":["bus"]}],"has_more":false}`,
		"GET /ideas/698":       `{"id":698,"number":1,"title":"One","status":"captured","tags":["old"]}`,
		"GET /ideas/by-number": `{"results":[{"number":3,"id":700},{"number":9,"id":800}]}`,
		"PATCH /ideas/700":     `{"id":700,"number":3,"title":"New","status":"captured","tags":[]}`,
		"DELETE /ideas/699":    ``,
		"GET /ideas/search":    `{"results":[{"id":701,"number":4,"title":"Four","score":1},{"id":702,"number":5,"title":"gone","is_archived":true}]}`,
	}
	c, _ := caching(t, func(w http.ResponseWriter, r *http.Request) {
		apihttptest.Reply(200, replies[r.Method+" "+strings.TrimPrefix(r.URL.Path, "/api/v1")])(w, r)
	})
	ctx, title := t.Context(), "New"
	for _, step := range []struct {
		name string
		call func() error
		want []string
		tags []string
	}{
		{"one idea", func() error { _, err := c.Idea(ctx, "698"); return err }, []string{"1 698 captured One"}, []string{"old"}},
		{"a page", func() error { _, err := c.Ideas(ctx, IdeaFilter{}); return err },
			[]string{`3 700 captured Three\u0009and \u001b[2J`, "2 699 shipped Two", "1 698 captured One"}, []string{"bus", "a b", "old"}},
		{"a change", func() error { _, err := c.UpdateIdea(ctx, "700", IdeaUpdate{Title: &title}); return err },
			[]string{"3 700 captured New", "2 699 shipped Two", "1 698 captured One"}, []string{"bus", "a b", "old"}},
		{"pairs", func() error { _, err := c.Resolve(ctx, Ref{Number: "3"}, Ref{Number: "9"}); return err },
			[]string{"9 800  ", "3 700 captured New", "2 699 shipped Two", "1 698 captured One"}, []string{"bus", "a b", "old"}},
		{"an archived idea", func() error { return c.ArchiveIdea(ctx, "699") },
			[]string{"9 800  ", "3 700 captured New", "1 698 captured One"}, []string{"bus", "a b", "old"}},
		{"a search", func() error { _, err := c.SearchIdeas(ctx, SearchQuery{Text: "x"}); return err },
			[]string{"9 800  ", "4 701  Four", "3 700 captured New", "1 698 captured One"}, []string{"bus", "a b", "old"}},
		{"a part of a list", func() error {
			for range c.AllIdeas(ctx, IdeaFilter{Tag: "bus"}) {
			}
			return nil
		}, []string{"9 800  ", "4 701  Four", `3 700 captured Three\u0009and \u001b[2J`, "2 699 shipped Two", "1 698 captured One"}, []string{"bus", "a b", "old"}},
		{"the whole list", func() error {
			for range c.AllIdeas(ctx, IdeaFilter{}) {
			}
			return nil
		}, []string{`3 700 captured Three\u0009and \u001b[2J`, "2 699 shipped Two"}, []string{"bus", "a b"}},
	} {
		if err := step.call(); err != nil {
			t.Fatalf("%s: %v", step.name, err)
		}
		if got := cachedIdeas(c); !slices.Equal(got, step.want) || !slices.Equal(c.cache().Tags(), step.tags) {
			t.Errorf("%s: %q %q", step.name, got, c.cache().Tags())
		}
	}
	if err := RemoveCache(c.opts.CacheDir); err != nil || len(cachedIdeas(c)) != 0 {
		t.Errorf("%v, %q", err, cachedIdeas(c))
	}
	if err := RemoveCache(filepath.Join(t.TempDir(), "none")); err != nil {
		t.Error(err)
	}
}

// Each account, server and profile has its own cache.
func TestCacheIsOfOneAccount(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	alice := authcfg.Credential{Secret: apiKey, APIURL: "https://a.example", UserID: "1"}
	c := NewWithCredential(alice, Options{CacheDir: dir})
	c.remember(Idea{ID: "698", Number: "1", Title: "secret plan", Raw: []byte("{}")})
	for range ReadCache(dir, authcfg.Credential{Secret: "renewed", APIURL: "https://a.example", UserID: "1"}).Ideas() {
		goto found // after a renewal, the session belongs to the same account
	}
	t.Error("the account's own cache is empty")
found:
	for _, other := range []authcfg.Credential{
		{Secret: apiKey, APIURL: "https://a.example", UserID: "2"},
		{Secret: apiKey, APIURL: "https://b.example", UserID: "1"},
		{Secret: apiKey, APIURL: "https://a.example", UserID: "1", Profile: "work"},
		{Secret: apiKey, APIURL: "https://a.example"},
	} {
		for i := range ReadCache(dir, other).Ideas() {
			t.Errorf("%+v sees %s", other, i.Title)
		}
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Fatalf("%v, %v", entries, err)
	}
	if info, _ := entries[0].Info(); runtime.GOOS != "windows" && info.Mode() != 0o600 || strings.Contains(entries[0].Name(), "example") {
		t.Errorf("%s %v", entries[0].Name(), info.Mode())
	}
	for range ReadCache("", alice).Ideas() {
		t.Error("a cache without a directory")
	}
}

// A broken cache counts as empty, and the next list repairs it.
func TestBrokenCache(t *testing.T) {
	t.Parallel()
	good := cacheHeader + "1\t698\tcaptured\tOne\n"
	for name, tt := range map[string]struct {
		content string
		want    int
	}{
		"empty":           {"", 0},
		"no header":       {"1\t698\tcaptured\tOne\n", 0},
		"another version": {"nrepo ideas 1\n1\t698\tcaptured\tOne\n", 0},
		"binary":          {"\x00\xff\x1b", 0},
		"cut":             {good[:len(good)-2], 1},
		"cut within":      {good[:len(cacheHeader)+4], 0},
		"strange lines":   {good + "x\ty\tz\tw\n-1\t2\tz\tw\n007\t2\tz\tw\n\n\t\t\t\n3\t\t\t\n", 1},
		"too large":       {good + strings.Repeat("x", maxCacheFile), 0},
	} {
		c, _ := caching(t, apihttptest.Reply(200, `[{"id":700,"number":3,"title":"Three"}]`))
		path := cachePath(c.opts.CacheDir, c.Credential())
		if err := os.MkdirAll(c.opts.CacheDir, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(tt.content), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := cachedIdeas(c); len(got) != tt.want {
			t.Errorf("%s: %q", name, got)
		}
		if _, err := c.Ideas(t.Context(), IdeaFilter{}); err != nil || len(cachedIdeas(c)) != tt.want+1 {
			t.Errorf("%s: %v, then %q", name, err, cachedIdeas(c))
		}
	}
}

// A cached pair saves a request, but the number in the reply is checked.
func TestCachedPair(t *testing.T) {
	t.Parallel()
	numbers := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch name := strings.TrimPrefix(r.URL.Path, "/api/v1/ideas/"); name {
		case "by-number":
			fmt.Fprint(w, `{"results":[{"number":3,"id":696}]}`)
		case "696":
			fmt.Fprint(w, `{"id":696,"number":3,"title":"Three"}`)
		case "5":
			fmt.Fprint(w, `{"id":5,"number":7,"title":"another"}`)
		default:
			apihttptest.Reply(404, `{"error":"Idea not found"}`)(w, r)
		}
	})
	for cached, requests := range map[ID]int{"696": 1, "5": 3, "404": 3, "": 2} {
		c, got := caching(t, numbers)
		c.remember(Idea{ID: cached, Number: "3", Raw: []byte("{}")})
		idea, err := c.IdeaByRef(t.Context(), Ref{Number: "3"})
		if err != nil || idea.ID != "696" || len(got.All()) != requests {
			t.Errorf("cached as %q: %+v, %v, %d requests", cached, idea, err, len(got.All()))
		}
		if id := c.cachedID("3"); id != "696" {
			t.Errorf("cached as %q, then as %q", cached, id)
		}
		before := len(got.All())
		if ids, err := c.Resolve(t.Context(), Ref{Number: "3"}); err != nil || ids[0] != "696" || len(got.All()) != before+1 {
			t.Errorf("Resolve makes no request: %v, %v", ids, err)
		}
	}
}

func TestNumbers(t *testing.T) {
	t.Parallel()
	s := &shelf{cap: 100, said: true, ids: newest(900)} // without numbers
	c, got := caching(t, func(w http.ResponseWriter, r *http.Request) {
		if name, single := strings.CutPrefix(r.URL.Path, "/api/v1/ideas/"); single {
			fmt.Fprintf(w, `{"id":%s,"number":1%s}`, name, name)
			return
		}
		s.ServeHTTP(w, r)
	})
	c.remember(Idea{ID: "7", Number: "17", Raw: []byte("{}")})
	for _, tt := range []struct {
		ids      []ID
		want     string
		requests int
	}{
		{[]ID{"7"}, "map[7:17]", 0},
		{[]ID{"7", "8"}, "map[7:17 8:18]", 1},
		{[]ID{"7", "8", "8"}, "map[7:17 8:18]", 0},
		{[]ID{"1", "2", "3"}, "map[]", 3}, // there are only three ids, so at most three requests
		{nil, "map[]", 0},
	} {
		before := len(got.All())
		numbers, err := c.Numbers(t.Context(), tt.ids)
		if err != nil || fmt.Sprint(numbers) != tt.want || len(got.All())-before > tt.requests {
			t.Errorf("%v: %v, %v, %d requests", tt.ids, numbers, err, len(got.All())-before)
		}
	}
}

// The cache has a size limit, and concurrent writers do not break it.
func TestCacheIsBounded(t *testing.T) {
	t.Parallel()
	c, _ := caching(t, nil)
	many := func(from, n int) (ideas []Idea) {
		for i := range n {
			ideas = append(ideas, Idea{ID: ID(fmt.Sprint(1000 + from + i)), Number: ID(fmt.Sprint(from + i)), Title: strings.Repeat("é", 300),
				Tags: []string{fmt.Sprint("t", from+i)}, Raw: []byte("{}")})
		}
		return ideas
	}
	c.remember(many(1, maxCached)...)
	c.remember(many(maxCached+1, 10)...)
	got := cachedIdeas(c)
	if len(got) != maxCached || !strings.HasPrefix(got[0], fmt.Sprint(maxCached+10, " ")) || len(c.cache().Tags()) != maxCachedTags || len(got[0]) > 250 {
		t.Errorf("%d ideas, %d tags, %q", len(got), len(c.cache().Tags()), got[0])
	}
	var writers sync.WaitGroup
	for i := range 8 {
		writers.Go(func() { c.remember(many(20_000+i, 1)...) })
	}
	writers.Wait()
	for i := range 8 {
		if c.cachedID(ID(fmt.Sprint(20_000+i))) == "" {
			t.Errorf("%d was lost", 20_000+i)
		}
	}
}

// counted counts the reads of a file.
type counted struct {
	*bytes.Reader
	reads int
}

func (c *counted) ReadAt(p []byte, offset int64) (int, error) {
	c.reads++
	return c.Reader.ReadAt(p, offset)
}

// An idea is found in a large cache with a few reads, whatever other lines it has.
func TestCacheIsNotReadWhole(t *testing.T) {
	t.Parallel()
	for _, many := range []int{0, 1, 2, 100, maxCached} {
		n := &notes{known: map[string]bool{}}
		for i := range many {
			number := ID(fmt.Sprint(2*i + 1))
			n.add(Idea{ID: "id" + number, Number: number, Title: strings.Repeat("\x1b", i%120), Tags: []string{fmt.Sprint("t", i%300)}})
		}
		content := n.merge(Cache{})
		file := &counted{Reader: bytes.NewReader(content)}
		cache := newCacheFile(file, int64(len(content)))
		for i := 1; i <= 2*many; i += max(1, many/50) {
			number, want := ID(fmt.Sprint(i)), ID("")
			if i%2 == 1 {
				want = "id" + number
			}
			file.reads = 0
			if got := cache.id(number); got != want || file.reads > 25 {
				t.Fatalf("%d of %d: %q after %d reads, want %q", i, many, got, file.reads, want)
			}
		}
		if many > 0 && !cache.has(n) || cache.id("") != "" {
			t.Errorf("of %d ideas some are missing", many)
		}
		n.ideas = min(n.ideas, maxCached-1)
		if n.add(Idea{ID: "other", Number: "1"}); cache.has(n) {
			t.Errorf("%d ideas have one that was not added", many)
		}
	}
}

// Files of old accounts do not fill the directory.
func TestCacheOfManyAccounts(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	account := func(i int) authcfg.Credential {
		return authcfg.Credential{Secret: apiKey, APIURL: fmt.Sprint("https://a.example/", i), UserID: "1"}
	}
	for i := range 30 {
		NewWithCredential(account(i), Options{CacheDir: dir}).remember(Idea{ID: "1", Number: "1", Raw: []byte("{}")})
		path := cachePath(dir, account(i))
		if err := os.Chtimes(path, time.Time{}, time.Unix(int64(i), 0)); err != nil {
			t.Fatal(err)
		}
	}
	for i, want := range map[int]ID{0: "", 13: "", 14: "1", 29: "1"} {
		if got := NewWithCredential(account(i), Options{CacheDir: dir}).cachedID("1"); got != want {
			t.Errorf("account %d: %q", i, got)
		}
	}
}

// FuzzCache checks that the cache can be read and written with any content of the file.
func FuzzCache(f *testing.F) {
	for _, content := range []string{"", "1\t698\tcaptured\tOne\n", "#\ta\n1\t\n", "\n\n\t", "1\t698\tx\ty\n1\t699\tx\ty", "9999999999999999999\t1\t\t\n"} {
		f.Add([]byte(content))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		old := Cache{append([]byte(cacheHeader), content...)}
		n := &notes{known: map[string]bool{}}
		n.add(Idea{ID: "5", Number: "7", Title: string(content), Status: "x", Tags: []string{string(content)}})
		merged := n.merge(old)
		file := newCacheFile(bytes.NewReader(merged), int64(len(merged)))
		if file.id("7") != "5" || !file.has(n) {
			t.Errorf("%q: %q", content, merged)
		}
		for i := range old.Ideas() {
			if !isNumber(string(i.Number)) || i.ID == "" {
				t.Errorf("%q: %+v", content, i)
			}
			if long := len(content) > maxCacheLine; i.Number != "7" && file.id(i.Number) == "" && !long {
				t.Errorf("%q: %s is lost in %q", content, i.Number, merged)
			}
		}
	})
}

// Ideas that are held back are written after maxHeld, and at the end.
func TestCacheLater(t *testing.T) {
	t.Parallel()
	c, _ := caching(t, nil)
	save := c.CacheLater()
	for n := range maxHeld + 2 {
		number := ID(fmt.Sprint(n + 1))
		c.remember(Idea{ID: number, Number: number, Title: "T", Status: "captured", Raw: []byte("{}")})
		want := 0
		if n+1 >= maxHeld {
			want = maxHeld
		}
		if got := len(cachedIdeas(c)); got != want {
			t.Fatalf("after %d replies %d ideas, want %d", n+1, got, want)
		}
	}
	save()
	got := cachedIdeas(c)
	if len(got) != maxHeld+2 || got[0] != fmt.Sprintf("%d %[1]d captured T", maxHeld+2) || got[len(got)-1] != "1 1 captured T" {
		t.Errorf("%d ideas, %v", len(got), got[:3])
	}
	c.remember(Idea{ID: "5000", Number: "5000", Raw: []byte("{}")})
	if got := cachedIdeas(c); !strings.HasPrefix(got[0], "5000 ") {
		t.Errorf("afterwards nothing is saved: %v", got[:3])
	}
}

// An idea that was added is in the cache with what was sent.
func TestCacheOfAddedIdeas(t *testing.T) {
	t.Parallel()
	c, _ := caching(t, apihttptest.Reply(201, `{"id":698,"number":12,"title":"other"}`))
	if _, _, err := c.AddIdea(t.Context(), NewIdea{Title: "Wind", Tags: []string{"energy"}}); err != nil {
		t.Fatal(err)
	}
	if ideas, tags := cachedIdeas(c), c.cache().Tags(); !slices.Equal(ideas, []string{"12 698 captured Wind"}) || !slices.Equal(tags, []string{"energy"}) {
		t.Errorf("%q, tags %q", ideas, tags)
	}
}
