//go:build unix

package authcfg

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

func TestFullDisk(t *testing.T) {
	t.Parallel()
	s, path, _ := newStore(t, withExtras)
	out, err := helper(t, "save on a full disk", path).Output()
	if err == nil || string(out) != path+": file too large\n" {
		t.Errorf("save says %q, %v", out, err)
	}
	wantFile(t, path, withExtras)
	wantNames(t, path, "config.json config.json.lock")
	out, err = helper(t, "logout on a full disk", path).Output()
	if want := "warning: " + path + ": file too large; the file was removed"; err != nil || !strings.HasPrefix(string(out), want) {
		t.Errorf("logout says %q, %v; want %q", out, err, want)
	}
	wantNames(t, path, "config.json.lock")
	_, err = s.Save(t.Context(), Config{})
	must(t, err)
}

func TestStrayFilesAreRemoved(t *testing.T) {
	t.Parallel()
	s, path, _ := newStore(t, withExtras)
	dir := filepath.Dir(path)
	for _, name := range []string{".config.json.123.tmp", ".config.json.4.tmp", ".config.json.x.tmp", ".config.json.a.1.tmp", ".config.1.tmp", "config.json.1.tmp"} {
		must(t, os.WriteFile(filepath.Join(dir, name), nil, 0o600))
	}
	must(t, os.Mkdir(filepath.Join(dir, ".config.json.5.tmp"), 0o700))
	must(t, s.Update(t.Context(), func(*Config) error { return nil }))
	wantNames(t, path, ".config.1.tmp .config.json.5.tmp .config.json.a.1.tmp .config.json.x.tmp config.json config.json.1.tmp config.json.lock")
}

// A writer is killed repeatedly, in every second round as soon as its temporary file
// exists.
func TestKilledWriter(t *testing.T) {
	t.Parallel()
	s, path, _ := newStore(t, `{"user_id":"0"}`)
	last := 0
	for round := range 40 {
		cmd := helper(t, "count for ever", path)
		stdout, err := cmd.StdoutPipe()
		must(t, err)
		must(t, cmd.Start())
		lines := bufio.NewScanner(stdout)
		for range 1 + round%3 {
			if !lines.Scan() || lines.Text() != "counted" {
				t.Fatalf("writer says %q, %v", lines.Text(), lines.Err())
			}
			last++
		}
		for tries := 0; round%2 == 1 && tries < 10_000 && !strayIn(t, path); tries++ {
		}
		must(t, cmd.Process.Kill())
		for lines.Scan() { // lines that it wrote before the kill
			last++
		}
		cmd.Wait()

		c, err := s.Load()
		must(t, err)
		n, err := strconv.Atoi(c.UserID)
		if err != nil || n != last && n != last+1 { // it may have counted once more without a line
			t.Fatalf("round %d: the file counts %q, the writer %d", round, c.UserID, last)
		}
		must(t, count(s)) // the lock must be free
		last = n + 1
		wantNames(t, path, "config.json config.json.lock")
	}
}

func strayIn(t *testing.T, path string) bool {
	t.Helper()
	entries, err := os.ReadDir(filepath.Dir(path))
	must(t, err)
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), tempSuffix) {
			return true
		}
	}
	return false
}

func TestManyWritersAndReaders(t *testing.T) {
	t.Parallel()
	const writers = 50
	s, path, _ := newStore(t, `{"user_id":"0","kept":true}`)
	done := make(chan struct{})
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			for last := 0; ; {
				c, err := s.Load()
				n, _ := strconv.Atoi(c.UserID)
				if err != nil || n < last || len(c.extra) != 1 {
					t.Errorf("a reader sees %+v after %d: %v", c, last, err)
					return
				}
				last = n
				select {
				case <-done:
					return
				default:
				}
			}
		})
	}
	var started sync.WaitGroup
	for range writers {
		started.Go(func() {
			if out, err := helper(t, "count", path).Output(); err != nil {
				t.Errorf("a writer says %q, %v", out, err)
			}
		})
	}
	started.Wait()
	close(done)
	readers.Wait()
	wantFile(t, path, fmt.Sprintf("{\n  \"api_url\": %q,\n  \"user_id\": \"%d\",\n  \"kept\": true\n}\n", DefaultAPIURL, writers))
	wantNames(t, path, "config.json config.json.lock")
}

func TestStoppedAndDeadHolder(t *testing.T) {
	t.Parallel()
	s, path, _ := newStore(t, `{"user_id":"0"}`)
	cmd := helper(t, "stop with the lock", path)
	stdout, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	if line, err := bufio.NewReader(stdout).ReadString('\n'); line != "locked\n" {
		t.Fatalf("holder says %q, %v", line, err)
	}
	impatient := &Store{Getenv: s.Getenv, lockWait: 50 * time.Millisecond}
	err = count(impatient)
	wantConfigError(t, err, path+".lock", "for 50ms")
	wantConfigError(t, impatient.Check(t.Context()), path+".lock", "another process")
	if _, err := impatient.Load(); err != nil {
		t.Errorf("a reader waits too: %v", err)
	}

	// Waiting also ends with the context.
	ctx, cancel := context.WithCancel(t.Context())
	waiting := make(chan error)
	go func() { waiting <- (&Store{Getenv: s.Getenv, lockWait: time.Hour}).Check(ctx) }()
	cancel()
	if err := <-waiting; !errors.Is(err, context.Canceled) {
		t.Errorf("Check after cancel = %v", err)
	}

	must(t, cmd.Process.Kill())
	cmd.Wait()
	must(t, count(s))
	must(t, os.Remove(path+".lock"))
	must(t, count(s))
	if c, err := s.Load(); c.UserID != "2" || err != nil {
		t.Errorf("counted %q, %v", c.UserID, err)
	}
}

func TestFileSystemsWithoutLocks(t *testing.T) {
	t.Parallel()
	for err, want := range map[error]bool{
		syscall.ENOLCK: true, syscall.ENOSYS: true, syscall.ENOTSUP: true,
		syscall.EWOULDBLOCK: false, syscall.EACCES: false, syscall.EROFS: false, syscall.ENOSPC: false,
	} {
		if got := hasNoLocks(&fs.PathError{Err: err}); got != want {
			t.Errorf("hasNoLocks(%v) = %v", err, got)
		}
	}
}

func TestPanicShowsNoSecret(t *testing.T) {
	t.Parallel()
	_, path, _ := newStore(t, `{"api_key":"s3cret-session-token"}`)
	var out strings.Builder
	cmd := helper(t, "panic", path)
	cmd.Stderr = &out
	if err := cmd.Run(); err == nil || !strings.Contains(out.String(), "panic: ") || strings.Contains(out.String(), "s3cret") {
		t.Errorf("%v:\n%s", err, out.String())
	}
}
