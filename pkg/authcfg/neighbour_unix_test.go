//go:build unix

package authcfg

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/nrepo-cli/nrepo/pkg/output"
)

// neighbour is a user other than nobody and root.
const neighbour = 12345

func init() {
	jobs["whose"] = func(s *Store) error {
		c, err := s.Load()
		if err == nil {
			fmt.Println(c.UserID)
		}
		return err
	}
	jobs["logout and tell"] = func(s *Store) error {
		s.Warn = func(text string) { fmt.Println("warning:", text) }
		c, err := s.Clear(context.Background())
		if err == nil {
			fmt.Println("was", c.APIKey.Reveal())
		}
		return err
	}
}

// sharedWith creates a directory like /tmp, which belongs to root and has this mode. put
// creates a file of a user in it.
func sharedWith(t *testing.T, mode fs.FileMode) (path string, put func(uid int, name, doc string) string) {
	t.Helper()
	dir, err := os.MkdirTemp("", "authcfg")
	must(t, err)
	t.Cleanup(func() { os.RemoveAll(dir) })
	must(t, os.Chmod(dir, mode))
	return filepath.Join(dir, "config.json"), func(uid int, name, doc string) string {
		t.Helper()
		file := filepath.Join(dir, name)
		must(t, os.WriteFile(file, []byte(doc), 0o600))
		must(t, os.Chown(file, uid, uid))
		return file
	}
}

const stored = `{"api_key":"s3cret","user_id":"mine"}`

// asRoot reports whether the tests can create files of other users.
func asRoot(t *testing.T) bool {
	if os.Geteuid() != 0 {
		t.Log("only root can make files of other users")
	}
	return os.Geteuid() == 0
}

// Files of another user beside ours are left alone, with a warning; our own files are
// handled as usual.
func TestStrayFilesOfANeighbour(t *testing.T) {
	t.Parallel()
	if !asRoot(t) {
		return
	}
	names := []string{"config.json.lock", ".config.json.1.tmp", "config.json.broken"}
	for _, alone := range append([]string{""}, names...) {
		path, put := sharedWith(t, 0o777|fs.ModeSticky)
		put(nobody, "config.json", stored)
		var want []string
		for _, name := range names {
			if alone == "" || alone == name {
				file := put(neighbour, name, "theirs")
				if strings.HasSuffix(name, lockSuffix) { // whose owner never releases it
					must(t, os.Chmod(file, 0o644))
					f, err := os.Open(file)
					must(t, err)
					defer f.Close()
					if ok, err := tryLock(f); !ok {
						t.Fatal(err)
					}
				}
				want = append(want, filepath.Join(filepath.Dir(path), name)+" belongs to another user")
			}
		}
		out, err := asOrdinaryUser(t, "logout and tell", path).Output()
		lines := strings.Split(strings.TrimSpace(string(out)), "\n")
		if err != nil || lines[len(lines)-1] != "was s3cret" || len(lines) != len(want)+1 {
			t.Errorf("%q: logout says %q, %v", alone, out, err)
		}
		for _, text := range want {
			if !strings.Contains(string(out), text) {
				t.Errorf("%q: no %q in %q", alone, text, out)
			}
		}
		wantFile(t, path, "{}\n")
		if out, err := asOrdinaryUser(t, "login", path).Output(); err != nil {
			t.Errorf("%q: login says %q, %v", alone, out, err)
		}
	}
}

// A link, a file or a directory of another user is never used as the login, and none of
// our files is changed because of it.
func TestPlantedFiles(t *testing.T) {
	t.Parallel()
	if !asRoot(t) {
		return
	}
	link := func(t *testing.T, uid int, target, path string) {
		must(t, os.Symlink(target, path))
		must(t, os.Lchown(path, uid, uid))
	}
	for name, tt := range map[string]struct {
		mode  fs.FileMode
		plant func(t *testing.T, path string, put func(int, string, string) string)
		want  string // text of the error
	}{
		"link of theirs to a config of ours": {0o777 | fs.ModeSticky, func(t *testing.T, path string, put func(int, string, string) string) {
			link(t, neighbour, put(nobody, "other.json", stored), path)
		}, "config.json belongs"},
		"link of theirs to a script of ours": {0o777, func(t *testing.T, path string, put func(int, string, string) string) {
			script := put(nobody, "script", "#!/bin/sh\n")
			must(t, os.Chmod(script, 0o755))
			link(t, neighbour, script, path)
		}, "config.json belongs"},
		"our link in a directory of everybody's": {0o777, func(t *testing.T, path string, put func(int, string, string) string) {
			link(t, nobody, elsewhere(t, nobody), path)
		}, "every user"},
		"root's link in a directory of everybody's": {0o777, func(t *testing.T, path string, put func(int, string, string) string) {
			link(t, 0, elsewhere(t, nobody), path)
		}, "may replace files|belongs to another user"},
		"our link in a directory of a group's": {0o775, func(t *testing.T, path string, put func(int, string, string) string) {
			link(t, nobody, elsewhere(t, nobody), path)
			must(t, os.Chown(filepath.Dir(path), 0, neighbour))
		}, "a group"},
		"our link in a directory of theirs": {0o755, func(t *testing.T, path string, put func(int, string, string) string) {
			link(t, nobody, elsewhere(t, nobody), path)
			must(t, os.Chown(filepath.Dir(path), neighbour, neighbour))
		}, "belongs to another user"},
		"our link to a directory, in one of everybody's": {0o777, func(t *testing.T, path string, put func(int, string, string) string) {
			link(t, nobody, filepath.Dir(elsewhere(t, nobody)), filepath.Join(filepath.Dir(path), "sub"))
		}, "every user"},
		"file of theirs": {0o777 | fs.ModeSticky, func(t *testing.T, path string, put func(int, string, string) string) {
			put(neighbour, "config.json", stored)
		}, "config.json belongs"},
		"directory of theirs on the way": {0o755, func(t *testing.T, path string, put func(int, string, string) string) {
			put(nobody, "config.json", stored)
			must(t, os.Chown(filepath.Dir(path), neighbour, neighbour))
		}, "belongs to another user"},
		"directory of everybody's": {0o777, func(t *testing.T, path string, put func(int, string, string) string) {
			put(nobody, "config.json", stored)
		}, "every user"},
		"directory of a group's": {0o775, func(t *testing.T, path string, put func(int, string, string) string) {
			put(nobody, "config.json", stored)
			must(t, os.Chown(filepath.Dir(path), 0, neighbour))
		}, "a group"},
		"link of theirs to a directory of ours": {0o777 | fs.ModeSticky, func(t *testing.T, path string, put func(int, string, string) string) {
			real := filepath.Join(filepath.Dir(path), "real")
			must(t, os.Mkdir(real, 0o700))
			put(nobody, "real/config.json", stored)
			must(t, os.Chown(real, nobody, nobody))
			link(t, neighbour, real, filepath.Join(filepath.Dir(path), "sub"))
		}, "sub belongs"},
		"ours in a directory like /tmp": {0o777 | fs.ModeSticky, func(t *testing.T, path string, put func(int, string, string) string) {
			put(nobody, "config.json", stored)
		}, ""},
		"ours in a directory of our own group": {0o775, func(t *testing.T, path string, put func(int, string, string) string) {
			put(nobody, "config.json", stored)
			must(t, os.Chown(filepath.Dir(path), nobody, nobody))
		}, ""},
		"our link": {0o777 | fs.ModeSticky, func(t *testing.T, path string, put func(int, string, string) string) {
			link(t, nobody, put(nobody, "other.json", stored), path)
		}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path, put := sharedWith(t, tt.mode)
			tt.plant(t, path, put)
			if _, err := os.Lstat(filepath.Join(filepath.Dir(path), "sub")); err == nil {
				path = filepath.Join(filepath.Dir(path), "sub", "config.json")
			}
			for _, job := range []string{"whose", "login", "check"} {
				out, err := asOrdinaryUser(t, job, path).Output()
				said := slices.ContainsFunc(strings.Split(tt.want, "|"), func(want string) bool { return strings.Contains(string(out), want) })
				if tt.want == "" && err != nil || tt.want != "" && (err == nil || !said) {
					t.Errorf("%s says %q, %v; want %q", job, out, err, tt.want)
				}
			}
			if script, err := os.Stat(filepath.Join(filepath.Dir(path), "script")); err == nil && script.Mode().Perm() != 0o755 {
				t.Errorf("the script has mode %v", script.Mode())
			}
		})
	}
}

// A link of ours is not followed in a directory where others could have put it. It is
// followed in our own directory.
func TestLinkInADirectoryOfEverybody(t *testing.T) {
	t.Parallel()
	s, path, warned := newStore(t, "")
	must(t, os.Remove(path))
	target := elsewhere(t, os.Geteuid())
	must(t, os.Symlink(target, path))
	must(t, os.Chmod(filepath.Dir(path), 0o777))

	named := &Store{Getenv: env("NEURALREPO_CONFIG", path)} // then nrepo does not change the directory
	for _, try := range attempts(named) {
		wantConfigErrorIn(t, try(t.Context()), filepath.Dir(path), "may replace files")
	}
	_, err := named.Clear(t.Context())
	wantConfigErrorIn(t, err, filepath.Dir(path), "may replace files")
	wantFile(t, target, stored)
	wantMode(t, filepath.Dir(path), 0o777)

	c, err := s.Load()
	if err != nil || c.UserID != "mine" {
		t.Errorf("holds %+v, %v", c, err)
	}
	wantMode(t, filepath.Dir(path), 0o700)
	wantWarnings(t, *warned, filepath.Dir(path)+"; its mode is 0700")
}

// elsewhere creates a login of a user in a directory of the same user.
func elsewhere(t *testing.T, uid int) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "authcfg")
	must(t, err)
	t.Cleanup(func() { os.RemoveAll(dir) })
	file := filepath.Join(dir, "config.json")
	must(t, os.WriteFile(file, []byte(stored), 0o600))
	must(t, os.Chown(file, uid, uid))
	must(t, os.Chown(dir, uid, uid))
	return file
}

// Root reads a login in the home of its owner, but not in a directory where everybody can
// create files.
func TestRootReads(t *testing.T) {
	t.Parallel()
	if !asRoot(t) {
		return
	}
	for name, tt := range map[string]struct {
		mode fs.FileMode
		want error
	}{"home": {0o755, nil}, "like /tmp": {0o777 | fs.ModeSticky, errForeign}} {
		path, put := sharedWith(t, tt.mode)
		put(neighbour, "config.json", stored)
		if _, err := (&Store{Getenv: env("NEURALREPO_CONFIG", path)}).Load(); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// The mode of a file is changed only if it is a config.
func TestModeOfAnotherFileStays(t *testing.T) {
	t.Parallel()
	s, path, _ := newStore(t, "#!/bin/sh\necho hello\n")
	chmod(t, path, 0o755)
	if _, err := s.Load(); !isBroken(err) {
		t.Errorf("Load = %v", err)
	}
	wantMode(t, path, 0o755)
}

// After the directory was opened, a write goes to it, even if another directory takes its
// name.
func TestDirectorySwappedMeanwhile(t *testing.T) {
	t.Parallel()
	s, path, _ := newStore(t, stored)
	dir := filepath.Dir(path)
	must(t, s.Update(t.Context(), func(c *Config) error {
		c.UserID = "new"
		return errors.Join(os.Rename(dir, dir+"-away"), os.Mkdir(dir, 0o700))
	}))
	wantNames(t, path, "")
	wantNames(t, filepath.Join(dir+"-away", "x"), "config.json config.json.lock")
	if doc, err := os.ReadFile(filepath.Join(dir+"-away", "config.json")); err != nil || !strings.Contains(string(doc), `"new"`) {
		t.Errorf("%s, %v", doc, err)
	}
	// A link that takes the place of the directory is not opened.
	must(t, os.Remove(dir))
	must(t, os.Symlink(dir+"-away", dir))
	if root, err := openDirectory(dir); err == nil {
		root.Close()
		t.Error("a link was opened for the directory")
	}
}

// In a directory that everybody can write to, a logout removes the file and does not
// write a new one.
func TestLogoutInADirectoryOfEverybody(t *testing.T) {
	t.Parallel()
	s, path, warned := sessionStore(t, liveSession)
	must(t, os.Chmod(filepath.Dir(path), 0o777))
	_, err := s.Load()
	if e := output.AsError(err); !strings.Contains(e.Hint, "chmod go-w") {
		t.Errorf("%v, hint %q", err, e.Hint)
	}
	previous, err := s.Clear(t.Context())
	if err != nil || previous.RefreshToken != "refresh-1" {
		t.Errorf("Clear = %+v, %v", previous, err)
	}
	wantNames(t, path, "config.json.lock")
	wantWarnings(t, *warned, "the file was removed")
}
