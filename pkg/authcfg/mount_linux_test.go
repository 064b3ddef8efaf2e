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
	"strings"
	"syscall"
	"testing"
)

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
