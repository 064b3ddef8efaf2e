package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// copyProgram copies a built program.
func copyProgram(t *testing.T, name, to string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(binaries(t), name))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := writeProgram(to, text); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(to, 0o755); err != nil {
		t.Fatal(err)
	}
}

// TestWithoutProc runs nrepo in a root directory without /proc. There nrepo has to find
// its own file from argument 0 and PATH.
func TestWithoutProc(t *testing.T) {
	t.Parallel()
	if os.Getuid() != 0 {
		t.Log("only root can change the root directory")
		return
	}
	root := t.TempDir()
	if err := os.Chmod(root, 0o755); err != nil {
		t.Fatal(err)
	}
	copyProgram(t, "nrepo", filepath.Join(root, "opt/nrepo"))
	copyProgram(t, "nrepo-token", filepath.Join(root, "opt/nrepo-token"))
	run := func(path, argv0 string, args ...string) string {
		cmd := exec.Command(path)
		cmd.Path, cmd.Args = path, append([]string{argv0}, args...)
		cmd.Env, cmd.Dir = []string{"PATH=/opt"}, "/"
		cmd.SysProcAttr = &syscall.SysProcAttr{Chroot: root}
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Errorf("%s: %v", argv0, err)
		}
		return string(out)
	}
	for _, argv0 := range []string{"/opt/nrepo", "nrepo", "./opt/nrepo"} {
		if got := run("/opt/nrepo", argv0, "which", "-a", "token"); got != "/opt/nrepo-token\n" && got != "/./opt/nrepo-token\n" {
			t.Errorf("%s: %q", argv0, got)
		}
		if got := run("/opt/nrepo", argv0, "version", "-v"); strings.Contains(got, "warning") || !strings.Contains(got, "\n  token") {
			t.Errorf("%s: %s", argv0, got)
		}
		if got := run("/opt/nrepo", argv0, "token", "--version"); !strings.HasPrefix(got, "nrepo-token ") {
			t.Errorf("%s: %s", argv0, got)
		}
	}
}

// TestEffectiveUser runs nrepo with an effective user that differs from the real one.
// The effective user must be allowed to run a command, as execve requires.
func TestEffectiveUser(t *testing.T) {
	t.Parallel()
	if os.Getuid() != 0 {
		t.Log("only root can give a program another user")
		return
	}
	const nobody = 65534
	dir, err := os.MkdirTemp("/tmp", "nrepo-effective")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	nrepo := filepath.Join(dir, "bin", "nrepo")
	copyProgram(t, "nrepo", nrepo)
	if err := os.Chown(nrepo, nobody, -1); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(nrepo, 0o755|os.ModeSetuid); err != nil {
		t.Fatal(err)
	}
	for place, mode := range map[string]os.FileMode{"a": 0o700, "b": 0o755} {
		path := filepath.Join(dir, place, "nrepo-foo")
		if err := os.Mkdir(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := writeProgram(path, []byte("#!/bin/sh\necho "+place+"\n")); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command(nrepo, "foo")
	cmd.Env = []string{"PATH=" + filepath.Join(dir, "a") + ":" + filepath.Join(dir, "b")}
	if out, err := cmd.CombinedOutput(); err != nil || string(out) != "b\n" {
		t.Errorf("%v, %s", err, out)
	}
}

// If a command or its interpreter is on a file system mounted with noexec, the error
// says so.
func TestNoExec(t *testing.T) {
	t.Parallel()
	own := []string{"--mount"}
	if os.Geteuid() != 0 {
		own = append(own, "--map-root-user")
	}
	if out, err := exec.Command("unshare", append(own, "true")...).CombinedOutput(); err != nil {
		need(t, fmt.Sprintf("no mounts: %v, %s", err, out))
	}
	dir := t.TempDir()
	mounted := filepath.Join(dir, "mounted")
	if err := os.Mkdir(mounted, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := writeProgram(filepath.Join(dir, "nrepo-script"), []byte("#!"+mounted+"/interpreter\n")); err != nil {
		t.Fatal(err)
	}
	const script = `mount -t tmpfs -o noexec tmpfs "$1"; cp /bin/sh "$1/interpreter"; cp /bin/sh "$1/nrepo-program"; exec nrepo "$2"`
	for _, name := range []string{"script", "program"} {
		cmd := exec.Command("unshare", append(own, "sh", "-euc", script, "sh", mounted, name)...)
		cmd.Env = []string{"PATH=" + binaries(t) + ":" + dir + ":" + mounted + ":/usr/bin:/bin"}
		out, _ := cmd.CombinedOutput()
		if code := cmd.ProcessState.ExitCode(); code != 126 || !strings.Contains(string(out), "noexec") {
			t.Errorf("%s: exit code %d, %s", name, code, out)
		}
	}
}
