//go:build unix

package authcfg

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/nrepo-cli/nrepo/internal/teststart"
)

// nobody is a user who owns no files.
const nobody = 65534

// TestMain also runs the job of a helper process, which is another process of this
// binary.
func TestMain(m *testing.M) {
	if job := os.Getenv("AUTHCFG_TEST_JOB"); job != "" {
		if err := jobs[job](&Store{lockWait: time.Minute}); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	dir, err := os.MkdirTemp("", "authcfg")
	if err == nil {
		err = copyProgram(dir)
	}
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	code := teststart.Run(m)
	os.RemoveAll(dir)
	os.Exit(code)
}

// program is a copy of this binary that every user may run, unlike the one of the go
// command. It is made before the first test, because a process that a test starts
// meanwhile could hold it open for writing, and then it could not be run.
var program string

func copyProgram(dir string) error {
	exe, err := os.Executable()
	if err != nil {
		return err
	}
	text, err := os.ReadFile(exe)
	if err != nil {
		return err
	}
	program = filepath.Join(dir, "test")
	return errors.Join(os.WriteFile(program, text, 0o700), os.Chmod(program, 0o755), os.Chmod(dir, 0o711))
}

// jobs are the jobs of a helper process, with the store of its environment.
var jobs = map[string]func(*Store) error{
	"load": func(s *Store) error { _, err := s.Load(); return err },
	"save": func(s *Store) error {
		_, err := s.Save(context.Background(), Config{APIKey: Secret(strings.Repeat("n", 4000))})
		return err
	},
	"login":                    login,
	"login over a broken file": login,
	"logout":                   func(s *Store) error { _, err := s.Clear(context.Background()); return err },
	"check":                    func(s *Store) error { return s.Check(context.Background()) },
	"clear": func(s *Store) error {
		s.Warn = func(text string) { fmt.Println("warning:", text) }
		_, err := s.Clear(context.Background())
		return err
	},
	"count": count,
	// count until killed, and print a line each time.
	"count for ever": func(s *Store) error {
		for {
			if err := count(s); err != nil {
				return err
			}
			fmt.Println("counted")
		}
	},
	"panic": func(s *Store) error {
		c, err := s.Load()
		if err == nil {
			panic(c.APIKey)
		}
		return err
	},
	"stop with the lock": func(s *Store) error {
		return s.Update(context.Background(), func(*Config) error {
			fmt.Println("locked")
			return syscall.Kill(os.Getpid(), syscall.SIGSTOP)
		})
	},
	"save on a full disk": func(s *Store) error {
		limit := syscall.Rlimit{Cur: 1000, Max: 1000}
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
			return err
		}
		if err := s.Check(context.Background()); err == nil {
			return errors.New("Check passes")
		}
		_, err := s.Save(context.Background(), Config{APIKey: Secret(strings.Repeat("n", 4000))})
		return err
	},
	"logout on a full disk": func(s *Store) error {
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{}); err != nil {
			return err
		}
		s.Warn = func(text string) { fmt.Println("warning:", text) }
		c, err := s.Clear(context.Background())
		if err == nil && !c.LoggedIn() {
			err = errors.New("there is nothing to revoke")
		}
		return err
	},
}

func login(s *Store) error {
	_, err := s.Save(context.Background(), Config{APIKey: "s3cret"})
	return err
}

// count adds one to the number in user_id.
func count(s *Store) error {
	return s.Update(context.Background(), func(c *Config) error {
		n, err := strconv.Atoi(c.UserID)
		c.UserID = strconv.Itoa(n + 1)
		return err
	})
}

// helper returns a process that does a job with the file at path.
func helper(t *testing.T, job, path string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), program)
	cmd.Env = append(os.Environ(), "AUTHCFG_TEST_JOB="+job, "NEURALREPO_CONFIG="+path, "NEURALREPO_API_KEY=", "NEURALREPO_API_URL=",
		"GORACE=atexit_sleep_ms=0") // by default, the race detector adds a second to each process
	return cmd
}

// asOrdinaryUser returns a helper without the privileges of root. If the tests run as
// root, the helper runs as nobody; see sharedDir.
func asOrdinaryUser(t *testing.T, job, path string) *exec.Cmd {
	t.Helper()
	cmd := helper(t, job, path)
	if os.Geteuid() == 0 {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
		cmd.Dir = "/"
	}
	return cmd
}

// sharedDir creates a directory of the ordinary user, and returns the path of a config
// in it.
func sharedDir(t *testing.T, content string) (path string) {
	t.Helper()
	dir, err := os.MkdirTemp("", "authcfg") // other users cannot enter t.TempDir
	must(t, err)
	t.Cleanup(func() {
		os.Chmod(dir, 0o700)
		os.RemoveAll(dir)
	})
	path = filepath.Join(dir, "config.json")
	must(t, os.WriteFile(path, []byte(content), 0o600))
	if os.Geteuid() == 0 {
		must(t, os.Chown(dir, nobody, nobody))
		must(t, os.Chown(path, nobody, nobody))
	}
	return path
}

func TestReadOnlyDirectory(t *testing.T) {
	t.Parallel()
	path := sharedDir(t, withExtras)
	must(t, os.Chmod(filepath.Dir(path), 0o500))
	for _, job := range []string{"save", "check"} {
		out, err := asOrdinaryUser(t, job, path).Output()
		if err == nil || string(out) != path+".lock: permission denied\n" {
			t.Errorf("%s says %q, %v", job, out, err)
		}
	}
	if out, err := asOrdinaryUser(t, "load", path).Output(); err != nil {
		t.Errorf("load says %q, %v", out, err)
	}
	wantFile(t, path, withExtras)

	// If the lock file exists, the write itself fails.
	must(t, os.Chmod(filepath.Dir(path), 0o700))
	must(t, os.WriteFile(path+".lock", nil, 0o600))
	must(t, os.Chmod(path+".lock", 0o666))
	must(t, os.Chmod(filepath.Dir(path), 0o500))
	for _, job := range []string{"save", "check"} {
		out, err := asOrdinaryUser(t, job, path).Output()
		if err == nil || string(out) != path+": permission denied\n" {
			t.Errorf("%s says %q, %v", job, out, err)
		}
	}
	wantFile(t, path, withExtras)
	wantNames(t, path, "config.json config.json.lock")
}

func TestUnreadable(t *testing.T) {
	t.Parallel()
	path := sharedDir(t, withExtras)
	must(t, os.Chmod(path, 0))
	out, err := asOrdinaryUser(t, "load", path).Output()
	if err == nil || string(out) != path+": permission denied\n" {
		t.Errorf("load says %q, %v", out, err)
	}
	// A logout does not need to read the file.
	out, err = asOrdinaryUser(t, "clear", path).Output()
	if err != nil || !strings.HasPrefix(string(out), "warning: "+path+": permission denied") {
		t.Errorf("clear says %q, %v", out, err)
	}
	wantFile(t, path, "{}\n")
	wantMode(t, path, 0o600)
}

func TestForeignFile(t *testing.T) {
	t.Parallel()
	for _, job := range []string{"load", "save"} {
		out, err := asOrdinaryUser(t, job, "/etc/passwd").Output() // belongs to root, and everybody may read it
		if err == nil || !strings.HasPrefix(string(out), "/etc/passwd belongs to another") {
			t.Errorf("%s says %q, %v", job, out, err)
		}
	}
	out, err := asOrdinaryUser(t, "clear", "/etc/passwd").Output()
	if err != nil || !strings.HasPrefix(string(out), "warning: /etc/passwd belongs to another") {
		t.Errorf("clear says %q, %v", out, err)
	}
	if os.Geteuid() == 0 { // only root can create files of other users
		path := sharedDir(t, withExtras)
		must(t, os.Chown(path, 0, 0))
		out, err := asOrdinaryUser(t, "clear", path).Output()
		if err != nil || !strings.HasPrefix(string(out), "warning: "+path+" belongs to another") {
			t.Errorf("clear says %q, %v", out, err)
		}
		wantFile(t, path, withExtras)
	}
	link := linkOfRoot(t) // its target does not matter
	for _, job := range []string{"save", "check"} {
		out, err := asOrdinaryUser(t, job, link).Output()
		if err == nil || !strings.HasPrefix(string(out), link+" belongs to another") {
			t.Errorf("%s says %q, %v", job, out, err)
		}
	}
}

// linkOfRoot returns a symbolic link that every system has.
func linkOfRoot(t *testing.T) string {
	t.Helper()
	for _, path := range []string{"/dev/stdin", "/dev/fd", "/etc/mtab", "/bin", "/tmp", "/etc"} {
		if info, err := os.Lstat(path); err == nil && info.Mode().Type() == fs.ModeSymlink && owner(info) == 0 {
			return path
		}
	}
	t.Fatal("this system has no symbolic link that belongs to root")
	return ""
}

// Root must not create files in the home of another user, as in `sudo nrepo login`.
func TestForeignDirectory(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		owner, user int
		want        bool
	}{{0, 0, true}, {0, 1000, true}, {1000, 1000, true}, {1000, 0, false}, {1001, 1000, false}} {
		if got := keeps(tt.owner, tt.user, writing); got != tt.want {
			t.Errorf("a directory of %d for a login of %d: %v", tt.owner, tt.user, got)
		}
	}
	// The same with a real directory.
	if os.Geteuid() == 0 {
		s, path, _ := newStore(t)
		home := filepath.Dir(filepath.Dir(filepath.Dir(path)))
		must(t, os.Chown(home, nobody, nobody))
		wantConfigError(t, s.Check(t.Context()), home, "belongs to another user")
		_, err := s.Save(t.Context(), Config{APIKey: "s3cret"})
		wantConfigError(t, err, home, "belongs to another user")
		if _, err := os.Lstat(filepath.Join(home, ".config")); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("root made a directory there: %v", err)
		}
	}
}

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

func TestLooseModesAreRepaired(t *testing.T) {
	t.Parallel()
	s, path, warned := newStore(t, `{"user_id":"0"}`)
	chmod(t, path, 0o644)
	chmod(t, filepath.Dir(path), 0o777)
	named := &Store{Getenv: env("NEURALREPO_CONFIG", path), Warn: s.Warn} // then nrepo does not change the directory
	wantConfigErrorIn(t, count(named), filepath.Dir(path), "may replace files")
	wantMode(t, filepath.Dir(path), 0o777)
	_, err := s.Load()
	must(t, err)
	wantMode(t, path, 0o600)
	wantMode(t, filepath.Dir(path), 0o700)
	wantWarnings(t, *warned, filepath.Dir(path)+"; its mode is 0700", path+" could be read by other users")
	chmod(t, filepath.Dir(path), 0o755) // others may only read it: no warning
	must(t, count(named))
	must(t, count(s))
	wantMode(t, filepath.Dir(path), 0o700)
	wantWarnings(t, (*warned)[2:])
}

// With ReadOnly, nothing is changed.
func TestReadOnly(t *testing.T) {
	t.Parallel()
	s, path, warned := newStore(t, liveSession)
	chmod(t, path, 0o644)
	s.ReadOnly = true
	cred := inEffect(t, s)
	if cred.Secret != "access-1" || cred.Renewable {
		t.Errorf("the credential is %+v", cred)
	}
	_, saved := s.Save(t.Context(), Config{})
	_, cleared := s.Clear(t.Context())
	_, renewed := s.Renew(t.Context(), cred, refresher(func(context.Context, Config) (Session, error) {
		t.Error("the server was asked")
		return Session{}, nil
	}))
	for name, err := range map[string]error{
		"Save": saved, "Clear": cleared, "Renew": renewed, "Check": s.Check(t.Context()),
		"Update": s.Update(t.Context(), func(*Config) error { return nil }),
	} {
		if !errors.Is(err, errReadOnly) {
			t.Errorf("%s: error %v", name, err)
		}
	}
	wantFile(t, path, liveSession)
	wantMode(t, path, 0o644)
	wantWarnings(t, *warned)
	if _, err := os.Lstat(path + ".lock"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a lock: %v", err)
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
