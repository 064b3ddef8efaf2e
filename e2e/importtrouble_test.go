package e2e

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nrepo-cli/nrepo/internal/sandbox"
)

// exitCode runs a command and returns its exit code and its output.
func exitCode(t *testing.T, cmd *exec.Cmd) (int, string) {
	t.Helper()
	out, err := cmd.CombinedOutput()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), string(out)
}

// After one 429, all requests wait, and the refused ones are repeated.
func TestImportWaits(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	posts, early := 0, 0
	var refused time.Time
	s := (&shelf{hinder: func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method != http.MethodPost {
			return false
		}
		mu.Lock()
		defer mu.Unlock()
		if posts++; posts == 10 {
			refused = time.Now()
		}
		if refused.IsZero() || time.Since(refused) > time.Second {
			return false
		}
		early++
		w.Header().Set("Retry-After", "1")
		w.WriteHeader(http.StatusTooManyRequests)
		return true
	}}).start(t)
	dir := t.TempDir()
	if code, out := exitCode(t, s.command(t, dir, "import", titles(t, dir, 40), "--jobs", "4")); code != 0 {
		t.Errorf("exit code %d: %s", code, out)
	}
	once(t, s.created(), 40)
	if early > 4 {
		t.Errorf("%d requests while the service asked to wait", early)
	}
}

// The daily limit ends an import. The message names the command that continues it, and
// that works the next day.
func TestImportDailyLimit(t *testing.T) {
	t.Parallel()
	var day atomic.Int64
	service, err := sandbox.Start(sandbox.Options{RateLimit: 30, Now: func() time.Time {
		return time.Date(2026, 3, 1+int(day.Load()), 12, 0, 0, 0, time.UTC)
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { service.Close() })
	dir := t.TempDir()
	file := titles(t, dir, 40)
	state := t.TempDir()
	run := func() (int, string) {
		cmd := (&shelf{url: service.APIURL()}).command(t, dir, "import", file, "--jobs", "2")
		cmd.Env = append(cmd.Env, "NEURALREPO_API_KEY="+service.APIKey(), "XDG_STATE_HOME="+state)
		return exitCode(t, cmd)
	}
	code, out := run()
	if code != 5 || !strings.Contains(out, "nrepo import "+file+" --jobs 2") || !strings.Contains(out, "not_sent") {
		t.Errorf("exit code %d: %s", code, out)
	}
	if code, out := run(); code != 5 || !strings.Contains(out, "nrepo import "+file+" --jobs 2") {
		t.Errorf("the same day: exit code %d: %s", code, out)
	}
	day.Add(1)
	if code, out := run(); code != 0 || !strings.Contains(out, "Imported ") {
		t.Errorf("the next day: exit code %d: %s", code, out)
	}
	day.Add(1)
	if code, out := run(); code != 0 || !strings.Contains(out, "Imported 0 ideas, skipped 40") {
		t.Errorf("once more: exit code %d: %s", code, out)
	}
}

// startHeld starts a service that reports on arrived when it receives a POST, as long as
// somebody receives, and answers once goOn is closed.
func startHeld(t *testing.T) (s *shelf, arrived, goOn chan bool) {
	arrived, goOn = make(chan bool), make(chan bool)
	s = &shelf{hinder: func(_ http.ResponseWriter, r *http.Request) bool {
		if r.Method == http.MethodPost {
			select {
			case arrived <- true:
			case <-goOn: // closed: nobody counts any more
			}
			<-goOn
		}
		return false
	}}
	return s.start(t), arrived, goOn
}

// An import with a damaged journal says how to continue, and this does not import an idea twice.
func TestImportDamagedJournal(t *testing.T) {
	t.Parallel()
	s := (&shelf{}).start(t)
	dir := t.TempDir()
	titles(t, dir, 3)
	if code, out := exitCode(t, s.command(t, dir, "import", "titles.txt")); code != 0 {
		t.Fatalf("exit code %d: %s", code, out)
	}
	found, err := filepath.Glob(filepath.Join(dir, "titles.txt.*"))
	if err != nil || len(found) != 1 {
		t.Fatalf("journals: %q %v", found, err)
	}
	doc, err := os.ReadFile(found[0])
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(found[0], bytes.Replace(doc, []byte(`{"event"`), []byte("x"), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, out := exitCode(t, s.command(t, dir, "import", "titles.txt")); code != 1 || !strings.Contains(out, "line 2") || !strings.Contains(out, "away") {
		t.Errorf("exit code %d: %s", code, out)
	}
	if err := os.Rename(found[0], filepath.Join(dir, "away")); err != nil {
		t.Fatal(err)
	}
	if code, out := exitCode(t, s.command(t, dir, "import", "titles.txt")); code != 0 {
		t.Errorf("exit code %d: %s", code, out)
	}
	once(t, s.created(), 3)
}

// A second import of the same file fails at once, even with another path to the file.
func TestImportTwiceAtOnce(t *testing.T) {
	t.Parallel()
	s, arrived, goOn := startHeld(t)
	dir := t.TempDir()
	titles(t, dir, 3)
	first := s.command(t, dir, "import", "titles.txt")
	state := "XDG_STATE_HOME=" + t.TempDir()
	first.Env = append(first.Env, state)
	if err := first.Start(); err != nil {
		t.Fatal(err)
	}
	<-arrived
	for _, name := range []string{"titles.txt", "../" + dir[strings.LastIndex(dir, "/")+1:] + "/titles.txt"} {
		second := s.command(t, dir, "import", name)
		second.Env = append(second.Env, state)
		if code, out := exitCode(t, second); code != 1 || !strings.Contains(out, "another import") {
			t.Errorf("%s: exit code %d: %s", name, code, out)
		}
	}
	close(goOn)
	if err := first.Wait(); err != nil {
		t.Error(err)
	}
	once(t, s.created(), 3)
}

// After the first Ctrl-C, the import sends no new request, waits for the running ones,
// and names the command that continues it.
func TestImportInterrupted(t *testing.T) {
	t.Parallel()
	s, arrived, goOn := startHeld(t)
	dir := t.TempDir()
	const all = 500 // more than can be sent before the signal arrives
	file := titles(t, dir, all)
	cmd := s.command(t, dir, "import", file, "--jobs", "2")
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = io.Discard, &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	<-arrived
	<-arrived
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	close(goOn)
	cmd.Wait()
	sent := len(s.created())
	if sent == all {
		t.Errorf("%d ideas were sent: %s", sent, out.String())
	}
	if !strings.Contains(out.String(), "nrepo import "+file+" --jobs 2") || signalOf(cmd.ProcessState) != 2 {
		t.Errorf("%v: %s", cmd.ProcessState, out.String())
	}
	code, text := exitCode(t, s.command(t, dir, "import", file))
	if want := fmt.Sprintf("Imported %d ideas, skipped %d", all-sent, sent); code != 0 || !strings.Contains(text, want) {
		t.Errorf("exit code %d: %s, want %q", code, text, want)
	}
	once(t, s.created(), all)
}

// If the service fails every request, the import stops before it has tried all records.
func TestImportStopsWhenTheServiceFails(t *testing.T) {
	t.Parallel()
	var failing atomic.Bool
	var posts atomic.Int64
	failing.Store(true)
	s := (&shelf{hinder: func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method != http.MethodPost || !failing.Load() {
			return false
		}
		posts.Add(1)
		w.WriteHeader(http.StatusInternalServerError)
		return true
	}}).start(t)
	dir := t.TempDir()
	file := titles(t, dir, 60)
	code, out := exitCode(t, s.command(t, dir, "import", titles(t, t.TempDir(), 2)))
	if code != 1 || strings.Count(out, "not_sent: the server failed") != 2 { // in several rounds, with a look at the ideas after each
		t.Errorf("exit code %d: %s", code, out)
	}
	posts.Store(0)
	code, out = exitCode(t, s.command(t, dir, "import", file, "--jobs", "2"))
	if code != 5 || !strings.Contains(out, "nrepo import "+file+" --jobs 2") || !strings.Contains(out, "unknown") || !strings.Contains(out, "not_sent") {
		t.Errorf("exit code %d: %s", code, out)
	}
	if n := posts.Load(); n > 10 {
		t.Errorf("%d requests", n)
	}
	failing.Store(false)
	if code, out := exitCode(t, s.command(t, dir, "import", file)); code != 0 {
		t.Errorf("exit code %d: %s", code, out)
	}
	once(t, s.created(), 60)
}

// All faults are found before the first request. Twenty of them are listed, each on a line.
func TestImportFaultyLines(t *testing.T) {
	t.Parallel()
	s := (&shelf{}).start(t)
	dir := t.TempDir()
	file := filepath.Join(dir, "faulty.txt")
	long := strings.Repeat("x", 201) + "\n"
	if err := os.WriteFile(file, []byte("good\n"+strings.Repeat(long, 25)), 0o600); err != nil {
		t.Fatal(err)
	}
	code, out := exitCode(t, s.command(t, dir, "import", file))
	if code != 2 || strings.Count(out, "faulty.txt:") != 20 || !strings.Contains(out, "faulty.txt:21: ") || !strings.Contains(out, "25 problems") {
		t.Errorf("exit code %d: %s", code, out)
	}
	if list, _ := os.ReadDir(dir); len(list) != 1 {
		t.Errorf("%v were created", list)
	}
	once(t, s.created(), 0)
}

// Naming a file twice is wrong use, even with another path to it.
func TestImportNamedTwice(t *testing.T) {
	t.Parallel()
	s := (&shelf{}).start(t)
	dir := t.TempDir()
	file := titles(t, dir, 3)
	for _, args := range [][]string{{file, "titles.txt"}, {"-", "-", "--format", "txt"}, {".", file}} {
		cmd := s.command(t, dir, append([]string{"import"}, args...)...)
		cmd.Stdin = strings.NewReader("a title\n")
		code, out := exitCode(t, cmd)
		if code != 2 || !strings.Contains(out, " given") {
			t.Errorf("%v: exit code %d: %s", args, code, out)
		}
	}
	once(t, s.created(), 0)
}
