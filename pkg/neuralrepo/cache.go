package neuralrepo

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strings"

	"github.com/nrepo-cli/nrepo/pkg/authcfg"
)

// The cache is a text file in Options.CacheDir, one for each account, server and
// profile. The first line is cacheHeader; then each tag has a line "#\tNAME", and each
// idea a line "NUMBER\tID\tSTATUS\tTITLE", highest number first. Other lines are ignored.
// The file has mode 0600, is always replaced as a whole, and is created again if it is
// missing or damaged. An error of the cache never makes a call fail.
const (
	cacheHeader = "nrepo ideas 2\n"
	cachePrefix = "ideas-"
	cacheSuffix = ".txt"

	maxCached     = 10_000 // ideas
	maxCachedTags = 1_000
	maxCacheTitle = 100     // characters
	maxCacheLine  = 4 << 10 // bytes; of status and title, each character can be escaped
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

// Ideas returns the cached ideas, the highest number first. Only ID, Number, Title
// and Status are set. The title is safe to print and cut to 100 characters.
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

// cache returns the cache of the client's account.
func (c *Client) cache() Cache { return ReadCache(c.opts.CacheDir, c.Credential()) }

// openCache opens the cache of the client's account.
func (c *Client) openCache() (f *cacheFile, closeFile func()) {
	if c.opts.CacheDir == "" {
		return nil, func() {}
	}
	return openCache(cachePath(c.opts.CacheDir, c.Credential()))
}

// cachedID returns the id of a number, "" if it is not cached or there is no number.
func (c *Client) cachedID(number ID) ID {
	if number == "" {
		return ""
	}
	f, closeFile := c.openCache()
	defer closeFile()
	return f.id(number)
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
	f, closeFile := openCache(path)
	defer closeFile()
	return f.all()
}

// tagLine returns the line of a tag, which is in the form of cacheText.
func tagLine(tag string) string { return "#\t" + tag + "\n" }

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
