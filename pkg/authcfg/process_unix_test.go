//go:build unix

package authcfg

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
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
