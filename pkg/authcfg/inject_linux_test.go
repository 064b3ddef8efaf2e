package authcfg

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
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
