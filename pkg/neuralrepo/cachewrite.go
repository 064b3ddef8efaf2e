package neuralrepo

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/nrepo-cli/nrepo/pkg/output"
)

// notes collects new entries for the cache: lines of ideas, newest first, and tags. It is nil if
// there is no cache.
type notes struct {
	lines []byte
	ideas int
	known map[string]bool // tags
	tags  []string
	gone  []ID
}

func (c *Client) note() *notes {
	if c.opts.CacheDir == "" {
		return nil
	}
	return &notes{known: map[string]bool{}}
}

func (n *notes) add(i Idea) {
	if n == nil {
		return
	}
	for _, tag := range i.Tags {
		if !n.known[tag] && len(n.tags) < maxCachedTags && strings.TrimSpace(tag) != "" {
			n.known[tag] = true
			n.tags = append(n.tags, tag)
		}
	}
	if n.ideas == maxCached || !isNumber(string(i.Number)) || i.ID == "" || strings.ContainsAny(string(i.ID), "\t\n") || len(i.ID) > 64 || i.IsArchived {
		return
	}
	n.ideas++
	for _, text := range []string{string(i.Number), "\t", string(i.ID), "\t", cacheText(i.Status), "\t", cacheText(i.Title), "\n"} {
		n.lines = append(n.lines, text...)
	}
}

// remember saves the ideas of a reply to the cache.
func (c *Client) remember(ideas ...Idea) {
	ready := c.held.add(ideas)
	if len(ready) == 0 {
		return
	}
	n := c.note()
	for _, i := range ready {
		n.add(i)
	}
	c.save(n, false)
}

// CacheLater makes the client write to the cache only after 2,000 ideas, for
// programs that make many requests for one idea each. Call save at the end to write
// the rest.
func (c *Client) CacheLater() (save func()) {
	c.held.hold(maxHeld)
	return func() {
		c.held.hold(0)
		c.remember()
	}
}

// maxHeld is how many ideas are held back at most before they are written to the cache.
const maxHeld = 2000

// held has the ideas that are not yet written to the cache.
type held struct {
	mu    sync.Mutex
	most  int
	ideas []Idea // newest last
}

func (h *held) hold(most int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.most = most
}

// add returns the ideas to save now, newest first.
func (h *held) add(ideas []Idea) []Idea {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.most == 0 && len(h.ideas) == 0 {
		return ideas
	}
	for _, i := range slices.Backward(ideas) {
		h.ideas = append(h.ideas, Idea{ID: i.ID, Number: i.Number, Title: i.Title, Status: i.Status, Tags: i.Tags, IsArchived: i.IsArchived})
	}
	if len(h.ideas) < h.most {
		return nil
	}
	all := h.ideas
	h.ideas = make([]Idea, 0, h.most)
	slices.Reverse(all)
	return all
}

// forget removes an idea from the cache.
func (c *Client) forget(id ID) {
	if n := c.note(); n != nil {
		n.gone = []ID{id}
		c.save(n, false)
	}
}

// cacheText returns text in the form that a line of the cache can contain.
func cacheText(text string) string { return output.SafeLine(shorten(text, maxCacheTitle)) }

// save writes notes to the cache. If whole is true, they replace the old content; otherwise,
// they are added to it.
func (c *Client) save(n *notes, whole bool) {
	if n == nil || n.ideas == 0 && len(n.tags) == 0 && len(n.gone) == 0 && !whole {
		return
	}
	path := cachePath(c.opts.CacheDir, c.Credential())
	c.caching.Lock()
	defer c.caching.Unlock()
	f, closeFile := openCache(path)
	if !whole && len(n.gone) == 0 && f.has(n) {
		closeFile()
		return // the cache has it all, and writing takes longer than the rest of a short command
	}
	old := f.all()
	closeFile() // Windows does not replace an open file
	kept := old
	if whole {
		kept = Cache{}
	}
	if content := n.merge(kept); !bytes.Equal(content, old.content) {
		replaceCache(path, content)
	}
}

// merge returns the content of a new cache: that of old without the ideas that are gone, and
// everything in n.
func (n *notes) merge(old Cache) []byte {
	content := []byte(cacheHeader)
	seen := map[string]bool{}
	for _, tag := range append(n.tags, old.Tags()...) {
		if tag = cacheText(tag); !seen[tag] && len(seen) < maxCachedTags {
			seen[tag] = true
			content = append(content, tagLine(tag)...)
		}
	}
	var ideas [][]byte
	noted := make(map[uint64]bool, n.ideas+bytes.Count(old.content, []byte("\n")))
	for _, lines := range [][]byte{n.lines, old.content} {
		for line := range bytes.Lines(lines) {
			e, ok := parseCached(line)
			if !ok || len(ideas) == maxCached || len(line) > maxCacheLine || slices.Contains(n.gone, ID(e.id)) {
				continue
			}
			number, err := strconv.ParseUint(string(e.number), 10, 64)
			if err == nil && !noted[number] {
				noted[number] = true
				ideas = append(ideas, bytes.TrimSuffix(line, []byte("\n")))
			}
		}
	}
	slices.SortFunc(ideas, func(a, b []byte) int { return compareNumbers(numberOf(b), numberOf(a)) })
	for _, line := range ideas {
		content = append(append(content, line...), '\n')
	}
	return content
}

// replaceCache replaces a file once the new one is complete. If that fails, the old file stays.
func replaceCache(path string, content []byte) {
	dir := filepath.Dir(path)
	if os.MkdirAll(dir, 0o700) != nil {
		return
	}
	if _, err := os.Lstat(path); err != nil {
		removeOldest(dir)
	}
	f, err := os.CreateTemp(dir, cachePrefix+"*.tmp") // mode 0600
	if err != nil {
		return
	}
	_, err = f.Write(content)
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		os.Remove(f.Name())
	}
}

// removeOldest makes room for another file. There may be many, because every sandbox is an
// account.
func removeOldest(dir string) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	count, oldest, written := 0, "", time.Time{}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || !strings.HasPrefix(e.Name(), cachePrefix) {
			continue
		}
		count++
		if oldest == "" || info.ModTime().Before(written) {
			oldest, written = e.Name(), info.ModTime()
		}
	}
	if count >= maxCacheFiles {
		os.Remove(filepath.Join(dir, oldest))
	}
}
