package neuralrepo

import (
	"bufio"
	"bytes"
	"cmp"
	"io"
	"os"
	"runtime"
	"syscall"
)

// cacheFile is an open cache. Its lines are sorted, so that a few reads find one of
// them; reading all of them would take longer than a request. The methods accept nil,
// which is an empty cache.
type cacheFile struct {
	file   io.ReaderAt
	size   int64
	window []byte // for next
}

// openCache returns nil if there is no file, or it cannot be a cache.
func openCache(path string) (f *cacheFile, closeFile func()) {
	none := func() {}
	file, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, none
	}
	info, err := file.Stat()
	if err != nil || !info.Mode().IsRegular() || info.Size() > maxCacheFile || runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		file.Close()
		return nil, none
	}
	if f = newCacheFile(file, info.Size()); f == nil {
		file.Close()
		return nil, none
	}
	return f, func() { file.Close() }
}

// newCacheFile returns nil if the file does not begin like a cache.
func newCacheFile(file io.ReaderAt, size int64) *cacheFile {
	window := make([]byte, 2*maxCacheLine)
	if n, _ := file.ReadAt(window, 0); !bytes.HasPrefix(window[:n], []byte(cacheHeader)) {
		return nil
	}
	return &cacheFile{file, size, window}
}

// all returns the whole content.
func (f *cacheFile) all() Cache {
	if f == nil {
		return Cache{}
	}
	content := make([]byte, f.size)
	n, _ := f.file.ReadAt(content, 0)
	return Cache{content[:n]}
}

// id returns the id of the idea with a number, or "" if it is not cached.
func (f *cacheFile) id(number ID) ID {
	e, _ := parseCached(f.find([]byte(number)))
	return ID(e.id)
}

// has reports whether the cache has everything in n.
func (f *cacheFile) has(n *notes) bool {
	if f == nil {
		return false
	}
	if n.ideas > manyCached {
		return f.hasMany(n)
	}
	for line := range bytes.Lines(n.lines) {
		if !bytes.Equal(f.find(numberOf(line)), line) {
			return false
		}
	}
	return f.hasTags(n.tags)
}

// manyCached is from how many ideas on it is faster to read the whole cache than to find
// each line.
const manyCached = 100

func (f *cacheFile) hasMany(n *notes) bool {
	missing := map[string]bool{}
	for line := range bytes.Lines(n.lines) {
		missing[string(line)] = true
	}
	for _, tag := range n.tags {
		missing[tagLine(cacheText(tag))] = true
	}
	for line := range bytes.Lines(f.all().content) {
		if missing[string(line)] {
			delete(missing, string(line))
		}
	}
	return len(missing) == 0
}

// find returns the line of a number, or nil if there is none. The line is valid until
// the next call.
func (f *cacheFile) find(number []byte) []byte {
	if f == nil {
		return nil
	}
	from, to := int64(len(cacheHeader)), f.size // where the line begins
	for from < to {
		middle := from + (to-from)/2
		line, start := f.next(middle)
		switch found := numberOf(line); {
		case start >= to:
			to = middle
		case bytes.Equal(found, number):
			return line
		case string(found) == "#" || compareNumbers(found, number) > 0:
			from = start + int64(len(line))
		default:
			to = middle
		}
	}
	return nil
}

// next returns the first whole line that begins at an offset or after it, and where it
// begins.
func (f *cacheFile) next(offset int64) (line []byte, start int64) {
	n, _ := f.file.ReadAt(f.window, offset-1)
	_, rest, _ := bytes.Cut(f.window[:n], []byte("\n"))
	end := bytes.IndexByte(rest, '\n')
	if end < 0 {
		return nil, f.size
	}
	return rest[:end+1], offset - 1 + int64(n-len(rest))
}

// hasTags reports whether the cache has all these tags.
func (f *cacheFile) hasTags(tags []string) bool {
	missing := map[string]bool{}
	for _, tag := range tags {
		missing[tagLine(cacheText(tag))] = true
	}
	lines := bufio.NewReader(io.NewSectionReader(f.file, int64(len(cacheHeader)), f.size))
	for len(missing) > 0 {
		line, err := lines.ReadSlice('\n')
		if err != nil || !bytes.HasPrefix(line, []byte("#\t")) {
			return false
		}
		delete(missing, string(line))
	}
	return true
}

// numberOf returns the number in the line of an idea, or "#" for the line of a tag.
func numberOf(line []byte) []byte {
	number, _, _ := bytes.Cut(line, []byte("\t"))
	return number
}

// compareNumbers compares two numbers in the form of [ParseRef].
func compareNumbers(a, b []byte) int {
	return cmp.Or(cmp.Compare(len(a), len(b)), bytes.Compare(a, b))
}
