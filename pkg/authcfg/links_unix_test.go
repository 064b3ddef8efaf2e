//go:build unix

package authcfg

import (
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

func TestLinks(t *testing.T) {
	t.Parallel()
	t.Run("ours is written through", func(t *testing.T) {
		t.Parallel()
		s, path, _ := newStore(t, "")
		must(t, os.Remove(path))
		target := filepath.Join(t.TempDir(), "mine.json")
		must(t, os.WriteFile(target, []byte(withExtras), 0o600))
		must(t, os.Symlink(target, path))
		_, err := s.Clear(t.Context())
		must(t, err)
		if got, err := os.Readlink(path); got != target || err != nil {
			t.Errorf("link leads to %q, %v", got, err)
		}
		if c, err := s.Load(); err != nil || c.LoggedIn() || len(c.extra) != 2 {
			t.Errorf("holds %+v, %v", c, err)
		}
		wantNames(t, path, "config.json")
		wantNames(t, target, "mine.json mine.json.lock") // the lock is beside the target, so that it is the same for every link
	})
	t.Run("dangling", func(t *testing.T) {
		t.Parallel()
		s, path, _ := newStore(t, "")
		must(t, os.Remove(path))
		must(t, os.Symlink("real.json", path))
		if c, err := s.Load(); err != nil || c.LoggedIn() {
			t.Errorf("Load = %+v, %v", c, err)
		}
		_, err := s.Save(t.Context(), Config{APIKey: "new"})
		must(t, err)
		wantFile(t, path, "{\n  \"api_key\": \"new\"\n}\n")
		wantNames(t, path, "config.json real.json real.json.lock")
	})
	t.Run("as many as the system follows", func(t *testing.T) {
		t.Parallel()
		s, path, _ := newStore(t, withExtras)
		for n := range 40 { // Linux follows 40 links, other systems fewer
			link := filepath.Join(filepath.Dir(path), strconv.Itoa(n))
			must(t, os.Rename(path, link))
			must(t, os.Symlink(link, path))
			if _, err := s.Load(); err != nil {
				must(t, os.Remove(path))
				must(t, os.Rename(link, path))
				break
			}
		}
		_, err := s.Clear(t.Context())
		must(t, err)
		if c, err := s.Load(); err != nil || c.LoggedIn() {
			t.Errorf("holds %+v, %v", c, err)
		}
	})
	t.Run("loop", func(t *testing.T) {
		t.Parallel()
		s, path, warned := newStore(t, "")
		must(t, os.Remove(path))
		must(t, os.Symlink(path, path))
		for _, try := range attempts(s) {
			wantConfigError(t, try(t.Context()), path, "too many l")
		}
		wantNothingToClear(t, s, warned, path+" leads through too many links")
	})
	t.Run("directory in a place of everybody's", func(t *testing.T) {
		t.Parallel()
		open := filepath.Join(t.TempDir(), "open")
		real := filepath.Join(open, "mine", "deeper")
		must(t, os.MkdirAll(real, 0o700))
		s, path, _ := newStore(t)
		dir := filepath.Dir(path)
		must(t, os.Mkdir(filepath.Dir(dir), 0o700))
		must(t, os.Symlink(real, dir))

		chmod(t, open, 0o777)
		_, err := s.Save(t.Context(), Config{APIKey: "s3cret"})
		wantConfigErrorIn(t, err, path, "leads into "+mustEval(t, open)+", where every user")
		_, err = s.Load() // others could put a file there, but there is none
		must(t, err)
		wantNames(t, filepath.Join(real, "x"), "")

		must(t, os.Chmod(open, 0o777|fs.ModeSticky))
		_, err = s.Save(t.Context(), Config{APIKey: "new"})
		must(t, err)
		wantNames(t, filepath.Join(real, "x"), "config.json config.json.lock")
	})
	t.Run("file in a place of everybody's", func(t *testing.T) {
		t.Parallel()
		open := filepath.Join(t.TempDir(), "open")
		must(t, os.Mkdir(open, 0o700))
		must(t, os.Chmod(open, 0o777))
		s, path, _ := newStore(t, "")
		must(t, os.Remove(path))
		must(t, os.Symlink(filepath.Join(open, "c.json"), path))
		_, err := s.Save(t.Context(), Config{APIKey: "s3cret"})
		wantConfigErrorIn(t, err, mustEval(t, open), "every user")
		wantMode(t, open, 0o777)
		wantNames(t, filepath.Join(open, "x"), "")
	})
}

func mustEval(t *testing.T, path string) string {
	t.Helper()
	path, err := filepath.EvalSymlinks(path)
	must(t, err)
	return path
}

func wantConfigErrorIn(t *testing.T, err error, path, why string) {
	t.Helper()
	if err == nil || !strings.HasPrefix(err.Error(), path+" ") || !strings.Contains(err.Error(), why) {
		t.Errorf("error %v does not say %q of %s", err, why, path)
	}
}

func TestFIFO(t *testing.T) {
	t.Parallel()
	s, path, warned := newStore(t, "")
	must(t, os.Remove(path))
	must(t, syscall.Mkfifo(path, 0o600))
	for _, try := range attempts(s) {
		wantConfigError(t, try(t.Context()), path, "regular file")
	}
	wantNothingToClear(t, s, warned, path+" is not a regular file")
	// A FIFO in place of the lock does not block either.
	s, path, _ = newStore(t, withExtras)
	must(t, syscall.Mkfifo(path+".lock", 0o600))
	must(t, s.Update(t.Context(), func(*Config) error { return nil }))
}

func TestSocketInPlaceOfTheFile(t *testing.T) {
	t.Parallel()
	dir, err := os.MkdirTemp("", "s") // the path of a socket must be short
	must(t, err)
	t.Cleanup(func() { os.RemoveAll(dir) })
	path := filepath.Join(dir, "c")
	listener, err := net.Listen("unix", path)
	must(t, err)
	defer listener.Close()
	warned := new([]string)
	s := &Store{Getenv: env("NEURALREPO_CONFIG", path), Warn: func(text string) { *warned = append(*warned, text) }}
	for _, try := range attempts(s) {
		wantConfigError(t, try(t.Context()), path, "regular file")
	}
	wantNothingToClear(t, s, warned, path+" is not a regular file")
}

func TestLinkInPlaceOfTheLock(t *testing.T) {
	t.Parallel()
	s, path, _ := newStore(t, withExtras)
	elsewhere := filepath.Join(t.TempDir(), "made")
	must(t, os.Symlink(elsewhere, path+".lock"))
	_, err := s.Save(t.Context(), Config{APIKey: "s3cret"})
	wantConfigError(t, err, path+".lock", "")
	if _, err := os.Lstat(elsewhere); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the link was followed: %v", err)
	}
}
