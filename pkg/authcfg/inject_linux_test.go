package authcfg

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// A helper process does its job in its main thread, so that the test can count its system
// calls.
func init() {
	if os.Getenv("AUTHCFG_TEST_JOB") != "" {
		runtime.LockOSThread()
	}
}

// call is a system call that involves the directory of the config.
type call struct {
	name string // such as "fsync"
	nth  int    // number of the call among those with this name
	text string // the line of strace
}

// strace runs a job under strace(1) with additional options, and returns the calls that
// involve the directory of path. It does not use --seccomp-bpf, because then strace 6.1
// injects no signals.
func strace(t *testing.T, job, path string, options ...string) (calls []call, out string, err error) {
	t.Helper()
	program, err := exec.LookPath("strace")
	if err != nil {
		return nil, "", err
	}
	log := filepath.Join(t.TempDir(), "log")
	cmd := helper(t, job, path)
	cmd.Args = slices.Concat([]string{program, "-f", "-y", "-s", "0", "-o", log}, options, []string{cmd.Path})
	cmd.Path = program
	text, err := cmd.Output()
	doc, readErr := os.ReadFile(log)
	must(t, readErr)
	count, first := map[string]int{}, ""
	for line := range strings.Lines(string(doc)) {
		found := regexp.MustCompile(`^(\d+) +(\w+)\((.*)`).FindStringSubmatch(line)
		if found == nil {
			continue
		}
		if first == "" {
			first = found[1]
		}
		if found[1] != first {
			continue
		}
		count[found[2]]++
		if strings.Contains(found[3], filepath.Dir(path)) {
			calls = append(calls, call{found[2], count[found[2]], found[3]})
		}
	}
	return calls, string(text), err
}

// record returns the calls of a job without faults, or nil if this process cannot trace
// others.
func record(t *testing.T, job, path string) []call {
	t.Helper()
	calls, out, err := strace(t, job, path)
	if err == nil && len(calls) > 0 {
		return calls
	}
	if os.Getenv("CI") != "" {
		t.Fatalf("strace is needed: %v %s", err, out)
	}
	t.Logf("strace does not work here (%v %s), so nothing is injected", err, out)
	return nil
}

// TestFaultAtEveryStep kills a writer at each of its system calls, and makes each of them
// fail. Afterwards, the file is either the complete old one or the complete new one. After
// a failure there is no temporary file, and after a kill a logout removes it.
func TestFaultAtEveryStep(t *testing.T) {
	t.Parallel()
	const absent = "no file"
	for job, tt := range map[string]struct{ before, after string }{
		"count":                    {"{\n  \"user_id\": \"1\"\n}\n", "{\n  \"api_url\": \"" + DefaultAPIURL + "\",\n  \"user_id\": \"2\"\n}\n"},
		"login":                    {absent, "{\n  \"api_key\": \"s3cret\"\n}\n"},
		"login over a broken file": {`{"api_key":"s3c`, "{\n  \"api_key\": \"s3cret\"\n}\n"},
		"logout":                   {`{"api_key":"s3cret"}`, "{}\n"},
	} {
		t.Run(job, func(t *testing.T) {
			t.Parallel()
			s, path, _ := newStore(t, tt.before)
			read := func() string {
				doc, err := os.ReadFile(path)
				if errors.Is(err, fs.ErrNotExist) {
					return absent
				}
				must(t, err)
				return string(doc)
			}
			reset := func() {
				must(t, os.WriteFile(path, []byte(tt.before), 0o600))
				if tt.before == absent {
					must(t, os.Remove(path))
				}
			}
			reset()
			calls := record(t, job, path)
			if calls == nil {
				return
			}
			wantFile(t, path, tt.after)
			killed, failed := map[string]bool{}, map[string]bool{}
			for _, c := range calls {
				if job != "count" && slices.Contains([]string{"newfstatat", "fstat", "fcntl", "epoll_ctl", "read", "getdents64"}, c.name) {
					continue // these calls change nothing, so one job is enough
				}
				faults := []string{"signal=KILL", "error=EIO"}
				if c.name == "openat" || c.name == "write" || c.name == "fsync" {
					faults = append(faults, "error=ENOSPC")
				}
				for _, fault := range faults {
					reset()
					_, out, err := strace(t, job, path, "-e", "trace="+c.name,
						"-e", "inject="+c.name+":"+fault+":when="+strconv.Itoa(c.nth))
					if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
						if exit.Exited() {
							failed[c.name] = true
						} else {
							killed[c.name] = true
						}
					}
					what := fault + " at " + c.name + "(" + strings.TrimSpace(c.text) + ": "
					now := read()
					removed := job == "logout" && err == nil && now == absent // it could not be emptied, so it was removed
					if now != tt.before && now != tt.after && !removed {
						t.Errorf("%sthe file holds %q", what, now)
					}
					if err == nil && now != tt.after && !removed {
						t.Errorf("%sreported as done, but the file is the old one", what)
					}
					if fault != "signal=KILL" {
						if err != nil && (!strings.HasPrefix(out, filepath.Dir(path)) || strings.Count(out, "\n") != 1) {
							t.Errorf("%s%v, %q", what, err, out)
						}
						if strayIn(t, path) {
							t.Errorf("%sa temporary file stays behind", what)
						}
					}
					_, err = s.Clear(t.Context())
					must(t, err)
					if now := read(); now != "{}\n" && (now != absent || tt.before != absent && !removed) {
						t.Errorf("%sa logout leaves %q", what, now)
					}
					wantNoLitter(t, path, what)
				}
			}
			for _, step := range []string{"openat", "flock", "write", "fsync", "renameat", "close"} {
				if !killed[step] {
					t.Errorf("nothing was killed at %s", step)
				}
				survived := step == "flock" || step == "close"             // flock is tried again, and the kernel closes files at the end
				survived = survived || job == "logout" && step != "openat" // a logout then removes the file
				if !survived && !failed[step] {
					t.Errorf("nothing failed at %s", step)
				}
			}
		})
	}
}

// wantNoLitter checks that there is no file beside the config, except the lock.
func wantNoLitter(t *testing.T, path, what string) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Dir(path))
	must(t, err)
	for _, e := range entries {
		if e.Name() != "config.json" && e.Name() != "config.json.lock" {
			t.Errorf("%s%s stays behind", what, e.Name())
		}
	}
}

// If the file system does not support locks, or the lock server does not answer, writing
// still works, with a warning.
func TestNoLocks(t *testing.T) {
	t.Parallel()
	_, path, _ := newStore(t, `{"api_key":"s3cret"}`)
	if record(t, "clear", path) == nil {
		return
	}
	for _, fault := range []string{"ENOLCK", "ENOSYS", "EOPNOTSUPP"} {
		must(t, os.WriteFile(path, []byte(`{"api_key":"s3cret"}`), 0o600))
		_, out, err := strace(t, "clear", path, "-e", "inject=flock:error="+fault)
		if want := "warning: " + path + ".lock: "; err != nil || !strings.HasPrefix(out, want) || !strings.Contains(out, "locks") {
			t.Errorf("%s: %v, %q; want %q", fault, err, out, want)
		}
		wantFile(t, path, "{}\n")
	}
}

// A login can replace a file that is too large even without hard links.
func TestNoHardLinks(t *testing.T) {
	t.Parallel()
	_, path, _ := newStore(t, "")
	if record(t, "login", path) == nil {
		return
	}
	must(t, os.Truncate(path, 2*maxFileSize))
	if _, out, err := strace(t, "login", path, "-e", "inject=linkat:error=EPERM"); err != nil {
		t.Errorf("%v, %q", err, out)
	}
	wantFile(t, path, "{\n  \"api_key\": \"s3cret\"\n}\n")
	if info, err := os.Stat(path + brokenSuffix); err != nil || info.Size() != 2*maxFileSize {
		t.Errorf("the copy is %v, %v", info, err)
	}
}

// step is a change that a system call makes to a disk.
type step struct{ does, file, to string }

// steps returns the changes that are lost in a power failure until they are flushed.
func steps(calls []call) (list []step) {
	quoted := regexp.MustCompile(`"(?:[^"]*/)?([^/"]+)"`)
	of := regexp.MustCompile(`<([^>]*)>`)
	for _, c := range calls {
		switch names := quoted.FindAllStringSubmatch(c.text, -1); {
		case c.name == "write" || c.name == "fsync":
			list = append(list, step{does: c.name, file: filepath.Base(of.FindStringSubmatch(c.text)[1])})
		case c.name == "openat" && strings.Contains(c.text, "O_CREAT"):
			list = append(list, step{does: "create", file: names[0][1]})
		case strings.HasPrefix(c.name, "rename"):
			list = append(list, step{"rename", names[0][1], names[1][1]})
		}
	}
	return list
}

// afterPowerCut returns the possible contents of config.json after a power failure:
// "old", "new" or "torn". A disk may write changes that were not flushed in any order: a
// name before the data of its file, or the other way round.
func afterPowerCut(done []step, directory string) []string {
	flushed := map[string]bool{} // files whose data is on the disk
	possible := []string{"old"}
	for _, s := range done {
		switch {
		case s.does == "create" || s.does == "write":
			flushed[s.file] = false
		case s.does == "fsync" && s.file == directory:
			possible = possible[len(possible)-1:] // the new name is on the disk
		case s.does == "fsync":
			flushed[s.file] = true
		case s.does == "rename" && s.to == "config.json":
			if flushed[s.file] {
				possible = append(possible, "new")
			} else {
				possible = append(possible, "torn")
			}
		}
	}
	return possible
}

// TestPowerCut simulates a power failure after each step of a write.
func TestPowerCut(t *testing.T) {
	t.Parallel()
	_, path, _ := newStore(t, `{"user_id":"0"}`)
	calls := record(t, "count", path)
	if calls == nil {
		return
	}
	const directory = "neuralrepo"
	done := steps(calls)
	for n := range done {
		if slices.Contains(afterPowerCut(done[:n+1], directory), "torn") {
			t.Errorf("after %v the file may be torn", done[:n+1])
		}
	}
	if end := afterPowerCut(done, directory); !slices.Equal(end, []string{"new"}) {
		t.Errorf("after %v, which was reported as done, the file may be %v", done, end)
	}
	// The simulation finds both mistakes.
	create, write, rename := step{does: "create", file: "a"}, step{does: "write", file: "a"}, step{"rename", "a", "config.json"}
	if got := afterPowerCut([]step{create, write, rename, {does: "fsync", file: "a"}}, directory); !slices.Contains(got, "torn") {
		t.Errorf("renamed before it was flushed: %v", got)
	}
	if got := afterPowerCut([]step{create, write, {does: "fsync", file: "a"}, rename}, directory); !slices.Contains(got, "old") {
		t.Errorf("the directory was not flushed: %v", got)
	}
}

// mounted returns a helper in its own mount namespace. Its mounts end with it.
func mounted(t *testing.T, job string) *exec.Cmd {
	t.Helper()
	cmd := helper(t, job, filepath.Join(t.TempDir(), "config.json"))
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNS}
	if os.Geteuid() != 0 {
		cmd.SysProcAttr.Cloneflags |= syscall.CLONE_NEWUSER
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{HostID: os.Geteuid(), Size: 1}}
		cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{HostID: os.Getegid(), Size: 1}}
	}
	return cmd
}

// mountTmpfs mounts a very small file system at the directory of the config.
func mountTmpfs(s *Store, flags uintptr) (path string, err error) {
	if path, err = s.Path(); err != nil {
		return "", err
	}
	err = errors.Join(
		syscall.Mount("", "/", "", syscall.MS_REC|syscall.MS_PRIVATE, ""),
		syscall.Mount("none", filepath.Dir(path), "tmpfs", flags, "size=16k,mode=0700"))
	if err != nil {
		err = errNoMount
	}
	return path, err
}

// mountFull is like mountTmpfs, with space for the old login, but not for a second one.
func mountFull(s *Store) (path string, err error) {
	if path, err = mountTmpfs(s, 0); err != nil {
		return "", err
	}
	filler := filepath.Join(filepath.Dir(path), "filler")
	return path, errors.Join(os.WriteFile(path, []byte(withExtras), 0o600), os.WriteFile(filler, make([]byte, 12<<10), 0o600))
}

var errNoMount = errors.New("may not mount")

func init() {
	jobs["save on a full file system"] = func(s *Store) error {
		path, err := mountFull(s)
		if err != nil {
			return err
		}
		return wantRefused(s, path, "config.json config.json.lock filler", syscall.ENOSPC)
	}
	jobs["logout on a full file system"] = func(s *Store) error {
		path, err := mountFull(s)
		if err != nil {
			return err
		}
		if _, err := s.Clear(context.Background()); err != nil {
			return err
		}
		if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
			return errors.New("the login is still there: " + errorText(err))
		}
		return nil
	}
	jobs["logout beside a copy that stays"] = func(s *Store) error {
		path, err := mountTmpfs(s, 0)
		if err != nil {
			return err
		}
		stray := filepath.Join(filepath.Dir(path), ".config.json.1"+tempSuffix) // from a killed writer
		err = errors.Join(os.WriteFile(path, []byte(withExtras), 0o600), os.WriteFile(stray, []byte(withExtras), 0o600),
			syscall.Mount(stray, stray, "", syscall.MS_BIND, "")) // a mount point cannot be removed
		if err != nil {
			return err
		}
		if _, err := s.Clear(context.Background()); !errors.Is(err, syscall.EBUSY) {
			return errors.New("not refused for the right reason: " + errorText(err))
		}
		return nil
	}
	jobs["renew on a full file system"] = func(s *Store) error {
		path, err := mountFull(s)
		if err != nil {
			return err
		}
		if err := os.WriteFile(path, []byte(liveSession), 0o600); err != nil {
			return err
		}
		cred, err := s.Credential()
		if err != nil {
			return err
		}
		asked := false
		_, err = s.Renew(context.Background(), cred, refresher(func(context.Context, Config) (Session, error) {
			asked = true
			return refreshed, nil
		}))
		if asked || !errors.Is(err, ErrNotStorable) || !errors.Is(err, syscall.ENOSPC) {
			return fmt.Errorf("asked: %v, %w", asked, err)
		}
		return nil
	}
	jobs["save without HOME"] = func(s *Store) error {
		u, err := user.Current()
		if err != nil {
			return err
		}
		file := filepath.Join(u.HomeDir, ".config", "neuralrepo", "config.json")
		for _, name := range []string{"HOME", "XDG_CONFIG_HOME", "NEURALREPO_CONFIG"} {
			os.Unsetenv(name)
		}
		if err := errors.Join(syscall.Mount("", "/", "", syscall.MS_REC|syscall.MS_PRIVATE, ""),
			syscall.Mount("none", u.HomeDir, "tmpfs", 0, "mode=0700")); err != nil {
			return errNoMount
		}
		var warned []string
		s.Warn = func(text string) { warned = append(warned, text) }
		if err := login(s); err != nil {
			return err
		}
		if _, err := os.Stat(file); err != nil || len(warned) != 1 || !strings.Contains(warned[0], file) {
			return fmt.Errorf("warned %q, %w", warned, err)
		}
		return nil
	}
	jobs["save on a read-only file system"] = func(s *Store) error {
		path, err := mountTmpfs(s, 0)
		if err != nil {
			return err
		}
		if err := os.WriteFile(path, []byte(withExtras), 0o600); err != nil {
			return err
		}
		if err := syscall.Mount("none", filepath.Dir(path), "tmpfs", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
			return err
		}
		return wantRefused(s, path, "config.json", syscall.EROFS)
	}
}

// wantRefused checks that nothing can be written, that Check reports this, and that the
// old login still works.
func wantRefused(s *Store, path, names string, why error) error {
	c, err := s.Load()
	if err != nil {
		return err
	}
	c.UserID = strings.Repeat("n", 8000)
	_, saveErr := s.Save(context.Background(), c)
	updateErr := s.Update(context.Background(), func(now *Config) error { *now = c; return nil })
	for _, err := range []error{s.Check(context.Background()), saveErr, updateErr} {
		if !errors.Is(err, why) || !strings.HasPrefix(err.Error(), path) {
			return errors.New("not refused for the right reason: " + errorText(err))
		}
	}
	var got []string
	entries, err := os.ReadDir(filepath.Dir(path))
	for _, e := range entries {
		got = append(got, e.Name())
	}
	doc, readErr := os.ReadFile(path)
	if strings.Join(got, " ") != names || string(doc) != withExtras {
		return errors.New("left behind: " + strings.Join(got, " ") + ": " + string(doc))
	}
	return errors.Join(err, readErr)
}

func errorText(err error) string {
	if err == nil {
		return "no error"
	}
	return err.Error()
}

func TestFullAndReadOnlyFileSystems(t *testing.T) {
	t.Parallel()
	runMounted(t, "save on a full file system", "logout on a full file system", "logout beside a copy that stays", "renew on a full file system", "save on a read-only file system")
}

func TestLoginWithoutHome(t *testing.T) {
	t.Parallel()
	runMounted(t, "save without HOME")
}

// runMounted runs jobs that mount file systems, if this user may.
func runMounted(t *testing.T, names ...string) {
	t.Helper()
	for _, job := range names {
		out, err := mounted(t, job).Output()
		switch {
		case errors.Is(err, fs.ErrPermission) || string(out) == errNoMount.Error()+"\n":
			t.Logf("%s: this user may not mount", job)
		case err != nil:
			t.Errorf("%s: %v, %s", job, err, out)
		}
	}
}
