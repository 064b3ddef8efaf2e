//go:build unix

package neuralrepo

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/nrepo-cli/nrepo/internal/apihttp/apihttptest"
)

// A file that cannot be our cache is not read, and causes no error.
func TestCacheOfOthers(t *testing.T) {
	t.Parallel()
	good := []byte(cacheHeader + "1\t698\tcaptured\tOne\n")
	for name, put := range map[string]func(path string) error{
		"a pipe":             func(path string) error { return syscall.Mkfifo(path, 0o600) },
		"a directory":        func(path string) error { return os.Mkdir(path, 0o700) },
		"readable by others": func(path string) error { return os.WriteFile(path, good, 0o644) },
		"a link to nothing":  func(path string) error { return os.Symlink("/nonexistent/x", path) },
		"a closed directory": func(path string) error { return os.Chmod(filepath.Dir(path), 0o500) },
	} {
		c, _ := caching(t, apihttptest.Reply(200, `[{"id":700,"number":3,"title":"Three"}]`))
		if err := os.MkdirAll(c.opts.CacheDir, 0o700); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { os.Chmod(c.opts.CacheDir, 0o700) })
		if err := put(cachePath(c.opts.CacheDir, c.Credential())); err != nil {
			t.Fatal(err)
		}
		if got := cachedIdeas(c); len(got) != 0 {
			t.Errorf("%s: %q", name, got)
		}
		if page, err := c.Ideas(t.Context(), IdeaFilter{}); err != nil || len(page.Ideas) != 1 {
			t.Errorf("%s: %v", name, err)
		}
	}
}
