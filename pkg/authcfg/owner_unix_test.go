//go:build unix

package authcfg

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

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
