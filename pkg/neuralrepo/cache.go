package neuralrepo

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/nrepo-cli/nrepo/pkg/authcfg"
	"github.com/nrepo-cli/nrepo/pkg/output"
)

// The cache is a text file in Options.CacheDir, one for each account, server and
// profile. The first line is cacheHeader; then each idea has a line
// "NUMBER\tID\tSTATUS\tTITLE", and each tag a line "#\tNAME". Other lines are ignored.
// The file has mode 0600, is always replaced as a whole, and is created again if it is
// missing or damaged. An error of the cache never makes a call fail.
const (
	cacheHeader = "nrepo ideas 1\n"
	cachePrefix = "ideas-"
	cacheSuffix = ".txt"

	maxCached     = 10_000 // ideas
	maxCachedTags = 1_000
	maxCacheTitle = 100     // characters
	maxCacheFile  = 8 << 20 // bytes
	maxCacheFiles = 16
)

// Cache is a local copy of numbers, titles and tags of an account, in
// Options.CacheDir, for shell completion. It may be out of date: it can lack
// ideas, and contain some that no longer exist.
type Cache struct{ content []byte }

// ReadCache returns the cache of an account in dir, without contacting the server.
// It returns an empty Cache if there is none, it is damaged, or dir is "".
func ReadCache(dir string, account authcfg.Credential) Cache {
	if dir == "" {
		return Cache{}
	}
	return readCache(cachePath(dir, account))
}

// Ideas returns the cached ideas, newest first. Only ID, Number, Title and Status
// are set. The title is safe to print and cut to 100 characters.
func (c Cache) Ideas() iter.Seq[Idea] {
	return func(yield func(Idea) bool) {
		for line := range bytes.Lines(c.content) {
			if e, ok := parseCached(line); ok && !yield(Idea{ID: ID(e.id), Number: ID(e.number), Status: string(e.status), Title: string(e.title)}) {
				return
			}
		}
	}
}

// Tags returns the cached tags, each once, starting with those of the newest
// ideas. They are safe to print.
func (c Cache) Tags() []string {
	var tags []string
	for line := range bytes.Lines(c.content) {
		if name, ok := bytes.CutPrefix(line, []byte("#\t")); ok {
			tags = append(tags, string(bytes.TrimSuffix(name, []byte("\n"))))
		}
	}
	return tags
}

// RemoveCache removes the caches of all accounts from dir. If there are none, that
// is not an error.
func RemoveCache(dir string) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), cachePrefix) && !e.IsDir() { // also temporary files
			err = errors.Join(err, os.Remove(filepath.Join(dir, e.Name())))
		}
	}
	return err
}

// cachePath returns the file of an account. Its name reveals nothing about the account.
func cachePath(dir string, account authcfg.Credential) string {
	who := "user " + account.UserID
	if account.UserID == "" {
		who = "secret " + account.Secret.Reveal()
	}
	sum := sha256.Sum256([]byte(strings.Join([]string{account.APIURL, account.Profile, who}, "\n")))
	return filepath.Join(dir, cachePrefix+hex.EncodeToString(sum[:16])+cacheSuffix)
}

func readCache(path string) Cache {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return Cache{}
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() || info.Size() > maxCacheFile || runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		return Cache{}
	}
	content := make([]byte, info.Size())
	n, err := io.ReadFull(f, content)
	if err != nil || !bytes.HasPrefix(content[:n], []byte(cacheHeader)) {
		return Cache{}
	}
	return Cache{content}
}

// id returns the id of the idea with a number, or "" if it is not cached.
func (c Cache) id(number ID) ID {
	start := "\n" + string(number) + "\t"
	at := bytes.Index(c.content, []byte(start))
	if at < 0 {
		return ""
	}
	line, _, _ := bytes.Cut(c.content[at+1:], []byte("\n"))
	e, ok := parseCached(line)
	if !ok {
		return ""
	}
	return ID(e.id)
}

// numbers returns the number of each id that is cached.
func (c Cache) numbers(ids []ID) map[ID]ID {
	wanted := make(map[ID]bool, len(ids))
	for _, id := range ids {
		wanted[id] = true
	}
	found := map[ID]ID{}
	for line := range bytes.Lines(c.content) {
		if e, ok := parseCached(line); ok && wanted[ID(e.id)] {
			found[ID(e.id)] = ID(e.number)
		}
	}
	return found
}

// cached is the line of an idea, split at the tabs.
type cached struct{ number, id, status, title []byte }

func parseCached(line []byte) (e cached, ok bool) {
	line = bytes.TrimSuffix(line, []byte("\n"))
	var found [3]bool
	e.number, line, found[0] = bytes.Cut(line, []byte("\t"))
	e.id, line, found[1] = bytes.Cut(line, []byte("\t"))
	e.status, e.title, found[2] = bytes.Cut(line, []byte("\t"))
	return e, found == [3]bool{true, true, true} && isNumber(string(e.number)) && len(e.id) > 0
}

// isNumber reports whether text is a number in the form of [ParseRef].
func isNumber(text string) bool {
	return text != "" && text[0] != '0' && len(text) <= 18 && strings.Trim(text, "0123456789") == ""
}

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
	n := c.note()
	for _, i := range c.held.add(ideas) {
		n.add(i)
	}
	c.save(n, false)
}

// CacheLater is for programs that make many requests for one idea each. From then
// on, the client writes to the cache only after some hundred ideas. Call save to
// write the rest.
func (c *Client) CacheLater() (save func()) {
	c.held.hold(maxHeld)
	return func() {
		c.held.hold(0)
		c.remember()
	}
}

// maxHeld is how many ideas are held back at most before they are written to the cache.
const maxHeld = 500

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
	h.ideas = nil
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

// cache returns the cache of the client's account.
func (c *Client) cache() Cache { return ReadCache(c.opts.CacheDir, c.Credential()) }

// cacheText returns text in the form that a line of the cache can contain.
func cacheText(text string) string { return output.SafeLine(shorten(text, maxCacheTitle)) }

// save writes notes to the cache. If whole is true, they replace the old content; otherwise,
// they are added before it.
func (c *Client) save(n *notes, whole bool) {
	if n == nil || n.ideas == 0 && len(n.tags) == 0 && len(n.gone) == 0 && !whole {
		return
	}
	path := cachePath(c.opts.CacheDir, c.Credential())
	c.caching.Lock()
	defer c.caching.Unlock()
	old := readCache(path)
	if !whole && len(n.gone) == 0 && old.holds(n) {
		return // the cache has it all, and writing takes longer than the rest of a short command
	}
	content := append([]byte(cacheHeader), n.lines...)
	if !whole {
		content = n.merge(content, old)
	}
	tags := n.tags
	if !whole {
		tags = append(tags, old.Tags()...)
	}
	seen := map[string]bool{}
	for _, tag := range tags {
		if tag = cacheText(tag); !seen[tag] && len(seen) < maxCachedTags {
			seen[tag] = true
			content = append(content, "#\t"+tag+"\n"...)
		}
	}
	if !bytes.Equal(content, old.content) {
		replaceCache(path, content)
	}
}

// holds reports whether the cache already has everything in n.
func (c Cache) holds(n *notes) bool {
	missing := map[string]bool{}
	for line := range bytes.Lines(n.lines) {
		missing[string(line)] = true
	}
	for _, tag := range n.tags {
		missing["#\t"+cacheText(tag)+"\n"] = true
	}
	for line := range bytes.Lines(c.content) {
		if len(missing) == 0 {
			break
		}
		delete(missing, string(line))
	}
	return len(missing) == 0
}

// merge adds the lines of old, except for ideas that n has or that are gone.
func (n *notes) merge(content []byte, old Cache) []byte {
	noted := map[string]bool{}
	for line := range bytes.Lines(n.lines) {
		if e, ok := parseCached(line); ok {
			noted[string(e.number)] = true
		}
	}
	left := maxCached - len(noted)
	for line := range bytes.Lines(old.content) {
		e, ok := parseCached(line)
		if ok && left > 0 && !noted[string(e.number)] && !slices.Contains(n.gone, ID(e.id)) {
			content = append(content, line...)
			left--
		}
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
